// The plain kernels: they take everything, at about a multiply-accumulate in a cycle and a half.
include "compiler/kernel/KernelRecord.td"

class PlainWindow<string op, string type> : Kernel<op, type, "window2d_" # type> {
  let mr = 1;
  let cost = "1.5 * macs";
}
// A matrix product has none of the window's arithmetic, which makes it the better form of a 1x1 convolution.
class PlainMatrix<string op, string type> : Kernel<op, type, "matmul_" # type # "_size"> {
  let mr = 1;
  let cost = "1.4 * macs";
}

let overlays = [3] in {
def conv2d_f32 : PlainWindow<"conv2d", "f32">;
def depthwise_conv2d_f32 : PlainWindow<"depthwise_conv2d", "f32">;
def conv_transpose2d_f32 : PlainWindow<"conv_transpose2d", "f32">;
def fully_connected_f32 : PlainMatrix<"fully_connected", "f32">;
}
def max_pool2d_f32 : PlainWindow<"max_pool2d", "f32">;
def avg_pool2d_f32 : PlainWindow<"avg_pool2d", "f32">;
def avg_pool2d_padded_f32 : PlainWindow<"avg_pool2d_padded", "f32">;
def matmul_f32 : PlainMatrix<"matmul", "f32">;
def matmul_transposed_f32 : PlainMatrix<"matmul_transposed", "f32">;

let overlays = [0], strided = false, cost = "20.0 * macs" in {
def softmax_f32 : Kernel<"softmax", "f32", "softmax_f32_size">;
def log_softmax_f32 : Kernel<"log_softmax", "f32", "softmax_f32_size">;
}

def conv2d_f16 : Kernel<"conv2d", "f16", "window2d_f32"> {
  let mr = 1;
  let cost = "3.0 * macs";
}
def depthwise_conv2d_f16 : Kernel<"depthwise_conv2d", "f16", "window2d_f32"> {
  let mr = 1;
  let cost = "3.0 * macs";
}
def fully_connected_f16 : Kernel<"fully_connected", "f16", "matmul_f32_size"> {
  let mr = 1;
  let cost = "2.8 * macs";
}

def conv2d_s8 : PlainWindow<"conv2d", "s8">;
def depthwise_conv2d_s8 : PlainWindow<"depthwise_conv2d", "s8">;
def conv_transpose2d_s8 : PlainWindow<"conv_transpose2d", "s8">;
def max_pool2d_s8 : PlainWindow<"max_pool2d", "s8">;
def avg_pool2d_s8 : PlainWindow<"avg_pool2d", "s8">;
def fully_connected_s8 : PlainMatrix<"fully_connected", "s8">;

def conv2d_s16 : PlainWindow<"conv2d", "s16">;
def depthwise_conv2d_s16 : PlainWindow<"depthwise_conv2d", "s16">;
def conv_transpose2d_s16 : PlainWindow<"conv_transpose2d", "s16">;
def max_pool2d_s16 : PlainWindow<"max_pool2d", "s16">;
def avg_pool2d_s16 : PlainWindow<"avg_pool2d", "s16">;
def fully_connected_s16 : PlainMatrix<"fully_connected", "s16">;

let overlays = [0], strided = false, cost = "20.0 * macs" in {
def softmax_s8 : Kernel<"softmax", "s8", "softmax_s8_size">;
def log_softmax_s8 : Kernel<"log_softmax", "s8", "log_softmax_s8_size">;
def softmax_s16 : Kernel<"softmax", "s16", "softmax_s16_size">;
}
let strided = false, cost = "20.0 * macs" in {
def softmax_s8_s16 : Kernel<"softmax", "s8_s16", "softmax_s8_size">;
}

// Blocks of sums in registers, which gain nothing where a compiler makes vectors of the plain loops.
let features = [TuneScalar], requant = Requant<1, ShiftRight, twiceBias = true> in {
def conv2d_s8_scalar : Kernel<"conv2d", "s8", "window2d_s8"> {
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let mr = 4;
  let workspace = "conv2d_s8_scalar_workspace(&w)";
  let cost = "0.7 * macs + 300";
}
def depthwise_conv2d_s8_scalar : Kernel<"depthwise_conv2d", "s8", "window2d_s8"> {
  let when = "w.out_c == w.in_c";
  let weights = Blocked<1, 1>;
  let overlays = [0];
  let overlaysWhen = "w.in_h == w.out_h && w.in_w == w.out_w";
  let workspace = "depthwise_conv2d_s8_scalar_workspace(&w)";
  let cost = "1.0 * macs + 300";
}
def fully_connected_s8_scalar : Kernel<"fully_connected", "s8", "matmul_s8_size"> {
  let when = "s.batch == 1";
  let weights = Blocked<8, 1>;
  let mr = 1;
  let cost = "0.8 * macs + 300";
}
}
let features = [TuneScalar], cost = "1.2 * macs + 300" in {
def max_pool2d_s8_scalar : Kernel<"max_pool2d", "s8", "window2d_s8">;
def avg_pool2d_s8_scalar : Kernel<"avg_pool2d", "s8", "window2d_s8"> {
  let when = "w.kernel_h * w.kernel_w <= 1024";
}
}

// The same for f32, with registers for floats; outputs count in panels of four.
let features = [TuneScalar, FeatureF], overlays = [3] in {
def conv2d_f32_scalar : Kernel<"conv2d", "f32", "window2d_f32"> {
  let when = "w.groups == 1";
  let weights = Blocked<4, 1>;
  let workspace = "4 * patches2d_f32_workspace(&w, patches2d_f32_band(&w, 4))";
  let cost = "300 + macs / double(w.out_c) * ((w.out_c + 3) / 4 * 5.2 + 1)";
}
def fully_connected_f32_scalar : Kernel<"fully_connected", "f32", "matmul_f32_size"> {
  let weights = Blocked<4, 1>;
  let cost = "200 + macs / double(s.n) * ((s.n + 3) / 4 * 5.2)";
}
def depthwise_conv2d_f32_scalar : Kernel<"depthwise_conv2d", "f32", "window2d_f32"> {
  let when = "w.out_c == w.in_c";
  let cost = "200 + 1.3 * macs";
}
}
