include "targets/families/linux.td"

def Armv7 : Armv7A<"armv7", "Armv7-A Linux with NEON, hard float"> {
  let archFlags = ["-march=armv7-a", "-mfpu=neon-vfpv4", "-mfloat-abi=hard"];
  let models = [ProcessorModel<"cortex-a9">, ProcessorModel<"cortex-a57">];
}
