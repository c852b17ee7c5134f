// Kernels for Cortex-M. The estimates are in instructions, on the scale of the plain kernels.
//
// int8 by the DSP instructions of Armv7E-M.
include "kernels/signatures.td"

let features = [FeatureDSP], requant = RequantLayout<1, ShiftRight, twiceBias = true> in {
def conv2d_s8_dsp : RequantConvolutionS8<"conv2d"> {
  let bytes = 1544;
  let when = "w.groups == 1";
  let weights = Blocked<1, 4>;
  let mr = 4;
  let workspace = "conv2d_s8_dsp_workspace(&w)";
  let workspaceHeader = "cortexm/workspace_dsp.h";
  let cost = "0.25 * macs + 300";
}
def depthwise_conv2d_s8_dsp : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 1414;
  let when = "w.out_c == w.in_c && w.dilation_w == 1";
  let weights = Blocked<1, 1>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w";
  let workspace = "depthwise_conv2d_s8_dsp_workspace(&w)";
  let workspaceHeader = "cortexm/workspace_dsp.h";
  let cost = "0.6 * macs + 300";
}
def fully_connected_s8_dsp : RequantFullyConnectedS8 {
  let bytes = 428;
  let when = "g.batch == 1";
  let weights = Blocked<4, 4>;
  let mr = 1;
  let cost = "0.3 * macs + 300";
}
}
let features = [FeatureDSP], cost = "0.8 * macs + 300" in {
def max_pool2d_s8_dsp : PoolS8<"max_pool2d"> {
  let bytes = 504;
}
def avg_pool2d_s8_dsp : PoolS8<"avg_pool2d"> {
  let bytes = 598;
  let when = "w.kernel_h * w.kernel_w <= 256";
}
}

// The same for the integer vectors of Armv8.1-M, channels in fours.
let features = [FeatureMVE], requant = RequantLayout<4, ShiftLeft> in {
def conv2d_s8_mve : RequantConvolutionS8<"conv2d"> {
  let bytes = 1214;
  let when = "w.groups == 1";
  let weights = Blocked<4, 16>;
  let mr = 3;
  let workspace = "conv2d_s8_mve_workspace(&w)";
  let workspaceHeader = "cortexm/workspace_mve.h";
  let cost = "0.06 * macs + 300";
}
def depthwise_conv2d_s8_mve : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 1066;
  let when = "w.out_c == w.in_c && w.out_c % 8 == 0";
  let requant = RequantLayout<4, ShiftLeft, evenOdd = true>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_mve_workspace(&w)";
  let workspaceHeader = "cortexm/workspace_mve.h";
  let cost = "0.4 * macs + 300";
}
def fully_connected_s8_mve : RequantFullyConnectedS8 {
  let bytes = 830;
  let helperBytes = "g.m < 3 ? 194 : 640";
  let layerBytes = "g.m < 3 ? 36 : 80";
  let when = "g.batch == 1";
  let weights = Blocked<4, 16>;
  let mr = 3;
  let cost = "0.055 * macs + 300";
}
}
let features = [FeatureMVE], cost = "0.5 * macs + 300" in {
def max_pool2d_s8_mve : PoolS8<"max_pool2d"> {
  let bytes = 444;
}
def avg_pool2d_s8_mve : PoolS8<"avg_pool2d"> {
  let bytes = 520;
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}

// f32 by the single-precision unit: one body for all layers. To gather a patch takes the more, the shorter its lines are.
let features = [FeatureVFP4SP] in {
def conv2d_f32_vfp : ConvolutionF32<"conv2d"> {
  let bytes = 2004;
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, 4)";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 3) / 4 * 1.6 + 0.3 + 19.0 / (w.kernel_w * w.in_c))";
}
def fully_connected_f32_vfp : FullyConnectedF32 {
  let bytes = 1612;
  let weights = Blocked<4, 1>;
  let cost = "200 + macs / double(g.n) * ((g.n + 3) / 4 * 1.5)";
}
def depthwise_conv2d_f32_vfp : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 1928;
  let when = "w.out_c == w.in_c";
  let cost = "200 + 0.7 * macs";
}
}

// f32 by the vectors of Armv8.1-M.
let features = [FeatureMVEFP] in {
def conv2d_f32_mve : ConvolutionF32<"conv2d"> {
  let bytes = 2138;
  let when = "w.groups == 1";
  let weights = Blocked<8, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, 3)";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 1.2 + 0.3 + 12.0 / (w.kernel_w * w.in_c))";
}
def fully_connected_f32_mve : FullyConnectedF32 {
  let bytes = 1732;
  let weights = Blocked<8, 1>;
  let cost = "200 + macs / double(g.n) * ((g.n + 7) / 8 * 1.1)";
}
def depthwise_conv2d_f32_mve : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 3402;
  let when = "w.out_c == w.in_c";
  let cost = "200 + 1.1 * macs / w.out_c * ((w.out_c + 3) / 4)";
}
}
// Besides the taps, what a pixel of the result takes, which has a division each.
let features = [FeatureMVEFP] in {
def max_pool2d_f32_mve : PoolF32<"max_pool2d"> {
  let bytes = 1176;
  let cost = "200 + (0.2 + 2.3 / (w.kernel_h * w.kernel_w)) * macs";
}
def avg_pool2d_f32_mve : PoolF32<"avg_pool2d"> {
  let bytes = 1572;
  let cost = "200 + (0.3 + 5.2 / (w.kernel_h * w.kernel_w)) * macs";
}
}
