//===- KernelRecord.td - what select knows of a kernel ------------------------------------------------------===//
//
// Each kernel of kernels/<isa>/ has one record in kernels/<isa>/kernels.td. Conditions and figures are C++
// expressions over the call to be made:
//
//   w   window2d: geometry of convolutions and pools       s   matmul: geometry of matrix products
//   rows, depth: of softmax                                bias, residual: whether the operand is there
//   narrow: weights of int8, none of them -128             shifted: the shift of each folded_channel is at least 1
//   macs: multiply-accumulates of the call (elements read, where there are none)
//
//===------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_KERNEL_RECORD_TD
#define BARECC_KERNEL_RECORD_TD

class Kernel<string op_, string type_, string params_> {
  string op = op_;               // operation of the nn dialect, "conv2d"; one kernel each: avg_pool2d_padded...
  string type = type_;           // element type of the activations: f32, f16, s8, s16
  string params = params_;       // C struct of the constant first argument
  list<string> features = [];    // of the instruction set, by LLVM's names; "scalar": no vectors; "fp", "f": registers
                                 // for floats of a Cortex-M, of RISC-V
  string when = "true";          // condition
  string cost = ?;               // estimated cycles
  string packing = "plain";      // of the weights: a function of compiler/select/Packing.h
  string workspace = "";         // bytes; empty: no such parameter. A kernel that has one gets NULL for 0 bytes
  list<int> overlays = [];       // positions of operands that the result may lie exactly on
  string overlaysWhen = "true";  // condition of that
  int pixels = 0;                // output pixels (of a matrix: rows) computed together, of which a call of few rows should
                                 // get a multiple; 0: a call should get all rows, since each has work of its own
  bit folded = false;            // takes one folded_channel array (kernels/abi/quantize.h) for bias, multiplier and shift
  string lanes = "";             // order of these channels' words: of arrangeChannels in compiler/select/FoldedChannels.h
  bit large = false;             // unrolls for speed: not taken where size counts
  bit strided = true;            // operands and result may be channel slices of wider tensors
}

#endif
