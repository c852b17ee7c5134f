// Pooling as linalg: a reduction of windows over the padded image, then the division of a mean, and the clamp.
#include "compiler/ir/lowering/Sums.h"

using namespace mlir;

namespace barecc::nn {

/// The element of the result that a number of the pooling, as it was reduced, is stored as.
static Value stored(const ScalarBuilder &s, Value x, ClampedOpInterface op, quant::QuantizedType quantized,
                    Type storage)
{
    if (!quantized)
        return s.convert(clamped(s, x, op), storage);
    const IntegerRange range = integerBounds(quantized, op);
    return s.convert(s.clamp(x, double(range.min), double(range.max)), storage);
}

/// The smallest value of a type.
static TypedAttr lowest(Type element)
{
    if (auto real = dyn_cast<FloatType>(element))
        return FloatAttr::get(element, APFloat::getInf(real.getFloatSemantics(), /*Negative=*/true));
    return IntegerAttr::get(element, APInt::getSignedMinValue(element.getIntOrFloatBitWidth()));
}

Value MaxPool2DOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    Value image = g.storage(getInput());
    const Type storage = GraphBuilder::elementOf(image);
    // NaN never wins.
    Value largest = pool(g, image, windowOf(*this, getKernel()), lowest(storage), lowest(storage),
                         [](OpBuilder &b, Location loc, ValueRange in) {
                             const ScalarBuilder s{b, loc};
                             return s.select(s.less(in[1], in[0]), in[0], in[1]);
                         });
    auto quantized = quantization(getType());
    const Type wide = quantized ? Type(b.getI32Type()) : b.getF32Type();
    if (getMin() || getMax())
        largest = g.elementwise(largest, storage, [&](OpBuilder &b, Location loc, ValueRange in) {
            const ScalarBuilder s{b, loc};
            return stored(s, s.convert(in[0], wide), *this, quantized, storage);
        });
    return g.quantized(largest, GraphBuilder::typeOf(getOutput()));
}

/// sum / count, rounded to nearest, ties away from zero.
static Value roundedMean(const ScalarBuilder &s, Value sum, Value count)
{
    Value half = s.div(count, s.i32(2));
    Value nudge = s.select(s.less(s.i32(0), sum), half, s.sub(s.i32(0), half));
    return s.div(s.add(sum, nudge), count);
}

Value AvgPool2DOp::lowerToLinalg(OpBuilder &b)
{
    GraphBuilder g(b, getLoc());
    Value image = g.storage(getInput());
    auto quantized = quantization(getType());
    const Type storage = GraphBuilder::elementOf(image), wide = quantized ? Type(b.getI32Type()) : b.getF32Type();
    // Integers are summed as differences to the value that their mean's ties are rounded away from.
    const int64_t origin = quantized ? getTiesAwayFrom() : 0;
    const int64_t padding = quantized && getCountPadding() ? zeroPointOf(quantized) : origin;
    const Window window = windowOf(*this, getKernel());
    Value sums = pool(g, image, window, GraphBuilder::scalarAttr(storage, double(padding)),
                      GraphBuilder::scalarAttr(wide, 0.0), [&](OpBuilder &b, Location loc, ValueRange in) {
                          const ScalarBuilder s{b, loc};
                          return s.add(in[1], numberOf(s, in[0], wide, {false, origin}));
                      });
    Value counts = tapCounts(g, window, GraphBuilder::shapeOf(image).slice(1, 2), getCountPadding(), wide);
    Value means = g.elementwise({sums, counts}, storage, [&](OpBuilder &b, Location loc, ValueRange in) {
        const ScalarBuilder s{b, loc};
        Value count = s.max(in[1], s.same(in[1], 1.0)); // of a window in the padding the sum is 0
        Value mean = quantized ? s.add(roundedMean(s, in[0], count), s.i32(origin)) : s.div(in[0], count);
        return stored(s, mean, *this, quantized, storage);
    });
    return g.quantized(means, GraphBuilder::typeOf(getOutput()));
}

} // namespace barecc::nn
