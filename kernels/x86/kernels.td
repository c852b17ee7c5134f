// Tuned f32 kernels, AVX-512, AVX2 and SSE2. The estimates are in cycles of a machine with two multiply-add units, which the
// kernels keep nine tenths busy; where multiply and add are two instructions, half as many are done. Channels count in
// vectors.
include "kernels/signatures.td"

// Weights in panels; the workspace is a padded copy of a band of the input.
class PanelConvolution<int nr, int lanes, string vectorsPerCycle> : ConvolutionF32<"conv2d"> {
  let when = "w.groups == 1";
  let weights = Blocked<nr, 1, narrowLastPanel = true>;
  let workspace = "4 * conv2d_f32_workspace(&w)";
  let workspaceHeader = "vector/gemm_band_f32.h";
  let cost = "1000 + macs / double(w.out_c) * ((w.out_c + " # lanes # " - 1) / " # lanes # ") / " # vectorsPerCycle;
}
// One row alone is as slow as its weights are read, so many floats a cycle, of sixteen outputs at a time.
class PanelMatrix<int nr, int lanes, string vectorsPerCycle, string floatsPerCycle = "4.0"> : FullyConnectedF32 {
  let weights = Blocked<nr, 1, narrowLastPanel = true>;
  let cost = "500 + macs / double(g.n) * (g.m > 1 ? (g.n + " # lanes # " - 1) / " # lanes # " / " # vectorsPerCycle #
             " : (g.n + 15) / 16 * 16 / " # floatsPerCycle # ")";
}
// A vector a cycle: half the rate, with the filter as it is; and bound by loads, two a cycle.
class Depthwise<int lanes> : ConvolutionF32<"depthwise_conv2d"> {
  let when = "w.out_c == w.in_c";
  let cost = "500 + macs / double(w.out_c) * ((w.out_c + " # lanes # " - 1) / " # lanes # ")";
}
class Pool<string op, int lanes> : PoolF32<op> {
  let cost = "500 + macs / double(w.out_c) * ((w.out_c + " # lanes # " - 1) / " # lanes # ")";
}

let features = [FeatureAVX2, FeatureFMA, FeatureAVX512F] in {
def conv2d_f32_avx512 : PanelConvolution<32, 16, "1.8"> {
  let bytes = 8474;
}
def fully_connected_f32_avx512 : PanelMatrix<32, 16, "1.8"> {
  let bytes = 14507;
}
def depthwise_conv2d_f32_avx512 : Depthwise<16> {
  let bytes = 4093;
}
def max_pool2d_f32_avx512 : Pool<"max_pool2d", 16> {
  let bytes = 1344;
}
def avg_pool2d_f32_avx512 : Pool<"avg_pool2d", 16> {
  let bytes = 1332;
}
}

let features = [FeatureAVX2, FeatureFMA] in {
def conv2d_f32_avx2 : PanelConvolution<16, 8, "1.8"> {
  let bytes = 8262;
}
def fully_connected_f32_avx2 : PanelMatrix<16, 8, "1.8"> {
  let bytes = 7833;
}
// From the panels of AVX-512, for programs with kernels of both: from every other cache line, a twentieth slower.
def conv2d_f32_nr32_avx2 : PanelConvolution<32, 8, "1.7"> {
  let bytes = 11317;
}
def fully_connected_f32_nr32_avx2 : PanelMatrix<32, 8, "1.7", "3.5"> {
  let bytes = 11580;
}
def depthwise_conv2d_f32_avx2 : Depthwise<8> {
  let bytes = 4113;
}
def max_pool2d_f32_avx2 : Pool<"max_pool2d", 8> {
  let bytes = 1300;
}
def avg_pool2d_f32_avx2 : Pool<"avg_pool2d", 8> {
  let bytes = 1299;
}
}

// What every x86-64 has, from the panels of AVX-512 too.
let features = [FeatureSSE2] in {
def conv2d_f32_sse2 : PanelConvolution<32, 4, "0.9"> {
  let bytes = 11085;
}
def fully_connected_f32_sse2 : PanelMatrix<32, 4, "0.9", "3.5"> {
  let bytes = 12278;
}
def depthwise_conv2d_f32_sse2 : Depthwise<4> {
  let bytes = 4544;
}
def max_pool2d_f32_sse2 : Pool<"max_pool2d", 4> {
  let bytes = 1305;
}
def avg_pool2d_f32_sse2 : Pool<"avg_pool2d", 4> {
  let bytes = 1295;
}
}
