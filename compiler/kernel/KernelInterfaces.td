//===- KernelInterfaces.td - what plan and emit ask of a step --------------------------------------------------===//

#ifndef BARECC_KERNEL_INTERFACES_TD
#define BARECC_KERNEL_INTERFACES_TD

include "mlir/IR/OpBase.td"

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let description = [{
    One step of a selected model: each operation of its functions that computes something. Operands and results are
    tensors that the plan gives addresses to, or constants; the step becomes one call of a C function.
  }];
  let cppNamespace = "::barecc::kernel";
  let methods = [
    InterfaceMethod<"What the C function is named after.", "std::string", "getName", (ins),
                    [{ return std::string($_op.getName()); }]>,
    InterfaceMethod<"The operands that result 0 may lie exactly on: no element is written before all that is still "
                    "needed from its place has been read.",
                    "::llvm::SmallVector<int64_t>", "getInPlaceOperands">,
    InterfaceMethod<"How an operand may lie in memory.", "::barecc::kernel::OperandLayout", "getOperandLayout",
                    (ins "unsigned":$operand)>,
    InterfaceMethod<"How the results may lie in memory.", "::barecc::kernel::OperandLayout", "getResultLayout">,
    InterfaceMethod<"Scratch memory that it takes while it runs, in bytes, without that of its subgraphs.", "int64_t",
                    "getWorkspaceBytes", (ins), "", [{ return 0; }]>,
    InterfaceMethod<"Multiply-accumulates, without those of its subgraphs.", "int64_t", "getMacs", (ins), "",
                    [{ return 0; }]>,
    InterfaceMethod<"The functions of the module that it runs.", "::llvm::SmallVector<::mlir::FlatSymbolRefAttr, 2>",
                    "getSubgraphs", (ins), "", [{ return {}; }]>
  ];
}

#endif
