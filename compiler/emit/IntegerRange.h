// What the making of an integer in a loop's body tells of its range.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <optional>

namespace barecc {

/// Bits that the signed value of an integer can need, where its making tells; its width otherwise. What fits 31 bits
/// can be added in C without a thought of overflow. `depth` is how many operations have been looked through.
unsigned significantBits(mlir::Value value, unsigned depth = 0);

/// Whether a sum, difference or product may need more bits than its type has.
bool mayWrap(mlir::Operation *op);

/// Whether an integer is a constant in [low, high] or has been clamped to constants in it.
bool isWithin(mlir::Value integer, int64_t low, int64_t high);

/// The number that a value is, where it is a constant.
std::optional<int64_t> constantNumber(mlir::Value value);

/// A maximum with `low`, then a minimum with `high`.
struct Clamp {
    mlir::Value value;
    int64_t low, high;
    bool isOnlyUse; // nobody else reads the clamped value, nor what is between
};

/// The clamp that a truncation is of, if it is of one between constants.
std::optional<Clamp> clampBefore(mlir::arith::TruncIOp truncation);

/// What a truncation to int8 saturates, where the clamp before it is the type's own range; null otherwise.
mlir::Value saturatedValue(mlir::arith::TruncIOp truncation);

/// Whether an operation is the clamp of a truncation that is printed as one saturation.
bool isInSaturation(mlir::Operation *op);

} // namespace barecc
