// Names of types and numbers in C.
#pragma once

#include "compiler/emit/c/Print.h"

#include "mlir/IR/BuiltinAttributes.h"

#include <string>

namespace barecc {

/// The type that an element has in memory: half and bfloat16 are uint16_t, bool and what is shorter than a byte are
/// uint8_t.
std::string storageCType(mlir::Type element);

/// The format whose bits are kept in memory, in the low end of an integer: "float16", "e4m3fn", "int4". Nothing for
/// types that C itself has. Names of short floating-point types are those of the helpers that convert them.
std::string codeName(mlir::Type element);

/// The type that a value of the element type has in an expression: all floats shorter than double are float, i1 is int.
std::string valueCType(mlir::Type element);

/// A number as C writes it, with the suffix of its type: 1.5f, INT64_C(7), -INFINITY, -(double)INFINITY.
c::Atom literal(mlir::Type element, double value);
c::Atom literal(mlir::Type element, int64_t value);
c::Atom literal(mlir::TypedAttr value);

/// The same as text.
template <typename... Number> std::string cLiteral(Number... number) { return c::print(literal(number...)); }

} // namespace barecc
