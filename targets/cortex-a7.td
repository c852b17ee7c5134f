include "targets/families/linux.td"

def CortexA7 : Armv7A<"cortex-a7", "Armv7-A Linux with NEON, fused multiply-add and division, hard float"> {
  let archFlags = ["-mcpu=cortex-a7", "-mfpu=neon-vfpv4", "-mfloat-abi=hard"];
  let processors = ["cortex-a7"];
}
