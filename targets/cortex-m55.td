include "targets/families/cortexm.td"

def CortexM55 : CortexMFloat<"cortex-m55", "Armv8.1-M with Helium",
                            [FeatureDSP, FeatureMVE, FeatureMVEFP], Mps3An547, "auto"> {
  let arch = "thumbv8.1m.main";
  let cmsisCores = ["Cortex-M55", "Cortex-M85"];
}
