// Kernels for RISC-V's vectors of any length. The estimates are in instructions at 128 bits, on the scale of the plain
// kernels.
include "compiler/select/KernelRecord.td"

let features = ["v"], folded = true, lanes = "planes" in {
def conv2d_s8_rvv : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let packing = "side_by_side";
  let workspace = "conv2d_rvv_workspace(&w)";
  let cost = "0.15 * macs + 300";
}
def depthwise_conv2d_s8_rvv : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c";
  let cost = "0.3 * macs + 300";
}
def fully_connected_s8_rvv : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let packing = "side_by_side";
  let cost = "0.2 * macs + 300";
}
}
