// Constant tensors. Small and uniform ones are dense attributes of the context; all others are resources that point
// into the model file's own memory, or own theirs, so that weights of hundreds of MB are never copied.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"

#include <optional>

namespace barecc {

/// Bytes of one element in memory: types shorter than a byte take one, its low bits; index takes eight.
unsigned byteWidth(mlir::Type element);

/// Row-major bytes of a constant tensor, little-endian, one element after the other.
class ConstantBytes {
public:
    explicit ConstantBytes(mlir::ElementsAttr attribute);

    llvm::ArrayRef<char> bytes() const { return view; }
    template <typename T> llvm::ArrayRef<T> as() const
    {
        return {reinterpret_cast<const T *>(view.data()), view.size() / sizeof(T)};
    }

private:
    llvm::ArrayRef<char> view;
    std::vector<char> owned; // where the attribute keeps them in another form
};

/// A constant of `type` from its row-major bytes, which are copied.
mlir::ElementsAttr makeConstant(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);

/// The same without a copy: `bytes` have to outlive the context (a mapped or parsed model file).
mlir::ElementsAttr makeConstantView(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);

/// A constant of `type` whose elements are all the one given.
mlir::ElementsAttr makeSplat(mlir::RankedTensorType type, llvm::ArrayRef<char> element);

/// The constant behind a value, seen through quantisation casts; null where it is not constant.
mlir::ElementsAttr constantOf(mlir::Value value);

/// Elements of an integer constant, sign-extended; nothing where it is not a constant of integers or indices.
std::optional<llvm::SmallVector<int64_t>> integersOf(mlir::Attribute attribute);

/// Elements of a floating-point or integer constant as doubles.
std::optional<std::vector<double>> numbersOf(mlir::Attribute attribute);

/// Whether no element is infinite or NaN.
bool isFinite(mlir::ElementsAttr constant);

} // namespace barecc
