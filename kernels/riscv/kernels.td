// Kernels for RISC-V's vectors of any length. The estimates are in instructions at 128 bits, on the scale of the plain
// kernels.
include "kernels/signatures.td"

let features = [FeatureV], requant = RequantLayout<0, ShiftRight> in {
def conv2d_s8_rvv : RequantConvolutionS8<"conv2d"> {
  let bytes = 3436;
  let when = "w.groups == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let workspace = "conv2d_rvv_workspace(&w)";
  let workspaceHeader = "riscv/workspace_rvv.h";
  let cost = "0.15 * macs + 300";
}
def depthwise_conv2d_s8_rvv : RequantConvolutionS8<"depthwise_conv2d"> {
  let bytes = 1660;
  let layerBytes = "w.out_h * w.out_w == 1 ? 186 : 1660";
  let when = "w.out_c == w.in_c";
  let mr = 2;
  let cost = "0.3 * macs + 300";
}
def fully_connected_s8_rvv : RequantFullyConnectedS8 {
  let bytes = 2794;
  let helperBytes = "g.m == 1 ? 400 : 2600";
  let layerBytes = "98";
  let when = "g.batch == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let cost = "0.2 * macs + 300";
}
}

// The plain pools of bytes, whose loops over the taps of a small window clang unrolls, become vectors of channels too, and
// shorter code than these.
let features = [FeatureV], mr = 1, cost = "w.kernel_h * w.kernel_w <= 64 ? 1.6 * macs : 0.1 * macs + 300" in {
def max_pool2d_s8_rvv : PoolS8<"max_pool2d"> {
  let bytes = 442;
}
def avg_pool2d_s8_rvv : PoolS8<"avg_pool2d"> {
  let bytes = 524;
}
}
let features = [FeatureV], mr = 1, cost = "0.1 * macs + 300" in {
def max_pool2d_f32_rvv : PoolF32<"max_pool2d"> {
  let bytes = 532;
}
def avg_pool2d_f32_rvv : PoolF32<"avg_pool2d"> {
  let bytes = 562;
}
}

let features = [FeatureV] in {
def conv2d_f32_rvv : ConvolutionF32<"conv2d"> {
  let bytes = 3440;
  let when = "w.groups == 1";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let workspace = "4 * conv2d_rvv_workspace(&w)";
  let workspaceHeader = "riscv/workspace_rvv.h";
  let cost = "0.13 * macs + 300";
}
def depthwise_conv2d_f32_rvv : ConvolutionF32<"depthwise_conv2d"> {
  let bytes = 2152;
  let when = "w.out_c == w.in_c";
  let mr = 2;
  let cost = "0.2 * macs + 300";
}
def fully_connected_f32_rvv : FullyConnectedF32 {
  let bytes = 2786;
  let helperBytes = "g.m == 1 ? 360 : 2600";
  let layerBytes = "182";
  let weights = Blocked<0, 1>;
  let mr = 7;
  let cost = "0.15 * macs + 300";
}
}

let features = [FeatureV] in {
def matmul_f32_rvv : MatMulF32<"matmul"> {
  let bytes = 2790;
  let cost = "0.15 * macs + 300";
}
def matmul_transposed_f32_rvv : MatMulF32<"matmul_transposed"> {
  let bytes = 2956;
  let workspace = "4 * int64_t(g.k) * std::min(g.n, 64)";
  let cost = "0.15 * macs + 0.1 * macs / g.m + 300";
}
}
