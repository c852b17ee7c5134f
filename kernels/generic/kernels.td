// The plain kernels: they take everything, at about a multiply-accumulate in a cycle and a half.
include "kernels/signatures.td"

let mr = 1, cost = "1.5 * macs" in {
def conv2d_f32 : ConvolutionF32<"conv2d"> {
  let bytes = 540;
  let layerBytes = "261";
}
def depthwise_conv2d_f32 : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 516;
  let layerBytes = "255";
}
def conv_transpose2d_f32 : ConvolutionF32<"conv_transpose2d"> {
  let bytes = 400;
  let layerBytes = "244";
}
def max_pool2d_f32 : PoolF32<"max_pool2d"> {
  let bytes = 400;
  let layerBytes = "205";
}
def avg_pool2d_f32 : PoolF32<"avg_pool2d"> {
  let bytes = 436;
  let layerBytes = "184";
}
def avg_pool2d_padded_f32 : PoolF32<"avg_pool2d_padded"> {
  let bytes = 460;
}

def conv2d_s8 : ConvolutionS8<"conv2d"> {
  let bytes = 528;
  let layerBytes = "308";
}
def depthwise_conv2d_s8 : ConvolutionS8<"depthwise_conv2d"> {
  let bytes = 482;
  let layerBytes = "246";
}
def conv_transpose2d_s8 : ConvolutionS8<"conv_transpose2d"> {
  let bytes = 466;
  let layerBytes = "262";
}
def max_pool2d_s8 : PoolS8<"max_pool2d"> {
  let bytes = 302;
  let layerBytes = "176";
}
def avg_pool2d_s8 : PoolS8<"avg_pool2d"> {
  let bytes = 368;
  let layerBytes = "194";
}

def conv2d_s16 : ConvolutionS16<"conv2d"> {
  let bytes = 688;
  let layerBytes = "292";
}
def depthwise_conv2d_s16 : ConvolutionS16<"depthwise_conv2d"> {
  let bytes = 608;
  let layerBytes = "268";
}
def conv_transpose2d_s16 : ConvolutionS16<"conv_transpose2d"> {
  let bytes = 512;
}
def max_pool2d_s16 : PoolS16<"max_pool2d"> {
  let bytes = 360;
  let layerBytes = "188";
}
def avg_pool2d_s16 : PoolS16<"avg_pool2d"> {
  let bytes = 408;
  let layerBytes = "188";
}
}

// A matrix product has none of the window's arithmetic, which makes it the better form of a 1x1 convolution.
let mr = 1, cost = "1.4 * macs" in {
def fully_connected_f32 : FullyConnectedF32 {
  let bytes = 184;
  let layerBytes = "107";
}
def matmul_f32 : MatMulF32<"matmul"> {
  let bytes = 198;
  let layerBytes = "132";
}
def matmul_transposed_f32 : MatMulF32<"matmul_transposed"> {
  let bytes = 156;
  let layerBytes = "92";
}
def fully_connected_s8 : FullyConnectedS8 {
  let bytes = 260;
  let layerBytes = "119";
}
def fully_connected_s16 : FullyConnectedS16 {
  let bytes = 300;
  let layerBytes = "120";
}
}

// Half floats, which are converted one by one.
let mr = 1, cost = "3.0 * macs" in {
def conv2d_f16 : ConvolutionF16<"conv2d"> {
  let bytes = 720;
}
def depthwise_conv2d_f16 : ConvolutionF16<"depthwise_conv2d"> {
  let bytes = 664;
}
}
let mr = 1, cost = "2.8 * macs" in
def fully_connected_f16 : FullyConnectedF16 {
  let bytes = 356;
}

let cost = "20.0 * macs" in {
def softmax_f32 : SoftmaxF32<"softmax"> {
  let bytes = 168;
  let layerBytes = "112";
}
def log_softmax_f32 : SoftmaxF32<"log_softmax"> {
  let bytes = 184;
  let layerBytes = "108";
}
def softmax_s8 : SoftmaxS8<"softmax", softmax_s8_params> {
  let bytes = 664;
  let layerBytes = "610";
}
def log_softmax_s8 : SoftmaxS8<"log_softmax", log_softmax_s8_params> {
  let bytes = 1128;
}
def softmax_s8_s16 : SoftmaxS8ToS16 {
  let bytes = 664;
  let layerBytes = "624";
}
def softmax_s16 : SoftmaxS16 {
  let bytes = 412;
  let layerBytes = "290";
}
}

// Blocks of sums in registers, which gain nothing where a compiler makes vectors of the plain loops.
let features = [TuneScalar], requant = RequantLayout<1, ShiftRight, twiceBias = true> in {
def conv2d_s8_scalar : RequantConvolutionS8<"conv2d"> {
  let bytes = 2538;
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let mr = 4;
  let workspace = "conv2d_s8_scalar_workspace(&w)";
  let workspaceHeader = "generic/workspace_scalar.h";
  let cost = "0.7 * macs + 300";
}
def depthwise_conv2d_s8_scalar : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 1380;
  let when = "w.out_c == w.in_c";
  let weights = Blocked<1, 1>;
  let inPlace = [Input];
  let inPlaceWhen = "w.in_h == w.out_h && w.in_w == w.out_w";
  let workspace = "depthwise_conv2d_s8_scalar_workspace(&w)";
  let workspaceHeader = "generic/workspace_scalar.h";
  let cost = "1.0 * macs + 300";
}
def fully_connected_s8_scalar : RequantFullyConnectedS8 {
  let bytes = 888;
  let when = "g.batch == 1";
  let weights = Blocked<8, 1>;
  let mr = 1;
  let cost = "0.8 * macs + 300";
}
}
let features = [TuneScalar] in {
def max_pool2d_s8_scalar : PoolS8<"max_pool2d"> {
  let bytes = 584;
  let cost = "300 + 1.2 * macs";
}
// A product for each result, which a processor may have to make of words.
def avg_pool2d_s8_scalar : PoolS8<"avg_pool2d"> {
  let bytes = 644;
  let cost = "300 + (1.2 + 1.5 / (w.kernel_h * w.kernel_w)) * macs";
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}

// The same for f32, with registers for floats; outputs count in panels of four.
let features = [TuneScalar, FeatureF] in {
def conv2d_f32_scalar : ConvolutionF32<"conv2d"> {
  let bytes = 4104;
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 4))";
  let workspaceHeader = "vector/patch2d_f32.h";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 3) / 4 * 5.2 + 1)";
}
def fully_connected_f32_scalar : FullyConnectedF32 {
  let bytes = 3538;
  let weights = Blocked<4, 1>;
  let cost = "200 + macs / double(g.n) * ((g.n + 3) / 4 * 5.2)";
}
def depthwise_conv2d_f32_scalar : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 3258;
  let when = "w.out_c == w.in_c";
  let cost = "200 + 1.3 * macs";
}
}
