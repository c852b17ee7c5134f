// The integer operations of an elementwise linalg body as C on vectors of 32-bit words (kernels/*/words_*.h).
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include "llvm/ADT/DenseMap.h"

#include <string>

namespace barecc {

class WordPrinter {
public:
    /// Whether each operation of a body has a form in vectors: arithmetic on int32 between int8 elements.
    static bool takes(mlir::linalg::LinalgOp op);

    WordPrinter(llvm::raw_ostream &os, std::string indent) : os(os), indent(std::move(indent)) {}

    /// The int8 element of an operand, widened.
    void define(mlir::BlockArgument element, std::string text) { expressions[element] = std::move(text); }

    /// Prints a body's operations, each as a named constant or as part of what uses it, and returns the words that are
    /// to be stored as int8, saturated.
    std::string print(mlir::Block &body);

private:
    std::string expressionOf(mlir::Operation *op);
    std::string use(mlir::Value value);

    llvm::raw_ostream &os;
    std::string indent;
    llvm::DenseMap<mlir::Value, std::string> expressions;
    unsigned variables = 0;
};

} // namespace barecc
