include "targets/families/cortexm.td"

def CortexM0Plus : CortexMScalar<"cortex-m0plus", "Armv6-M", Mps2An385> {
  let arch = "thumbv6m";
  let cmsisCores = ["Cortex-M0", "Cortex-M0+"];
}
