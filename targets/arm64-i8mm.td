include "targets/families/linux.td"

def Arm64I8MM : Arm64<"arm64-i8mm", "Armv8.6-A Linux with int8 matrix products",
                      [FeatureV8A, FeatureNEON, FeatureDotProd, FeatureFullFP16, FeatureI8MM]> {
  let archFlags = ["-march=armv8.2-a+dotprod+fp16+i8mm"];
  let models = [ProcessorModel<"cortex-a510">, ProcessorModel<"neoverse-v2">];
}
