// Flags of GCC that several families share.
#ifndef BARECC_FAMILIES_GCC_TD
#define BARECC_FAMILIES_GCC_TD

// Kernels that fill all registers with sums are written in the order that multiply-adds have to come in: ordered before
// registers are assigned, sums move from one register to another.
defvar asWritten = ["-fno-schedule-insns"];

// For a processor without vectors: collected by sum, or after all loads, products spill to the stack.
defvar asWrittenScalar = !listconcat(asWritten, ["-fno-tree-ter"]);

#endif
