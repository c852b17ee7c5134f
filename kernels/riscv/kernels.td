// Kernels for RISC-V's vectors of any length. The estimates are in instructions at 128 bits, on the scale of the plain
// kernels.
include "compiler/kernel/KernelRecord.td"

let features = [FeatureV], requant = Requant<0, ShiftRight> in {
def conv2d_s8_rvv : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let workspace = "conv2d_rvv_workspace(&w)";
  let cost = "0.15 * macs + 300";
}
def depthwise_conv2d_s8_rvv : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c";
  let mr = 2;
  let cost = "0.3 * macs + 300";
}
def fully_connected_s8_rvv : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let cost = "0.2 * macs + 300";
}
}

let features = [FeatureV], mr = 1, cost = "0.1 * macs + 300" in {
def max_pool2d_s8_rvv : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_rvv : Kernel<"avg_pool2d", "s8", "window2d_s8">;
def max_pool2d_f32_rvv : Kernel<"max_pool2d", "f32", "window2d_f32">;
def avg_pool2d_f32_rvv : Kernel<"avg_pool2d", "f32", "window2d_f32">;
}

let features = [FeatureV], overlays = [3] in {
def conv2d_f32_rvv : Kernel<"conv2d", "f32", "window2d_f32"> {
  let when = "w.groups == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let workspace = "4 * conv2d_rvv_workspace(&w)";
  let cost = "0.13 * macs + 300";
}
def depthwise_conv2d_f32_rvv : Kernel<"depthwise_conv2d", "f32", "window2d_f32"> {
  let when = "w.out_c == w.in_c";
  let mr = 2;
  let cost = "0.2 * macs + 300";
}
def fully_connected_f32_rvv : Kernel<"fully_connected", "f32", "matmul_f32_size"> {
  let weights = Blocked<0, 1>;
  let mr = 7;
  let cost = "0.15 * macs + 300";
}
}

let features = [FeatureV] in {
def matmul_f32_rvv : Kernel<"matmul", "f32", "matmul_f32_size"> {
  let cost = "0.15 * macs + 300";
}
def matmul_transposed_f32_rvv : Kernel<"matmul_transposed", "f32", "matmul_f32_size"> {
  let workspace = "4 * matmul_transposed_f32_rvv_workspace(&s)";
  let cost = "0.15 * macs + 0.1 * macs / s.m + 300";
}
}
