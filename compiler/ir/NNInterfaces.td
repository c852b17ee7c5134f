//===- NNInterfaces.td - what passes ask operations of the nn dialect --------------------------------------===//
//
// Stages 2 and 3 know operations by what these interfaces say of them, so that a new one needs no edit there.
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_NN_INTERFACES_TD
#define BARECC_NN_INTERFACES_TD

include "mlir/IR/OpBase.td"

class NN_OpInterface<string name, list<Interface> bases = []> : OpInterface<name, bases> {
  let cppNamespace = "::barecc::nn";
}

def NN_LowerableOpInterface : NN_OpInterface<"LowerableOpInterface"> {
  let description = [{
    Has a form in linalg for every type it takes, which is used where no kernel is. It gives the integers of the plain
    kernels, and their floats up to the order of sums.
  }];
  let methods = [
    InterfaceMethod<"Writes the operation as linalg where `b` stands, and gives its result.", "::mlir::Value",
                    "lowerToLinalg", (ins "::mlir::OpBuilder &":$b)>
  ];
}

def NN_ClampedOpInterface : NN_OpInterface<"ClampedOpInterface"> {
  let description = [{
    Clamps its result to [min, max] on its way out, real numbers both; either may be absent. Activation functions that
    clamp are fused into it.
  }];
  let methods = [
    InterfaceMethod<"The lower bound, if there is one.", "::std::optional<::llvm::APFloat>", "getMin">,
    InterfaceMethod<"The upper bound, if there is one.", "::std::optional<::llvm::APFloat>", "getMax">,
    InterfaceMethod<"Sets the lower bound.", "void", "setMinAttr", (ins "::mlir::FloatAttr":$bound)>,
    InterfaceMethod<"Sets the upper bound.", "void", "setMaxAttr", (ins "::mlir::FloatAttr":$bound)>
  ];
}

def NN_WeightedOpInterface : NN_OpInterface<"WeightedOpInterface", [NN_ClampedOpInterface]> {
  let description = [{
    Sums of products with a filter, which may be followed by a bias of each output channel and by the elements of a
    residual of the output's shape. Batch norms, additions and residual sums are fused into it. In integers the sums
    have the scale `input scale * filter scale`.
  }];
  let methods = [
    InterfaceMethod<"", "::mlir::Value", "getInput">,
    InterfaceMethod<"", "::mlir::Value", "getFilter">,
    InterfaceMethod<"A value of each output channel; may be null.", "::mlir::Value", "getBias">,
    InterfaceMethod<"A tensor of the output's shape; may be null.", "::mlir::Value", "getResidual">,
    InterfaceMethod<"", "::mlir::OpOperand &", "getInputMutable">,
    InterfaceMethod<"", "::mlir::OpOperand &", "getFilterMutable">,
    InterfaceMethod<"", "::mlir::MutableOperandRange", "getBiasMutable">,
    InterfaceMethod<"", "::mlir::MutableOperandRange", "getResidualMutable">,
    InterfaceMethod<"The precision that the product of the input's and the filter's scale is rounded in.",
                    "::barecc::nn::Precision", "getScaleProduct">,
    InterfaceMethod<"The filter's axis that output channels lie along.", "int64_t", "getOutputChannelAxis", (ins), "",
                    "return 0;">,
    InterfaceMethod<"Whether a residual sum is fused into it.", "bool", "takesResidual", (ins), "", "return true;">
  ];
}

def NN_WindowOpInterface : NN_OpInterface<"WindowOpInterface"> {
  let description = [{
    Moves a window over the rows and columns of an NHWC image with padding. A tensor.pad in front of it becomes part of
    that padding.
  }];
  let methods = [
    InterfaceMethod<"", "::mlir::OpOperand &", "getInputMutable">,
    InterfaceMethod<"Top, left, bottom and right.", "::llvm::ArrayRef<int64_t>", "getPadding">,
    InterfaceMethod<"", "void", "setPadding", (ins "::llvm::ArrayRef<int64_t>":$padding)>,
    InterfaceMethod<[{
      Says of its own padding what has been written into the image if results stay the same: pixels of the real number
      `value` on each of the four sides. Then the caller takes them out of the image. `isNonNegative`: no element of the
      image is negative.
    }], "bool", "absorbPadding",
    (ins "::llvm::ArrayRef<int64_t>":$sides, "double":$value, "bool":$isNonNegative)>
  ];
}

def NN_SameScaleOpInterface : NN_OpInterface<"SameScaleOpInterface"> {
  let description = [{
    Its input and result are quantised alike, if they are: what it computes of numbers, it computes of the integers
    that stand for them.
  }];
  let methods = [
    InterfaceMethod<"Whether it can be done on integers of this form.", "bool", "takesQuantized",
                    (ins "::mlir::quant::QuantizedType":$type)>,
    InterfaceMethod<"Whether every element of the result is one of the input's as it is.", "bool", "movesElements">
  ];
}

def NN_PermutableOpInterface : NN_OpInterface<"PermutableOpInterface"> {
  let description = [{
    Has one tensor operand, of the result's shape, and works in any layout of it that keeps some of its axes in place.
  }];
  let methods = [
    InterfaceMethod<[{
      Whether it does the same on an operand with permuted axes, as linalg.transpose permutes them, up to that
      permutation of the result.
    }], "bool", "takesLayout", (ins "::llvm::ArrayRef<int64_t>":$permutation)>
  ];
}

#endif
