// Tuned f32 kernels, AVX-512 and AVX2. The estimates are in cycles of a machine with two multiply-add units, which the
// kernels keep nine tenths busy; channels count in sixteens. AVX2 is put at twice the cycles throughout, and so is never the
// cheaper one where there is AVX-512.
include "kernels/signatures.td"

// Weights in panels; the workspace is a padded copy of a band of the input.
class PanelConvolution<int nr, string factor> : ConvolutionF32<"conv2d"> {
  let when = "w.groups == 1";
  let weights = Blocked<nr, 1, narrowLastPanel = true>;
  let workspace = "4 * conv2d_f32_workspace(&w)";
  let workspaceHeader = "vector/gemm_band_f32.h";
  let cost = factor # " * (1000 + macs / double(w.out_c) * ((w.out_c + 15) / 16) / 1.8)";
}
// One row alone is as slow as its weights are read: 16 bytes a cycle.
class PanelMatrix<int nr, string factor> : FullyConnectedF32 {
  let weights = Blocked<nr, 1, narrowLastPanel = true>;
  let cost = factor # " * (500 + macs / double(g.n) * ((g.n + 15) / 16) / (g.m > 1 ? 1.8 : 0.25))";
}
// Half the rate; the filter as it is.
class Depthwise<string factor> : ConvolutionF32<"depthwise_conv2d"> {
  let when = "w.out_c == w.in_c";
  let cost = factor # " * (500 + macs / double(w.out_c) * ((w.out_c + 15) / 16))";
}

// Bound by loads, two a cycle.
class Pool<string op, string factor> : PoolF32<op> {
  let cost = factor # " * (500 + macs / double(w.out_c) * ((w.out_c + 15) / 16))";
}

let features = [FeatureAVX512F] in {
def conv2d_f32_avx512 : PanelConvolution<32, "1"> {
  let bytes = 8551;
}
def fully_connected_f32_avx512 : PanelMatrix<32, "1"> {
  let bytes = 14268;
}
def depthwise_conv2d_f32_avx512 : Depthwise<"1"> {
  let bytes = 4093;
}
def max_pool2d_f32_avx512 : Pool<"max_pool2d", "1"> {
  let bytes = 1344;
}
def avg_pool2d_f32_avx512 : Pool<"avg_pool2d", "1"> {
  let bytes = 1332;
}
}
let features = [FeatureAVX2, FeatureFMA] in {
def conv2d_f32_avx2 : PanelConvolution<16, "2"> {
  let bytes = 8341;
}
def fully_connected_f32_avx2 : PanelMatrix<16, "2"> {
  let bytes = 7329;
}
def depthwise_conv2d_f32_avx2 : Depthwise<"2"> {
  let bytes = 4113;
}
def max_pool2d_f32_avx2 : Pool<"max_pool2d", "2"> {
  let bytes = 1300;
}
def avg_pool2d_f32_avx2 : Pool<"avg_pool2d", "2"> {
  let bytes = 1299;
}
}
