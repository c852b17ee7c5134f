// Constant tensors as C arrays or as one binary file.
#pragma once

#include "compiler/emit/Names.h"
#include "compiler/emit/c/Stmt.h"

#include "mlir/IR/BuiltinAttributes.h"

#include <string>
#include <vector>

namespace barecc {

class Weights {
public:
    /// `wanted` has a name for each constant, `comments` what it is.
    Weights(Names &names, llvm::ArrayRef<std::string> wanted, std::vector<std::string> comments,
            llvm::ArrayRef<mlir::ElementsAttr> constants);

    /// C symbol of constant i. Equal tensors share one.
    std::string symbol(unsigned i) const { return symbols[shared[i]]; }
    int64_t bytes() const;

    /// "extern const float mobilenet_conv2d_1_weights[864];" for each, below a comment.
    c::Block declarations() const;
    void printC(llvm::raw_ostream &os) const;
    /// The bytes, and the assembly that gives each tensor its symbol in them and lets no processor of another byte order.
    void printBinary(llvm::raw_ostream &os, bool bigEndian) const;
    std::string placement(llvm::StringRef binaryFile, bool bigEndian) const;

private:
    int64_t bytesOf(unsigned i) const;
    c::Declaration declaration(unsigned i) const;

    std::vector<std::string> comments; // by constant
    std::vector<mlir::ElementsAttr> constants;
    std::vector<unsigned> shared, order; // constant -> number of its symbol; number -> first constant
    std::vector<std::string> symbols;
};

} // namespace barecc
