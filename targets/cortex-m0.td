include "targets/families/cortexm.td"

def CortexM0 : CortexMScalar<"cortex-m0", "Armv6-M", Mps2An385> {
  let arch = "thumbv6m";
  let cmsisCores = ["Cortex-M0", "Cortex-M0+"];
}
