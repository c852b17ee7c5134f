// One generated function: a linalg operation as a C loop nest over buffers whose strides are known.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <set>
#include <string>

namespace barecc {

/// How an argument or result of a generated function lies in memory.
struct LoopOperand {
    llvm::SmallVector<int64_t> strides; // elements, by dimension of the tensor
};

struct LoopFunction {
    std::string signature;         // "(const float *restrict a, float *restrict y)"
    std::string body;              // from "{" to "}\n"
    std::set<std::string> headers; // of kernels/abi/ that the body needs
};

/// Prints the function (made by the outline-loops pass) for operands that lie as given. `inPlace` is the argument that
/// result 0 lies on: it has no parameter of its own then. Errors are reported.
mlir::FailureOr<LoopFunction> printLoopNest(mlir::func::FuncOp function, llvm::ArrayRef<LoopOperand> arguments,
                                            llvm::ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace);

} // namespace barecc
