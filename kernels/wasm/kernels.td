// Kernels for WebAssembly's 128-bit vectors: one body for all layers, so they are the choice for size too. The estimates
// are in instructions, on the scale of the plain kernels.
include "kernels/signatures.td"

// f32; outputs count in panels of eight.
let features = [FeatureSIMD128] in {
def conv2d_f32_simd128 : ConvolutionF32<"conv2d"> {
  let bytes = 4991;
  let when = "w.groups == 1";
  let weights = Blocked<8, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 8))";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 5.5 + 1)";
}
def fully_connected_f32_simd128 : FullyConnectedF32 {
  let bytes = 4439;
  let weights = Blocked<8, 1>;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 5.5)";
}
def depthwise_conv2d_f32_simd128 : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 4246;
  let when = "w.out_c == w.in_c";
  let cost = "200 + macs";
}
}
// Gathers what the product reads.
let features = [FeatureSIMD128], workspace = "4 * 8 * int64_t(g.k)", when = "g.m >= 4" in {
def matmul_f32_simd128 : MatMulF32<"matmul"> {
  let bytes = 3907;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 5.5) + 1.0 * macs / g.m";
}
def matmul_transposed_f32_simd128 : MatMulF32<"matmul_transposed"> {
  let bytes = 3920;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 5.5) + 2.0 * macs / g.m";
}
}
let features = [FeatureSIMD128], cost = "200 + 0.8 * macs" in {
def max_pool2d_f32_simd128 : PoolF32<"max_pool2d"> {
  let bytes = 1730;
}
def avg_pool2d_f32_simd128 : PoolF32<"avg_pool2d"> {
  let bytes = 1837;
}
}

// int8; weights in pairs of eight outputs.
let features = [FeatureSIMD128], requant = RequantLayout<8, ShiftByProduct> in {
def conv2d_s8_simd128 : RequantConvolutionS8<"conv2d"> {
  let bytes = 4165;
  let when = "w.groups == 1 && shifts_to_right";
  let weights = Blocked<8, 2, depthMultiple = 8>;
  let mr = 4;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.4 * macs + 300";
}
def depthwise_conv2d_s8_simd128 : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 2986;
  let when = "w.out_c == w.in_c && shifts_to_right";
  let weights = Blocked<8, 1, depthMultiple = 2>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.8 * macs + 300";
}
def fully_connected_s8_simd128 : RequantFullyConnectedS8 {
  let bytes = 2949;
  let when = "g.batch == 1 && shifts_to_right";
  let weights = Blocked<8, 2, depthMultiple = 8>;
  let mr = 4;
  let cost = "0.45 * macs + 300";
}
}
let features = [FeatureSIMD128], cost = "0.3 * macs + 300" in {
def max_pool2d_s8_simd128 : PoolS8<"max_pool2d"> {
  let bytes = 872;
}
def avg_pool2d_s8_simd128 : PoolS8<"avg_pool2d"> {
  let bytes = 1146;
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}
