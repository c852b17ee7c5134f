include "targets/families/linux.td"

def Arm64Dot : Arm64<"arm64-dot", "Armv8.2-A Linux with dot products and half precision",
                     [FeatureV8A, FeatureNEON, FeatureDotProd, FeatureFullFP16]> {
  let archFlags = ["-march=armv8.2-a+dotprod+fp16"];
  let models = [ProcessorModel<"cortex-a55">, ProcessorModel<"cortex-a76">, ProcessorModel<"neoverse-n1">];
  let loopsNote = "LLVM gives Cortex-A76 the resources of Cortex-A57; Neoverse N1, of the same design, has its own "
                  "model.";
}
