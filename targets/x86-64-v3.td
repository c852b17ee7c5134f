include "targets/families/native.td"

def X86V3 : X86<"x86-64-v3", "x86-64: third micro-architecture level, Haswell and later", featuresOfV3> {
  let archFlags = ["-march=x86-64-v3"];
  let arenaAlign = 32;
}
