#include "compiler/ir/lowering/Sums.h"

#include "compiler/ir/ScalarFixedPoint.h"

using namespace mlir;

namespace barecc {

Type sumType(RankedTensorType elements)
{
    Builder b(elements.getContext());
    auto quantized = quantization(elements);
    if (!quantized)
        return b.getF32Type();
    return b.getIntegerType(quantized.getStorageTypeIntegralWidth() > 8 ? 64 : 32);
}

IntegerForm integerForm(Value tensor)
{
    auto quantized = quantization(tensor.getType());
    return {false, quantized ? zeroPointOf(quantized) : 0};
}

Value clamped(const ScalarBuilder &s, Value x, nn::ClampedOpInterface op)
{
    if (std::optional<APFloat> min = op.getMin()) {
        Value bound = s.same(x, min->convertToFloat());
        x = s.select(s.less(x, bound), bound, x);
    }
    if (std::optional<APFloat> max = op.getMax()) {
        Value bound = s.same(x, max->convertToFloat());
        x = s.select(s.less(bound, x), bound, x);
    }
    return x;
}

IntegerRange integerBounds(quant::QuantizedType type, nn::ClampedOpInterface op)
{
    auto number = [](std::optional<APFloat> bound) {
        return bound ? std::optional(bound->convertToFloat()) : std::nullopt;
    };
    return clampRange(type, number(op.getMin()), number(op.getMax()));
}

static Value finishFloats(GraphBuilder &g, nn::WeightedOpInterface op, Value sums, Type element)
{
    SmallVector<Value> inputs{sums};
    if (op.getBias())
        inputs.push_back(op.getBias());
    if (op.getResidual())
        inputs.push_back(g.reshape(op.getResidual(), GraphBuilder::shapeOf(sums)));
    return g.elementwise(inputs, element, [&](OpBuilder &b, Location loc, ValueRange in) {
        const ScalarBuilder s{b, loc};
        Value x = in[0];
        for (Value addend : in.drop_front())
            x = s.add(x, s.convert(addend, x.getType()));
        return s.convert(clamped(s, x, op), element);
    });
}

/// Brings sums to the output's scale: by one multiplier, or by one for each channel, whose parameters are tensors.
class Requantization {
public:
    Requantization(GraphBuilder &g, ArrayRef<FixedPoint> multipliers, bool isWide)
        : multipliers(multipliers), isWide(isWide)
    {
        if (multipliers.size() == 1)
            return;
        const Type element = isWide ? g.b.getI64Type() : g.b.getI32Type();
        SmallVector<int64_t> factors, shifts;
        for (const FixedPoint &by : multipliers) {
            factors.push_back(isWide ? reduced(by) : by.multiplier);
            shifts.push_back(isWide ? rightShift(by) : by.shift);
        }
        parameters = {g.constant(factors, element), g.constant(shifts, element)};
    }

    /// Broadcast along the channels: what `apply` takes an element of each of.
    ArrayRef<Value> operands() const { return parameters; }

    Value apply(const ScalarBuilder &s, Value sum, ValueRange parameters) const
    {
        const FixedPoint &by = multipliers.front();
        if (!isWide)
            return parameters.empty() ? s.rescale(sum, by) : rescale(s, sum, parameters[0], parameters[1]);
        // TensorFlow Lite rounds the multiplier to 16 bits and the product once.
        const Type wide = sum.getType();
        Value factor = parameters.empty() ? s.integer(wide, reduced(by)) : parameters[0];
        Value right = parameters.empty() ? s.integer(wide, rightShift(by)) : parameters[1];
        Value one = s.integer(wide, 1), half = s.op<arith::ShLIOp>({one, s.sub(right, one)});
        return s.op<arith::ShRSIOp>({s.add(s.mul(sum, factor), half), right});
    }

private:
    static int64_t reduced(const FixedPoint &by)
    {
        return by.multiplier < 0x7fff0000 ? (by.multiplier + (1 << 15)) >> 16 : 0x7fff;
    }
    static int64_t rightShift(const FixedPoint &by) { return std::max(15 - by.shift, 1); }

    ArrayRef<FixedPoint> multipliers;
    const bool isWide;
    SmallVector<Value> parameters;
};

static Value finishIntegers(GraphBuilder &g, nn::WeightedOpInterface op, Value sums, quant::QuantizedType type)
{
    const Type storage = type.getStorageType(), sum = GraphBuilder::elementOf(sums);
    const std::vector<FixedPoint> multipliers = multipliersOf(op);
    const Requantization requantization(g, multipliers, sum.isInteger(64));
    SmallVector<Value> inputs{sums};
    if (op.getBias())
        inputs.push_back(op.getBias());
    const size_t own = inputs.size();
    llvm::append_range(inputs, requantization.operands());
    const IntegerRange range = integerBounds(type, op);
    const int64_t zero = zeroPointOf(type);
    return g.elementwise(inputs, storage, [&](OpBuilder &b, Location loc, ValueRange in) {
        const ScalarBuilder s{b, loc};
        Value x = own > 1 ? s.add(in[0], s.convert(in[1], sum)) : in[0];
        x = requantization.apply(s, x, in.drop_front(own));
        x = s.clamp(x, double(range.min - zero), double(range.max - zero));
        return s.convert(s.add(x, s.integer(x.getType(), zero)), storage);
    });
}

Value resultOfSums(GraphBuilder &g, nn::WeightedOpInterface op, Value sums)
{
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    auto quantized = quantization(type);
    Value result =
        quantized ? finishIntegers(g, op, sums, quantized) : finishFloats(g, op, sums, type.getElementType());
    return g.quantized(g.reshape(result, type.getShape()), type);
}

} // namespace barecc
