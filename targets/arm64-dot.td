include "targets/families/linux.td"

def Arm64Dot : Arm64<"arm64-dot", "Armv8.2-A Linux with dot products and half precision",
                     [FeatureNEON, FeatureDotProd, FeatureFullFP16]> {
  let archFlags = ["-march=armv8.2-a+dotprod+fp16"];
}
