#include "compiler/select/Quantization.h"

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

IntegerRange clampRange(quant::QuantizedType type, std::optional<float> min, std::optional<float> max)
{
    IntegerRange range{type.getStorageTypeMin(), type.getStorageTypeMax()};
    const float scale = scalesOf(type).front();
    auto quantize = [&](float real) -> int64_t {
        if (!std::isfinite(real))
            return real < 0 ? INT32_MIN : INT32_MAX;
        return zeroPointOf(type) + int64_t(std::clamp(std::round(real / scale), -1e9f, 1e9f));
    };
    if (min)
        range.min = std::clamp(quantize(*min), range.min, range.max);
    if (max)
        range.max = std::clamp(quantize(*max), range.min, range.max);
    return range;
}

} // namespace barecc
