// Kernels for WebAssembly's 128-bit vectors: one body for all layers, so they are the choice for size too. The estimates
// are in instructions, on the scale of the plain kernels.
include "compiler/kernel/KernelRecord.td"

// f32; outputs count in panels of eight.
let features = [FeatureSIMD128], overlays = [3] in {
def conv2d_f32_simd128 : Kernel<"conv2d", "f32", "window2d_f32"> {
  let when = "w.groups == 1";
  let weights = Blocked<8, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 8))";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 7) / 8 * 5.5 + 1)";
}
def fully_connected_f32_simd128 : Kernel<"fully_connected", "f32", "matmul_f32_size"> {
  let weights = Blocked<8, 1>;
  let cost = "200 + macs / double(s.n) * ((s.n + 7) / 8 * 5.5)";
}
def depthwise_conv2d_f32_simd128 : Kernel<"depthwise_conv2d", "f32", "window2d_f32"> {
  let when = "w.out_c == w.in_c";
  let cost = "200 + macs";
}
}
// Gathers what the product reads.
let features = [FeatureSIMD128], workspace = "4 * 8 * int64_t(s.k)", when = "s.m >= 4" in {
def matmul_f32_simd128 : Kernel<"matmul", "f32", "matmul_f32_size"> {
  let cost = "200 + macs / double(s.n) * ((s.n + 7) / 8 * 5.5) + 1.0 * macs / s.m";
}
def matmul_transposed_f32_simd128 : Kernel<"matmul_transposed", "f32", "matmul_f32_size"> {
  let cost = "200 + macs / double(s.n) * ((s.n + 7) / 8 * 5.5) + 2.0 * macs / s.m";
}
}
let features = [FeatureSIMD128], cost = "200 + 0.8 * macs" in {
def max_pool2d_f32_simd128 : Kernel<"max_pool2d", "f32", "window2d_f32">;
def avg_pool2d_f32_simd128 : Kernel<"avg_pool2d", "f32", "window2d_f32">;
}

// int8; weights in pairs of eight outputs.
let features = [FeatureSIMD128], requant = Requant<8, ShiftByProduct> in {
def conv2d_s8_simd128 : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1 && shifts_to_right";
  let weights = Blocked<8, 2, depthMultiple = 8>;
  let mr = 4;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let cost = "0.4 * macs + 300";
}
def depthwise_conv2d_s8_simd128 : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c && shifts_to_right";
  let weights = Blocked<8, 1, depthMultiple = 2>;
  let overlays = [0];
  let overlaysWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let cost = "0.8 * macs + 300";
}
def fully_connected_s8_simd128 : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1 && shifts_to_right";
  let weights = Blocked<8, 2, depthMultiple = 8>;
  let mr = 4;
  let cost = "0.45 * macs + 300";
}
}
let features = [FeatureSIMD128], cost = "0.3 * macs + 300" in {
def max_pool2d_s8_simd128 : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_simd128 : Kernel<"avg_pool2d", "s8", "window2d_s8"> {
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}
