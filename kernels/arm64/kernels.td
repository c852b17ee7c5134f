// int8 kernels for the dot products of Armv8.2-A and the matrix products of Armv8.6-A. The estimates are in instructions,
// on the scale of the plain kernels.
include "compiler/select/KernelRecord.td"

let folded = true, lanes = "eights" in {
def conv2d_s8_dot : Kernel<"conv2d", "s8", "window2d_s8"> {
  let features = ["dotprod"];
  let when = "w.groups == 1";
  let packing = "quad_rows8";
  let pixels = 8;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let cost = "0.14 * macs + 300";
}
def depthwise_conv2d_3x3_s8_dot : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let features = ["dotprod"];
  let when = "w.out_c == w.in_c && w.kernel_h == 3 && w.kernel_w == 3 && w.stride_w == 1 && w.dilation_w == 1";
  let packing = "columns8";
  let overlays = [0];
  let overlaysWhen = "w.in_h == w.out_h && w.in_w == w.out_w && w.stride_h == 1 && w.stride_w == 1 && "
                     "w.pad_top < w.kernel_h";
  let workspace = "depthwise_conv2d_s8_taps_workspace(&w)";
  let cost = "0.5 * macs + 300";
}
def fully_connected_s8_dot : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let features = ["dotprod"];
  let when = "s.batch == 1";
  let packing = "quad_rows8";
  let pixels = 8;
  let cost = "0.12 * macs + 300";
}
def conv2d_s8_i8mm : Kernel<"conv2d", "s8", "window2d_s8"> {
  let features = ["i8mm"];
  let when = "w.groups == 1";
  let packing = "row_blocks8";
  let pixels = 8;
  let workspace = "conv2d_s8_tiles_workspace(&w)";
  let cost = "0.1 * macs + 300";
}
def fully_connected_s8_i8mm : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let features = ["i8mm"];
  let when = "s.batch == 1";
  let packing = "row_blocks8";
  let pixels = 8;
  let cost = "0.08 * macs + 300";
}
}
