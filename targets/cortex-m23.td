include "targets/families/cortexm.td"

def CortexM23 : CortexMScalar<"cortex-m23", "Armv8-M Baseline: Armv6-M with division", Mps2An505> {
  let arch = "thumbv8m.base";
  let cmsisCores = ["Cortex-M23"];
}
