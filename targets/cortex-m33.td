include "targets/families/cortexm.td"

def CortexM33 : CortexMFloat<"cortex-m33", "Armv8-M with DSP and single-precision floats", [FeatureDSP], Mps2An505,
                            "fpv5-sp-d16"> {
  let arch = "thumbv8m.main";
  let cmsisCores = ["Cortex-M33", "Cortex-M35P"];
}
