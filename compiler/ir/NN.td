//===- NN.td - the neural-network dialect -----------------------------------------------------------------===//
//
// The few operations that deserve a hand-tuned kernel or a pattern of their own. All else is said with the
// upstream dialects (linalg, tensor, arith, math). Images are NHWC.
//
// Operations on numbers take f32, f16, and integers of 8 and 16 signed bits; nn.matmul takes floats alone. Quantised
// forms carry their scales and zero points in !quant.uniform element types and have no attributes of their own for
// them. 16-bit activations have 8-bit filters. The bias of a quantised form is plain i32, or i64 beside 16-bit
// activations, in the scale of its sums.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_NN_TD
#define BARECC_NN_TD

include "compiler/ir/ControlFlow.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "NNInterfaces.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::barecc::nn";
  let summary = "Neural-network operations that kernels are written for";
  let description = [{
    The arguments and results of `main` are described by attributes of this dialect (`Boundary.h`, `State.h`):

    | attribute     | of                    | what it says                                                          |
    |---------------|-----------------------|-----------------------------------------------------------------------|
    | `nn.name`     | arguments and results | string: the tensor's name in the model file                           |
    | `nn.position` | arguments             | i64: place among the file's inputs, some of which were made constants |
    | `nn.shape_of` | results               | i64: this is the actual shape of the result of that number            |
    | `nn.state`    | arguments and results | string: a state's value before, and after, a run                      |
    | `nn.initial`  | arguments             | elements: a state's value before the first run                        |

    ```mlir
    func.func @main(%x: tensor<4xf32> {nn.name = "x"},
                    %old: tensor<4xf32> {nn.state = "s", nn.initial = dense<0.0> : tensor<4xf32>})
        -> (tensor<4xf32> {nn.name = "y"}, tensor<4xf32> {nn.state = "s"})
    ```
  }];
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
}

class NN_Op<string mnemonic, list<Trait> traits = []> : Op<NN_Dialect, mnemonic, !listconcat([Pure], traits)> {
  let hasVerifier = 1;
}

defvar NN_Tensor = AnyStaticShapeTensor;

defvar NN_LowersToLinalg = DeclareOpInterfaceMethods<NN_LowerableOpInterface>;

// ---- How real numbers become integers ----------------------------------------------------------------------

// TensorFlow Lite scales an integer sum of products by `input scale * filter scale / output scale`, in two ways that
// differ in the last bit of the fixed-point multiplier: it multiplies the first two in single precision (matrices, and
// every operator on unsigned bytes), or in double precision (all other convolutions). The division is in
// double precision always.
def NN_Precision : I32EnumAttr<"Precision", "Floating-point precision that a product is rounded to", [
    I32EnumAttrCase<"Single", 0, "single">, I32EnumAttrCase<"Double", 1, "double">]> {
  let cppNamespace = "::barecc::nn";
  let genSpecializedAttr = 0;
}
def NN_PrecisionAttr : EnumAttr<NN_Dialect, NN_Precision, "precision"> {
  let assemblyFormat = "`<` $value `>`";
}
class NN_ScaleProduct<string precision>
    : DefaultValuedAttr<NN_PrecisionAttr, "::barecc::nn::Precision::" # precision>;

// ---- Windows over images -----------------------------------------------------------------------------------

class NN_ConvolutionOp<string mnemonic, list<Trait> traits>
    : NN_Op<mnemonic, !listconcat([AttrSizedOperandSegments, NN_LowersToLinalg], traits)> {
  dag common = (ins NN_Tensor:$input, NN_Tensor:$filter, Optional<NN_Tensor>:$bias, Optional<NN_Tensor>:$residual,
                    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding, DenseI64ArrayAttr:$dilations);
  dag end = (ins OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max,
                 NN_ScaleProduct<"Double">:$scale_product);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^)? (`residual` $residual^)? attr-dict
    `:` type($input) `,` type($filter) (`bias` type($bias)^)? (`residual` type($residual)^)? `->` type($output)
  }];
}

def NN_Conv2DOp : NN_ConvolutionOp<"conv2d", [
    NN_WeightedOpInterface, DeclareOpInterfaceMethods<NN_WindowOpInterface, ["absorbPadding"]>]> {
  let summary = "2-D convolution, NHWC";
  let description = [{
    `output = clamp(conv(input, filter) + bias + residual, min, max)`. The filter is OHWI (output channels, rows,
    columns, input channels / groups); padding is top, left, bottom, right in pixels and counts as the real value 0.

    ```mlir
    %y = nn.conv2d %x, %w bias %b {strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 1, 1>,
        dilations = array<i64: 1, 1>, groups = 1 : i64, min = 0.0 : f32, max = 6.0 : f32}
        : tensor<1x224x224x3xf32>, tensor<32x3x3x3xf32> bias tensor<32xf32> -> tensor<1x112x112x32xf32>
    ```

    On integers the sums of products, with a bias of their own scale `input scale * filter scale`, are brought to the
    output's scale in fixed point; `scale_product` is the precision in which that product of scales is rounded.

    ```mlir
    %y = nn.conv2d %x, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>,
        groups = 1 : i64, scale_product = #nn.precision<single>}
        : tensor<1x4x4x1x!quant.uniform<i8:f32, 0.1:-1>>, tensor<1x1x1x1x!quant.uniform<i8:f32, 0.3>>
        -> tensor<1x4x4x1x!quant.uniform<i8:f32, 0.7>>
    ```
  }];
  let arguments = !con(common, (ins I64Attr:$groups), end);
}

