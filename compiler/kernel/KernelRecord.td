//===- KernelRecord.td - what the compiler knows of a kernel ------------------------------------------------===//
//
// Each kernel of kernels/<isa>/ has one record in kernels/<isa>/kernels.td. Conditions and figures are C++
// expressions over the call to be made (KernelQuery in Registry.h):
//
//   w   window2d_params of convolutions and pools          g   gemm_params of matrix products
//   rows, depth: of softmax                                bias, residual: whether the operand is there
//   weights_above_min: int8 weights, none of them -128     shifts_to_right: each channel's shift is at least 1
//   macs: multiply-accumulates of the call (elements read, where there are none)
//   layers: operations of this kind and type in the function
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_KERNEL_RECORD_TD
#define BARECC_KERNEL_RECORD_TD

include "targets/features.td"

/// What is made of an operation's constant weights for the kernel: an object of a class derived from WeightTransform
/// (compiler/kernel/WeightLayout.h), as C++ makes it.
class WeightTransform<string object_> {
  string object = object_;
}

/// The blocked layout [outputs / nr][depth / kr][nr][kr], nr 0: all outputs; options as of BlockedLayout.
class Blocked<int nr, int kr, int depthMultiple = 1, bit narrowLastPanel = false, bit columnBlocks = false>
    : WeightTransform<"BlockedLayout(" # nr # ", " # kr # ", {" # depthMultiple # ", " # narrowLastPanel # ", "
                      # columnBlocks # "})">;

/// In which form a kernel reads the shifts of requantisation: a value of RequantLayout::Shift.
class RequantShift<string value_> {
  string value = value_;
}
def ShiftRight : RequantShift<"Right">;
def ShiftLeft : RequantShift<"Left">;
def ShiftByProduct : RequantShift<"Product">;

/// Order of the requantisation words: RequantLayout of compiler/kernel/Requantization.h.
class RequantLayout<int lanes, RequantShift shift, bit twiceBias = false, bit evenOdd = false> {
  string value = "RequantLayout{" # lanes # ", RequantLayout::Shift::" # shift.value # ", " # twiceBias # ", " # evenOdd
                 # "}";
}

// ---- Params ------------------------------------------------------------------------------------------------

/// Fields of one type that share a comment.
class Fields<string type_, list<string> names_, string doc_> {
  string type = type_;           // of C
  list<string> names = names_;
  string doc = doc_;
}
class Int32<list<string> names, string doc = ""> : Fields<"int32_t", names, doc>;
class Float<list<string> names, string doc = ""> : Fields<"float", names, doc>;

/// The constant first argument of a kernel: a C struct of the record's name.
class Params<string doc_, list<Fields> fields_> {
  string doc = doc_;
  list<Fields> fields = fields_;
}

/// A struct in a struct.
class Nested<Params params, string name> : Fields<!cast<string>(params), [name], "">;

// ---- Operands ----------------------------------------------------------------------------------------------

/// What an operand is for; the C parameter is called so.
class Role<string name_> {
  string name = name_;
}
def Input : Role<"input">;
def Weights : Role<"weights">;
def Bias : Role<"bias">;
def Multiplier : Role<"multiplier">;
def Shift : Role<"shift">;
def Requant : Role<"requant">;   // requantisation words, in place of the three before
def Residual : Role<"residual">;
def ExpTable : Role<"exp_table">;
def ReciprocalTable : Role<"reciprocal_table">;
def Lhs : Role<"lhs">;
def Rhs : Role<"rhs">;
def Output : Role<"output">;

/// Elements as they lie in memory.
class OperandType<string c_> {
  string c = c_;                 // type of C
}
def F32 : OperandType<"float">;
def F16 : OperandType<"uint16_t">;
def S8 : OperandType<"int8_t">;
def S16 : OperandType<"int16_t">;
def S32 : OperandType<"int32_t">;
def S64 : OperandType<"int64_t">;

/// A pointer that a kernel gets.
class Operand<Role role_, OperandType type_, string stride_ = "", bit optional_ = false> {
  Role role = role_;
  OperandType type = type_;
  string stride = stride_;       // field of the params, elements from pixel to pixel or row to row; empty: it is dense
  bit optional = optional_;      // NULL where the operation has none
}
class OptionalOperand<Role role, OperandType type, string stride = ""> : Operand<role, type, stride, true>;

// ---- Kernels -----------------------------------------------------------------------------------------------

/// One that asks for no feature and has no condition is the reference of its operation and types.
class Kernel<string op_, Params params_, list<Operand> operands_> {
  string op = op_;               // operation of the nn dialect, "conv2d"; one kernel each: avg_pool2d_padded...
  Params params = params_;
  list<Operand> operands = operands_; // the first and the last, the output, say which types it is for
  list<Feature> features = [];   // that the target has to have
  string when = "true";          // condition
  string cost = ?;               // estimated cycles
  WeightTransform weights = ?;   // what it reads for the weights; unset: as the operation has them
  RequantLayout requant = ?;     // order of the requantisation words, where it has that operand
  string workspace = "";         // bytes; empty: no such parameter. A kernel that has one gets NULL for 0 bytes
  string workspaceHeader = "";   // file of kernels/ with the C functions that this calls
  list<Role> inPlace = [];       // operands that the output may lie exactly on
  string inPlaceWhen = "true";   // condition of that
  int mr = 0;                    // output pixels (of a matrix: rows) computed together, of which a call of few rows should
                                 // get a multiple; 0: a call should get all rows, since each has work of its own
  // Bytes of code and constants at -Os, on the first target that has the features (Thumb-2 where there are none):
  int bytes = ?;                 // of one body for all layers, with its helpers
  string helperBytes = "0";      // of the helpers that copies of it, each specialised for a layer, still share
  string layerBytes = !cast<string>(bytes); // of such a copy
}

#endif
