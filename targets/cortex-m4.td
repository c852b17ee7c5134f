include "targets/families/cortexm.td"

def CortexM4 : CortexMFloat<"cortex-m4", "Armv7E-M with DSP and single-precision floats", [FeatureDSP], Mps2An386,
                           "fpv4-sp-d16"> {
  let arch = "thumbv7em";
  let models = [ProcessorModel<"cortex-m4">];
  let cmsisCores = ["Cortex-M4", "Cortex-M7"];
}
