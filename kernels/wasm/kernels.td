// int8 kernels for WebAssembly's 128-bit vectors. The estimates are in instructions, on the scale of the plain kernels.
include "compiler/select/KernelRecord.td"

let features = ["simd128"], folded = true, lanes = "eights_by_power" in {
def conv2d_s8_simd128 : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let packing = "pair_rows8";
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let cost = "0.4 * macs + 300";
}
def depthwise_conv2d_s8_simd128 : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c";
  let packing = "channels8";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let cost = "0.8 * macs + 300";
}
def fully_connected_s8_simd128 : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let packing = "pair_rows8";
  let cost = "0.45 * macs + 300";
}
}
let features = ["simd128"], cost = "0.3 * macs + 300" in {
def max_pool2d_s8_simd128 : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_simd128 : Kernel<"avg_pool2d", "s8", "window2d_s8"> {
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}