def NN_DepthwiseConv2DOp : NN_ConvolutionOp<"depthwise_conv2d", [
    DeclareOpInterfaceMethods<NN_WeightedOpInterface, ["getOutputChannelAxis"]>,
    DeclareOpInterfaceMethods<NN_WindowOpInterface, ["absorbPadding"]>]> {
  let summary = "2-D depthwise convolution, NHWC";
  let description = [{
    Output channel `c` reads input channel `c / multiplier`, where `multiplier` is output channels / input channels.
    The filter is HWC (rows, columns, output channels). All else as in `nn.conv2d`.

    ```mlir
    %y = nn.depthwise_conv2d %x, %w bias %b {strides = array<i64: 1, 1>, padding = array<i64: 1, 1, 1, 1>,
        dilations = array<i64: 1, 1>}
        : tensor<1x8x8x4xf32>, tensor<3x3x4xf32> bias tensor<4xf32> -> tensor<1x8x8x4xf32>
    ```
  }];
  let arguments = !con(common, end);
}

def NN_ConvTranspose2DOp : NN_ConvolutionOp<"conv_transpose2d", [
    DeclareOpInterfaceMethods<NN_WeightedOpInterface, ["takesResidual"]>]> {
  let summary = "2-D transposed convolution, NHWC";
  let description = [{
    The gradient of a convolution with respect to its input: each input pixel adds its filter, scaled, to a window of
    the output. The filter is OHWI with I = input channels / groups; padding is what is cut from the full result. All
    else as in `nn.conv2d`.

    ```mlir
    %y = nn.conv_transpose2d %x, %w {strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
        dilations = array<i64: 1, 1>, groups = 1 : i64}
        : tensor<1x8x8x4xf32>, tensor<2x2x2x4xf32> -> tensor<1x16x16x2xf32>
    ```
  }];
  let arguments = !con(common, (ins I64Attr:$groups), end);
}

