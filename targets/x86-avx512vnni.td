include "targets/families/native.td"

// Integer dot products, beyond the micro-architecture levels.
def X86AVX512VNNI : X86<"x86-avx512vnni", "x86-64: Cascade Lake, Zen 4 and later",
                        !listconcat(featuresOfV4, [FeatureAVX512VNNI])> {
  let archFlags = ["-march=x86-64-v4", "-mavx512vnni"];
  let arenaAlign = 64;
}
