//===- KernelRecord.td - what the compiler knows of a kernel ------------------------------------------------===//
//
// Each kernel of kernels/<isa>/ has one record in kernels/<isa>/kernels.td. Conditions and figures are C++
// expressions over the call to be made (KernelQuery in Registry.h):
//
//   w   window2d: geometry of convolutions and pools       s   matmul: geometry of matrix products
//   rows, depth: of softmax                                bias, residual: whether the operand is there
//   weights_above_min: int8 weights, none of them -128     shifts_to_right: each channel's shift is at least 1
//   macs: multiply-accumulates of the call (elements read, where there are none)
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
class Requant<int lanes, RequantShift shift, bit twiceBias = false, bit evenOdd = false> {
  string value = "RequantLayout{" # lanes # ", RequantLayout::Shift::" # shift.value # ", " # twiceBias # ", " # evenOdd
                 # "}";
}

class Kernel<string op_, string type_, string params_> {
  string op = op_;               // operation of the nn dialect, "conv2d"; one kernel each: avg_pool2d_padded...
  string type = type_;           // element type of the activations: f32, f16, s8, s16
  string params = params_;       // C struct of the constant first argument
  list<Feature> features = [];   // that the target has to have
  string when = "true";          // condition
  string cost = ?;               // estimated cycles
  WeightTransform weights = ?;   // what it reads for the weights; unset: as the operation has them
  Requant requant = ?;           // takes requantisation words, in this order, for bias, multiplier and shift
  string workspace = "";         // bytes; empty: no such parameter. A kernel that has one gets NULL for 0 bytes
  list<int> overlays = [];       // positions of operands that the result may lie exactly on
  string overlaysWhen = "true";  // condition of that
  int mr = 0;                    // output pixels (of a matrix: rows) computed together, of which a call of few rows should
                                 // get a multiple; 0: a call should get all rows, since each has work of its own
  bit unrolled = false;          // unrolls for speed: not taken where size counts
  bit strided = true;            // operands and result may be channel slices of wider tensors
}

#endif
