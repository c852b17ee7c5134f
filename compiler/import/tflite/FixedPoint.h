// The fixed-point functions of TensorFlow Lite's integer kernels, on numbers: what tables of 256 entries are computed
// with.
#pragma once

#include "compiler/ir/Quantization.h"

#include <cstdint>

namespace barecc::tflite_import {

/// High half of 2ab, rounded to nearest, and the same cut to 16 bits; the one case that overflows saturates.
int32_t doublingHighMul(int32_t a, int32_t b);
int16_t doublingHighMul16(int16_t a, int16_t b);

/// x / 2^exponent, rounded to nearest, ties away from zero.
int32_t roundingShiftRight(int32_t x, int exponent);

/// tanh and the logistic function of x / 2^27, in units of 2^-31 (gemmlowp's polynomials and Newton divisions).
int32_t fixedTanh(int32_t x);
int32_t fixedLogistic(int32_t x);

/// 1 / sqrt(x) for x > 0, as multiplier * 2^(shift - 31) like any other real multiplier.
FixedPoint inverseSquareRoot(int32_t x);

/// std::round: to nearest, ties away from zero.
float roundAway(float x);

} // namespace barecc::tflite_import
