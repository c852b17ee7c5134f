#include "compiler/ir/Quantization.h"

#include "compiler/ir/Number.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace barecc {

FixedPoint fixedPoint(double real)
{
    if (!(real > 0) || !std::isfinite(real))
        return {0, 0};
    int shift;
    const double fraction = std::frexp(real, &shift);
    int64_t multiplier = std::llround(fraction * (int64_t(1) << 31));
    if (multiplier == int64_t(1) << 31) {
        multiplier /= 2;
        ++shift;
    }
    if (shift < -31) // rounds to nothing whatever it is multiplied with
        return {0, 0};
    if (shift > 30)
        return {INT32_MAX, 30};
    return {int32_t(multiplier), shift};
}

std::vector<float> scalesOf(quant::QuantizedType type)
{
    if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type))
        return {float(uniform.getScale())};
    ArrayRef<double> scales = cast<quant::UniformQuantizedPerAxisType>(type).getScales();
    return std::vector<float>(scales.begin(), scales.end());
}

int64_t zeroPointOf(quant::QuantizedType type)
{
    if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type))
        return uniform.getZeroPoint();
    return cast<quant::UniformQuantizedPerAxisType>(type).getZeroPoints().front();
}

std::vector<FixedPoint> multipliersOf(nn::WeightedOpInterface op)
{
    const float input = scalesOf(quantization(op.getInput().getType())).front();
    const float output = scalesOf(quantization(op->getResult(0).getType())).front();
    std::vector<FixedPoint> multipliers;
    for (float filter : scalesOf(quantization(op.getFilter().getType()))) {
        const double product =
            op.getScaleProduct() == nn::Precision::Single ? double(input * filter) : double(input) * double(filter);
        multipliers.push_back(fixedPoint(product / double(output)));
    }
    return multipliers;
}

SoftmaxExponent softmaxExponent(double step)
{
    constexpr int integerBits = 5;
    const FixedPoint scale = fixedPoint(std::min(step * (1 << (31 - integerBits)), 2147483647.0));
    const FixedPoint inverse = fixedPoint(std::ldexp(1.0, 31 - scale.shift) / double(scale.multiplier));
    const double radius =
        ((1 << integerBits) - 1) * double(int64_t(1) << (31 - integerBits)) / std::ldexp(1.0, scale.shift);
    return {scale, inverse, -int64_t(std::min(std::floor(radius), 2147483648.0))}; // differences have 32 bits
}

FixedPoint softmaxTableScale(double step) { return fixedPoint(step / (10.0 / 65535.0)); }

IntegerRange clampRange(quant::QuantizedType type, std::optional<float> min, std::optional<float> max)
{
    IntegerRange range{type.getStorageTypeMin(), type.getStorageTypeMax()};
    const float scale = scalesOf(type).front();
    auto quantize = [&](float real) -> int64_t {
        if (!std::isfinite(real))
            return real < 0 ? INT32_MIN : INT32_MAX;
        return zeroPointOf(type) + integerOf(std::clamp(std::round(real / scale), -1e9f, 1e9f));
    };
    if (min)
        range.min = std::clamp(quantize(*min), range.min, range.max);
    if (max)
        range.max = std::clamp(quantize(*max), range.min, range.max);
    return range;
}

std::vector<int16_t> int16Table(float low, float high, float step, llvm::function_ref<float(float)> function)
{
    constexpr int pieces = 512;
    const float width = (high - low) / pieces;
    const float perUnit = 65536.0f / (step * 32767.0f - step * -32768.0f);
    std::vector<int16_t> table;
    // NaN, which differences of infinities give, is taken for large.
    auto store = [&](float value) {
        table.push_back(int16_t(value < 32767.0f ? std::max(value, -32768.0f) : 32767.0f));
    };
    for (int i = 0; i < pieces; ++i) {
        const float here = std::round(function(low + float(i) * width) * perUnit);
        const float next = function(low + float(i + 1) * width) * perUnit;
        // Half of what interpolation is off in the middle of the piece is taken from its ends.
        const float interpolated = std::round((next + here) / 2);
        const float middle = std::round(function(low + float(i) * width + width / 2) * perUnit);
        store(here - std::round((interpolated - middle) / 2));
    }
    store(std::round(function(high) * perUnit));
    return table;
}

constexpr float softmaxTableStep = 2.0f / 65535.0f;

std::vector<int16_t> softmaxExpTable()
{
    return int16Table(-10.0f, 0.0f, softmaxTableStep, [](float x) { return std::exp(x); });
}

std::vector<int16_t> softmaxReciprocalTable()
{
    return int16Table(0.0f, 1.0f, softmaxTableStep, [](float x) { return 1.0f / (1.0f + x); });
}

} // namespace barecc