class NN_PoolOp<string mnemonic> : NN_Op<mnemonic, [
    NN_LowersToLinalg, NN_ClampedOpInterface, DeclareOpInterfaceMethods<NN_WindowOpInterface, ["absorbPadding"]>,
    DeclareOpInterfaceMethods<NN_SameScaleOpInterface>]> {
  dag common = (ins NN_Tensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
                    DenseI64ArrayAttr:$padding, DenseI64ArrayAttr:$dilations);
  dag clamp = (ins OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
}

def NN_MaxPool2DOp : NN_PoolOp<"max_pool2d"> {
  let summary = "Largest value of a window, NHWC; padding never wins";
  let description = [{
    ```mlir
    %y = nn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
        dilations = array<i64: 1, 1>} : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
    ```
  }];
  let arguments = !con(common, clamp);
}

def NN_AvgPool2DOp : NN_PoolOp<"avg_pool2d"> {
  let summary = "Mean of a window, NHWC";
  let description = [{
    Divides by the number of taps inside the image or, with `count_padding`, inside the padded image.

    ```mlir
    %y = nn.avg_pool2d %x {kernel = array<i64: 7, 7>, strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>,
        dilations = array<i64: 1, 1>} : tensor<1x7x7x4xf32> -> tensor<1x1x1x4xf32>
    ```

    The mean of integers is that of the stored values, rounded to nearest, ties away from the stored value
    `ties_away_from`: 0 as TensorFlow Lite's kernels of int8 have it, -128 as those of uint8, whose bytes are stored
    less 128. That value is also the mean of a window that lies in the padding altogether.
  }];
  let arguments = !con(common, (ins UnitAttr:$count_padding), clamp,
                       (ins DefaultValuedAttr<I64Attr, "0">:$ties_away_from));
}

// ---- Matrices ----------------------------------------------------------------------------------------------

def NN_FullyConnectedOp : NN_Op<"fully_connected", [
    AttrSizedOperandSegments, NN_LowersToLinalg, NN_WeightedOpInterface]> {
  let summary = "Rows times a weight matrix";
  let description = [{
    `output[m, n] = clamp(sum_k input[m, k] * filter[n, k] + bias[n] + residual[m, n], min, max)`. On integers as in
    `nn.conv2d`.

    ```mlir
    %y = nn.fully_connected %x, %w bias %b {min = 0.0 : f32}
        : tensor<1x64xf32>, tensor<10x64xf32> bias tensor<10xf32> -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, NN_Tensor:$filter, Optional<NN_Tensor>:$bias, Optional<NN_Tensor>:$residual,
                       OptionalAttr<F32Attr>:$min, OptionalAttr<F32Attr>:$max,
                       NN_ScaleProduct<"Single">:$scale_product);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = [{
    $input `,` $filter (`bias` $bias^)? (`residual` $residual^)? attr-dict
    `:` type($input) `,` type($filter) (`bias` type($bias)^)? (`residual` type($residual)^)? `->` type($output)
  }];
}

def NN_MatMulOp : NN_Op<"matmul", [NN_LowersToLinalg]> {
  let summary = "Batched matrix product of two computed tensors";
  let description = [{
    `output[b, m, n] = sum_k lhs[b, m, k] * rhs[b, k, n]`; with `transpose_rhs` the right side is `rhs[b, n, k]`. Both
    are of rank 3; a batch of 1 on the right is shared by all.

    ```mlir
    %y = nn.matmul %a, %b {transpose_rhs} : tensor<8x16x32xf32>, tensor<8x16x32xf32> -> tensor<8x16x16xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$lhs, NN_Tensor:$rhs, UnitAttr:$transpose_rhs);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($output)";
}

// ---- Rows --------------------------------------------------------------------------------------------------

def NN_SoftmaxOp : NN_Op<"softmax", [
    NN_LowersToLinalg, DeclareOpInterfaceMethods<NN_PermutableOpInterface>]> {
  let summary = "Softmax over the last axis, or its logarithm";
  let description = [{
    `output = exp(beta * x) / sum(exp(beta * x))`; with `log`, the logarithm of that.

    ```mlir
    %y = nn.softmax %x {beta = 1.0 : f32} : tensor<1x10xf32> -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DefaultValuedAttr<F32Attr, "1.0f">:$beta, UnitAttr:$log);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
}

// ---- Helpers that upstream has no static form of -----------------------------------------------------------

def NN_ReshapeOp : NN_Op<"reshape", [DeclareOpInterfaceMethods<NN_SameScaleOpInterface>]> {
  let summary = "The same elements in row-major order under another shape";
  let description = [{
    ```mlir
    %y = nn.reshape %x : tensor<1x7x7x64xf32> -> tensor<1x3136xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasFolder = 1;
}

def NN_RescaleOp : NN_Op<"rescale"> {
  let summary = "Fixed-point scaling of one integer";
  let description = [{
    `round(x * multiplier * 2^(shift - 31))` with the double rounding of TensorFlow Lite's reference kernels; `rescale`
    in `kernels/abi/quantize.h` is the same in C. Works on scalars, inside the body of a linalg operation.

    ```mlir
    %y = nn.rescale %x by 1518500250 shift -3 : i32
    ```
  }];
  let arguments = (ins I32:$input, I32Attr:$multiplier, I32Attr:$shift);
  let results = (outs I32:$output);
  let assemblyFormat = "$input `by` $multiplier `shift` $shift attr-dict `:` type($input)";
}

// ---- Control flow and imperative code -------------------------------------------------------------------------

def NN_ProcedureOp : NN_Op<"procedure", [IsolatedFromAbove, SingleBlock, NoTerminator]> {
  let summary = "Imperative code over whole tensors";
  let description = [{
    For what no loop nest of linalg can say: sorting, searching, scattering, counting. The region's arguments are the
    inputs, which it only reads, and then the results, which it writes, all as memrefs; a result that nothing uses is
    scratch memory. Inside are memref.load, memref.store, scf.for, scf.while, scf.if and scalar arithmetic; the caller
    sees to it that indices are in bounds. `in_place` lists the inputs that result 0 may lie exactly on.

    ```mlir
    %y = nn.procedure(%x) {
    ^bb0(%in: memref<4xf32>, %out: memref<4xf32>):
      scf.for %i = %zero to %four step %one {
        %v = memref.load %in[%i] : memref<4xf32>
        memref.store %v, %out[%i] : memref<4xf32>
      }
    } : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyStaticShapeTensor>:$inputs,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$in_place);
  let results = (outs Variadic<AnyStaticShapeTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`(` $inputs `)` $body attr-dict `:` functional-type($inputs, $outputs)";
}

def NN_LoopOp : SubgraphLoopOp<NN_Dialect> {
  let description = [{
    Runs the private function `body` at most `trips` times: as often as `limit` says, where it is there, and, where
    `start` is there, while that and then the first result of the body are true.

    The body gets the number of the iteration (tensor<i64>), the carried values, one slice of each scanned tensor along
    its first dimension, and the captured values as they are. It returns whether to go on (only where `start` is
    there), the carried values for the next iteration, and one slice of each stacked result. Tensors marked in
    `scanned_backwards` and `stacked_backwards` are run through from their last slice to their first.

    Results are the carried values at the end, the stacked slices (with `trips` as their first dimension; those of
    iterations that were not run are undefined), and the number of iterations, where it is asked for.

    ```mlir
    %final, %all = nn.loop @body init(%zero : tensor<8xf32>) scan(%xs : tensor<10x8xf32>)
        {trips = 10 : i64} -> (tensor<8xf32>) stacked(tensor<10x8xf32>)
    ```
  }];
}

def NN_IfOp : SubgraphIfOp<NN_Dialect> {
  let description = [{
    Runs the private function `then` where the condition is true, `otherwise` where it is false. Both get the captured
    values and return the results.

    ```mlir
    %y = nn.if %c then @yes otherwise @no(%x) : tensor<i1>, (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
}

#endif
