// Constant tensors as C arrays or as one binary file.
#pragma once

#include "compiler/emit/Names.h"

#include "mlir/IR/BuiltinAttributes.h"

#include <string>
#include <vector>

namespace barecc {

class Weights {
public:
    /// `wanted` has a name for each constant.
    Weights(Names &names, llvm::ArrayRef<std::string> wanted, llvm::ArrayRef<mlir::ElementsAttr> constants);

    /// C symbol of constant i. Equal tensors share one.
    std::string symbol(unsigned i) const { return symbols[shared[i]]; }
    bool isFirst(unsigned i) const { return unsigned(order[shared[i]]) == i; }
    /// "const float mobilenet_conv2d_1_weights[864]", without extern.
    std::string declaration(unsigned i) const;
    int64_t bytes() const;
    int64_t bytesOf(unsigned i) const;

    std::string asC() const;
    /// The bytes, and the C file that gives each tensor its symbol in them.
    std::string asBinary() const;
    std::string asPlacement(llvm::StringRef binaryFile) const;

private:
    llvm::ArrayRef<mlir::ElementsAttr> constants;
    std::vector<unsigned> shared, order; // constant -> number of its symbol; number -> first constant
    std::vector<std::string> symbols;
};

} // namespace barecc
