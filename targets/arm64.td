include "targets/families/linux.td"

def Arm64Base : Arm64<"arm64", "Armv8-A Linux", [FeatureV8A, FeatureNEON]> {
  let models = [ProcessorModel<"cortex-a53">, ProcessorModel<"cortex-a72">];
}
