include "targets/families/cortexm.td"

def CortexM7 : CortexMFloat<"cortex-m7", "Armv7E-M with DSP and double-precision floats", [FeatureDSP], Mps2An500,
                           "fpv5-d16"> {
  let arch = "thumbv7em";
  let models = [ProcessorModel<"cortex-m7">];
  let cmsisCores = ["Cortex-M4", "Cortex-M7"];
}
