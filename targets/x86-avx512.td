include "targets/families/native.td"

def X86AVX512 : X86<"x86-avx512", "x86-64: Skylake-SP, Zen 4 and later", featuresOfV4> {
  let archFlags = ["-march=x86-64-v4"];
  let arenaAlign = 64;
}
