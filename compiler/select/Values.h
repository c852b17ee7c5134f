// Numbers of operations as C++ has them, and the other way round.
#pragma once

#include "compiler/ir/Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace barecc {

inline std::optional<float> valueOf(std::optional<llvm::APFloat> number)
{
    return number ? std::optional<float>(number->convertToFloat()) : std::nullopt;
}

/// A constant vector of integers.
template <typename T> mlir::Value vectorConstant(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<T> values)
{
    auto type = mlir::RankedTensorType::get({int64_t(values.size())}, b.getIntegerType(8 * sizeof(T)));
    const llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
    return mlir::arith::ConstantOp::create(b, loc, mlir::cast<mlir::TypedAttr>(makeConstant(type, bytes)));
}

} // namespace barecc
