// Tuned f32 kernels for NEON: one body for all layers, so they are the choice for size too. The estimates are in
// instructions of 64-bit Arm, on the scale of the plain kernels; a multiply-add instruction has four lanes, outputs count
// in panels of eight.
include "kernels/signatures.td"

let features = [FeatureNEON] in {
def conv2d_f32_neon : ConvolutionF32<"conv2d"> {
  let bytes = 4520;
  let when = "w.groups == 1";
  let weights = Blocked<8, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 8))";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 2.6 + 1)";
}
def fully_connected_f32_neon : FullyConnectedF32 {
  let bytes = 3672;
  let weights = Blocked<8, 1>;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 2.6)";
}
def depthwise_conv2d_f32_neon : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 3196;
  let when = "w.out_c == w.in_c";
  let cost = "200 + 0.8 * macs";
}
}
// Gathers what the product reads: two instructions an element, or one where they lie side by side.
let features = [FeatureNEON], workspace = "4 * 8 * int64_t(g.k)", when = "g.m >= 4" in {
def matmul_f32_neon : MatMulF32<"matmul"> {
  let bytes = 3588;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 2.6) + 1.0 * macs / g.m";
}
def matmul_transposed_f32_neon : MatMulF32<"matmul_transposed"> {
  let bytes = 3620;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 2.6) + 2.0 * macs / g.m";
}
}
let features = [FeatureNEON] in {
def max_pool2d_f32_neon : PoolF32<"max_pool2d"> {
  let bytes = 1124;
  let cost = "200 + 0.5 * macs";
}
def avg_pool2d_f32_neon : PoolF32<"avg_pool2d"> {
  let bytes = 1252;
  let cost = "200 + (0.6 + 2.0 / (w.kernel_h * w.kernel_w)) * macs";
}
}

// The same for int8; weights in quads of eight outputs, two products added in 16 bits.
let features = [FeatureNEON], requant = RequantLayout<8, ShiftLeft> in {
def conv2d_s8_neon : RequantConvolutionS8<"conv2d"> {
  let bytes = 3060;
  let when = "w.groups == 1 && weights_above_min";
  let weights = Blocked<8, 4, depthMultiple = 8>;
  let mr = 4;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.3 * macs + 300";
}
def depthwise_conv2d_s8_neon : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 1764;
  let when = "w.out_c == w.in_c && weights_above_min";
  let weights = Blocked<8, 1, depthMultiple = 2>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.8 * macs + 300";
}
def fully_connected_s8_neon : RequantFullyConnectedS8 {
  let bytes = 1796;
  let when = "g.batch == 1 && weights_above_min";
  let weights = Blocked<8, 4, depthMultiple = 8>;
  let mr = 4;
  let cost = "0.25 * macs + 300";
}
}
let features = [FeatureNEON], cost = "0.4 * macs + 300" in {
def max_pool2d_s8_neon : PoolS8<"max_pool2d"> {
  let bytes = 608;
}
def avg_pool2d_s8_neon : PoolS8<"avg_pool2d"> {
  let bytes = 800;
  let when = "w.kernel_h * w.kernel_w <= 256";
}
}
