// Elements in memory and the values that C computes with. For types that C has no arithmetic for these differ: short
// floats are computed in float, integers of less than a byte in int8_t.
#pragma once

#include "compiler/emit/c/Expr.h"

#include "mlir/IR/Types.h"

namespace barecc {

bool isShortFloat(mlir::Type type);
bool isShortInteger(mlir::Type type);

/// Element loaded from memory, as a value; and the inverse, as what is stored.
c::Expr fromStorage(mlir::Type element, c::Expr stored);
c::Expr toStorage(mlir::Type element, c::Expr value);

/// A result in a short type: what the float rounds to, what is left of the integer. Others as they are.
c::Expr rounded(mlir::Type type, c::Expr value);

/// Bits of the integer of C that holds one of an integer type, that integer without a sign, and a value as that.
unsigned widthInC(mlir::Type type);
std::string unsignedType(mlir::Type type);
c::Expr asUnsigned(mlir::Type type, c::Expr value);

} // namespace barecc
