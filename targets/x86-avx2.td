include "targets/families/native.td"

def X86AVX2 : X86<"x86-avx2", "x86-64: Haswell, Zen and later", featuresOfV3> {
  let archFlags = ["-march=x86-64-v3"];
  let arenaAlign = 32;
}
