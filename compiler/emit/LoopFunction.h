// What all generated functions have in common, whether they come from a loop nest or from a procedure: operands whose
// strides are known, parameters and their names, positions of elements.
#pragma once

#include "compiler/emit/c/Stmt.h"

#include "mlir/IR/Operation.h"

namespace barecc {

/// How an argument or result of a generated function lies in memory.
struct LoopOperand {
    llvm::SmallVector<int64_t> strides; // elements, by dimension of the tensor
};

struct LoopParameters {
    llvm::SmallVector<std::string> inputs, results; // pointers, by operand and by result
    std::vector<c::Parameter> declarations;
};

/// A pointer for each operand and result of a step. `inPlace` is the operand that result 0 lies on: it goes by the
/// result's pointer then and has no parameter of its own.
LoopParameters nameParameters(mlir::Operation *op, std::optional<unsigned> inPlace);

/// "input[8][4], input_2[8] -> output[8][4]", for a comment: the parameters with their shapes.
std::string describeShapes(mlir::Operation *op, std::optional<unsigned> inPlace);

/// "name", "name_2", "name_3" for number 0, 1, 2.
std::string numbered(const std::string &name, unsigned number);

/// The parameters for an operand and for a result.
std::string operandName(unsigned operand);
std::string resultName(unsigned result);

/// The variable of the loop inside `depth` others.
std::string loopVariable(size_t depth);

/// "i * 4 + j + 2", from terms and their factors.
struct LinearTerm {
    c::Expr term;
    int64_t factor;
};
c::Expr linear(std::vector<LinearTerm> terms, int64_t offset = 0);

/// One element: "input[i * 4 + j]".
c::Expr elementAt(const std::string &pointer, std::vector<c::Expr> indices, llvm::ArrayRef<int64_t> strides);

} // namespace barecc
