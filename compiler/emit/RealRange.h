// What the making of a floating-point number in a loop's body tells of its range.
#pragma once

#include "mlir/IR/Value.h"

#include <optional>

namespace barecc {

/// Whether a value is a floating-point constant other than NaN.
bool isNumber(mlir::Value value);

/// Bounds of a number that is finite whatever the inputs are.
struct RealRange {
    double low, high;
};

/// The range of a floating-point number that is computed of integers and constants, or clamped between constants by
/// operations that leave no NaN; nothing where it may be any. `depth` is how many operations have been looked through.
std::optional<RealRange> realRange(mlir::Value value, unsigned depth = 0);

} // namespace barecc
