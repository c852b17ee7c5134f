// Kernels for Cortex-M. The estimates are in instructions, on the scale of the plain kernels.
//
// int8 by the DSP instructions of Armv7E-M.
include "compiler/kernel/KernelRecord.td"

let features = [FeatureDSP], requant = Requant<1, ShiftRight, twiceBias = true> in {
def conv2d_s8_dsp : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let weights = Blocked<1, 4>;
  let mr = 4;
  let workspace = "conv2d_s8_dsp_workspace(&w)";
  let cost = "0.25 * macs + 300";
}
def depthwise_conv2d_s8_dsp : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c && w.dilation_w == 1";
  let weights = Blocked<1, 1>;
  let overlays = [0];
  let overlaysWhen = "w.in_h == w.out_h && w.in_w == w.out_w";
  let workspace = "depthwise_conv2d_s8_dsp_workspace(&w)";
  let cost = "0.6 * macs + 300";
}
def fully_connected_s8_dsp : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let weights = Blocked<4, 4>;
  let mr = 1;
  let cost = "0.3 * macs + 300";
}
}
let features = [FeatureDSP], cost = "0.8 * macs + 300" in {
def max_pool2d_s8_dsp : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_dsp : Kernel<"avg_pool2d", "s8", "window2d_s8"> {
  let when = "w.kernel_h * w.kernel_w <= 256";
}
}

// The same for the integer vectors of Armv8.1-M, channels in fours.
let features = [FeatureMVE], requant = Requant<4, ShiftLeft> in {
def conv2d_s8_mve : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let weights = Blocked<4, 16>;
  let mr = 3;
  let workspace = "conv2d_s8_mve_workspace(&w)";
  let cost = "0.15 * macs + 300";
}
def depthwise_conv2d_s8_mve : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c && w.out_c % 8 == 0";
  let requant = Requant<4, ShiftLeft, evenOdd = true>;
  let overlays = [0];
  let overlaysWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_mve_workspace(&w)";
  let cost = "0.4 * macs + 300";
}
def fully_connected_s8_mve : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let weights = Blocked<4, 16>;
  let mr = 3;
  let cost = "0.14 * macs + 300";
}
}
let features = [FeatureMVE], cost = "0.5 * macs + 300" in {
def max_pool2d_s8_mve : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_mve : Kernel<"avg_pool2d", "s8", "window2d_s8"> {
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}

// f32 by the single-precision unit: one body for all layers.
let features = [FeatureVFP4SP], overlays = [3] in {
def conv2d_f32_vfp : Kernel<"conv2d", "f32", "window2d_f32"> {
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, 4)";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 3) / 4 * 1.6 + 0.3)";
}
def fully_connected_f32_vfp : Kernel<"fully_connected", "f32", "matmul_f32_size"> {
  let weights = Blocked<4, 1>;
  let cost = "200 + macs / double(s.n) * ((s.n + 3) / 4 * 1.5)";
}
def depthwise_conv2d_f32_vfp : Kernel<"depthwise_conv2d", "f32", "window2d_f32"> {
  let when = "w.out_c == w.in_c";
  let cost = "200 + 0.7 * macs";
}
}
let features = [FeatureVFP4SP], cost = "200 + 0.9 * macs" in {
def max_pool2d_f32_vfp : Kernel<"max_pool2d", "f32", "window2d_f32">;
def avg_pool2d_f32_vfp : Kernel<"avg_pool2d", "f32", "window2d_f32">;
}

// f32 by the vectors of Armv8.1-M.
let features = [FeatureMVEFP], overlays = [3] in {
def conv2d_f32_mve : Kernel<"conv2d", "f32", "window2d_f32"> {
  let when = "w.groups == 1";
  let weights = Blocked<8, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, 3)";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 1.2 + 0.3)";
}
def fully_connected_f32_mve : Kernel<"fully_connected", "f32", "matmul_f32_size"> {
  let weights = Blocked<8, 1>;
  let cost = "200 + macs / double(s.n) * ((s.n + 7) / 8 * 1.1)";
}
def depthwise_conv2d_f32_mve : Kernel<"depthwise_conv2d", "f32", "window2d_f32"> {
  let when = "w.out_c == w.in_c";
  let cost = "200 + 0.4 * macs / w.out_c * ((w.out_c + 3) / 4)";
}
}
let features = [FeatureMVEFP], cost = "200 + 0.4 * macs" in {
def max_pool2d_f32_mve : Kernel<"max_pool2d", "f32", "window2d_f32">;
def avg_pool2d_f32_mve : Kernel<"avg_pool2d", "f32", "window2d_f32">;
}
