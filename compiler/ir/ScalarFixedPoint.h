// The fixed-point functions of TensorFlow Lite's integer kernels in the bodies of linalg operations, as kernels/abi has
// them in C. All values are i32 unless said.
#pragma once

#include "compiler/ir/ScalarBuilder.h"

namespace barecc {

/// High half of 2xy, rounded to nearest, ties upward; -2^31 * -2^31 does not come up.
mlir::Value doublingHighMul(const ScalarBuilder &s, mlir::Value x, mlir::Value y);

/// x / 2^exponent, rounded to nearest, ties away from zero; exponent in [0, 31].
mlir::Value roundingShiftRight(const ScalarBuilder &s, mlir::Value x, mlir::Value exponent);

/// round(x * multiplier * 2^(shift - 31)): shifts to the left wrap, those to the right stop at 31.
mlir::Value rescale(const ScalarBuilder &s, mlir::Value x, mlir::Value multiplier, mlir::Value shift);

/// The same for an i64 of less than 48 bits: TFLite rounds the multiplier to 16 bits and the product once.
mlir::Value rescale64(const ScalarBuilder &s, mlir::Value x, FixedPoint by);

/// Zero bits in front of the first one of x > 0.
mlir::Value leadingZeros(const ScalarBuilder &s, mlir::Value x);

/// 1 / x for x > 0 as multiplier * 2^-(bits + 31), with multiplier in [2^30, 2^31).
struct Reciprocal {
    mlir::Value multiplier, bits;
};
Reciprocal reciprocal(const ScalarBuilder &s, mlir::Value x);

/// 1 / (1 + x) in Q0.31 for x in [0, 1), Q0.31.
mlir::Value reciprocalOfOnePlus(const ScalarBuilder &s, mlir::Value x);

/// exp(x) in Q0.31 for x <= 0 in Q5.26.
mlir::Value expOfNegative(const ScalarBuilder &s, mlir::Value x);

/// log(x) in Q5.26 for x >= 1 in Q12.19.
mlir::Value logOfAtLeastOne(const ScalarBuilder &s, mlir::Value x);

/// A function of int16 by linear interpolation between 513 samples (int16Table); x holds 16 bits.
mlir::Value interpolate16(const ScalarBuilder &s, mlir::Value samples, mlir::Value x);

/// 1 / sqrt(x) for x >= 0 as a multiplier and a shift; of 0 that of 1. See inverseSquareRoot of FixedPoint.h.
mlir::Value inverseSquareRootMultiplier(const ScalarBuilder &s, mlir::Value x);
mlir::Value inverseSquareRootShift(const ScalarBuilder &s, mlir::Value x);

} // namespace barecc
