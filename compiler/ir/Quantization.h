// Fixed-point parameters of integer kernels, computed as TensorFlow Lite computes them when it prepares a model.
#pragma once

#include "compiler/ir/NN.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace barecc {

/// real = multiplier * 2^(shift - 31), multiplier in [2^30, 2^31), or both 0.
struct FixedPoint {
    int32_t multiplier;
    int shift;
};
FixedPoint fixedPoint(double real);

/// Scales of a quantised type, one or one for each index of its axis, in the single precision that model files hold.
std::vector<float> scalesOf(mlir::quant::QuantizedType type);
int64_t zeroPointOf(mlir::quant::QuantizedType type);

/// What takes the integer sums of an operation to its output's scale, `input scale * filter scale / output scale`: one
/// multiplier for each output channel, or one for all. Input, filter and output are quantised.
std::vector<FixedPoint> multipliersOf(nn::WeightedOpInterface op);

/// The exponent of a softmax of 8-bit integers in Q5.26: the difference to the maximum times `scale`. Differences below
/// `leastDifference` count as zero probability. `inverse` leads back to steps of the input.
struct SoftmaxExponent {
    FixedPoint scale, inverse;
    int64_t leastDifference;
};
/// `step` is the exponent of one step of the input.
SoftmaxExponent softmaxExponent(double step);

/// The same for 16-bit integers, whose exponential is a table over [-10, 0].
FixedPoint softmaxTableScale(double step);

/// Integer range of a clamp to [min, max] in real units, cut to the storage type's own range.
struct IntegerRange {
    int64_t min, max;
};
IntegerRange clampRange(mlir::quant::QuantizedType type, std::optional<float> min, std::optional<float> max);

/// A function as 512 linear pieces over int16, 513 values: what TensorFlow Lite fills its int16 tables with. The input
/// range [low, high] is spread over all int16 values, the results are in steps of `step`.
std::vector<int16_t> int16Table(float low, float high, float step, llvm::function_ref<float(float)> function);

/// The two of softmax: exp over [-10, 0] and 1 / (1 + x) over [0, 1].
std::vector<int16_t> softmaxExpTable();
std::vector<int16_t> softmaxReciprocalTable();

} // namespace barecc
