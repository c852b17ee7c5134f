// int8 kernels for the dot products of Armv8.2-A and the matrix products of Armv8.6-A. The estimates are in instructions,
// on the scale of the plain kernels.
include "kernels/signatures.td"

let requant = RequantLayout<8, ShiftLeft> in {
def conv2d_s8_dot : RequantConvolutionS8<"conv2d"> {
  let bytes = 3620;
  let features = [FeatureDotProd];
  let when = "w.groups == 1";
  let weights = Blocked<8, 4, depthMultiple = 8>;
  let mr = 8;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.14 * macs + 300";
}
def depthwise_conv2d_3x3_s8_dot : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 2112;
  let features = [FeatureDotProd];
  let when = "w.out_c == w.in_c && w.kernel_h == 3 && w.kernel_w == 3 && w.stride_w == 1 && w.dilation_w == 1";
  let weights = Blocked<8, 4, columnBlocks = true>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.5 * macs + 300";
}
def fully_connected_s8_dot : RequantFullyConnectedS8 {
  let bytes = 2356;
  let features = [FeatureDotProd];
  let when = "g.batch == 1";
  let weights = Blocked<8, 4, depthMultiple = 8>;
  let mr = 8;
  let cost = "0.12 * macs + 300";
}
def conv2d_s8_i8mm : RequantConvolutionS8<"conv2d"> {
  let bytes = 3580;
  let features = [FeatureI8MM];
  let when = "w.groups == 1";
  let weights = Blocked<8, 8>;
  let mr = 8;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let workspaceHeader = "vector/workspace_s8.h";
  let cost = "0.1 * macs + 300";
}
def fully_connected_s8_i8mm : RequantFullyConnectedS8 {
  let bytes = 2316;
  let features = [FeatureI8MM];
  let when = "g.batch == 1";
  let weights = Blocked<8, 8>;
  let mr = 8;
  let cost = "0.08 * macs + 300";
}
}

// Half floats, summed in float: a multiply-add has four lanes, as with f32. Weights are half as large.
let features = [FeatureNEON, FeatureFullFP16], weights = Blocked<8, 1> in {
def conv2d_f16_neon : ConvolutionF16<"conv2d"> {
  let bytes = 4376;
  let when = "w.groups == 1";
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 8))";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 2.8 + 1)";
}
def fully_connected_f16_neon : FullyConnectedF16 {
  let bytes = 3888;
  let workspace = "4 * int64_t(g.k) * std::min(8 * gemm_band_f32_tiles(8, g.k, g.n), g.m)";
  let workspaceHeader = "vector/gemm_band_f32.h";
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 2.8)";
}
}
let features = [FeatureNEON, FeatureFullFP16] in {
def depthwise_conv2d_f16_neon : ConvolutionF16<"depthwise_conv2d"> {
  let bytes = 3128;
  let when = "w.out_c == w.in_c";
  let cost = "200 + 0.8 * macs";
}
}
