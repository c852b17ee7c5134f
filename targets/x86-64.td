include "targets/families/native.td"

def X86Any : X86<"x86-64", "x86-64: any; programs choose their kernels when they run", [FeatureSSE2]> {
  let levels = [FeatureLevel<"avx512", [FeatureAVX2, FeatureFMA, FeatureAVX512F, FeatureAVX512BW, FeatureAVX512DQ,
                                        FeatureAVX512VL]>,
                FeatureLevel<"avx2", [FeatureAVX2, FeatureFMA]>,
                FeatureLevel<"sse2", []>];
  let arenaAlign = 64;
}
