include "targets/families/cortexm.td"

def CortexM3 : CortexMScalar<"cortex-m3", "Armv7-M", Mps2An385, [FeatureThumb2]> {
  let arch = "thumbv7m";
  let models = [ProcessorModel<"cortex-m3">];
  let cmsisCores = ["Cortex-M3"];
}
