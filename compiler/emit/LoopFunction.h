// What all generated functions have in common, whether they come from a loop nest or from a procedure: operands whose
// strides are known, parameters and their names, positions of elements.
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
    std::vector<std::string> parameters; // "const float *restrict a", "float *restrict y"
    std::string body;                    // from "{" to "}\n"
    std::set<std::string> headers;       // of kernels/abi/ that the body needs
};

struct LoopParameters {
    llvm::DenseMap<mlir::Value, std::string> pointers; // of the function's arguments
    llvm::SmallVector<std::string> results;
    std::vector<std::string> declarations;
};

/// A pointer for each argument and result of the function. `inPlace` is the argument that result 0 lies on: it goes by
/// the result's pointer then and has no parameter of its own.
LoopParameters nameParameters(mlir::func::FuncOp function, std::optional<unsigned> inPlace);

/// The parameter for an operand.
std::string operandName(unsigned operand);

/// The variable of the loop inside `depth` others.
std::string loopVariable(size_t depth);

/// "i * 4 + j + 2", from terms and their factors.
std::string linearText(llvm::ArrayRef<std::pair<std::string, int64_t>> terms, int64_t offset = 0);

/// The expression of one element: "a[i * 4 + j]".
std::string elementAt(const std::string &pointer, llvm::ArrayRef<std::string> indices, llvm::ArrayRef<int64_t> strides);

} // namespace barecc
