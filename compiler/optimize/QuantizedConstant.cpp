#include "compiler/optimize/QuantizedConstant.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

std::vector<Quantization> quantizationsOf(quant::QuantizedType type)
{
    if (auto uniform = dyn_cast<quant::UniformQuantizedType>(type))
        return {{uniform.getScale(), uniform.getZeroPoint()}};
    std::vector<Quantization> all;
    auto perAxis = cast<quant::UniformQuantizedPerAxisType>(type);
    for (auto [scale, zeroPoint] : llvm::zip(perAxis.getScales(), perAxis.getZeroPoints()))
        all.push_back({scale, zeroPoint});
    return all;
}

std::optional<int64_t> commonZeroPoint(quant::QuantizedType type)
{
    const std::vector<Quantization> all = quantizationsOf(type);
    const bool same = llvm::all_of(all, [&](const Quantization &q) { return q.zeroPoint == all.front().zeroPoint; });
    return same ? std::optional(all.front().zeroPoint) : std::nullopt;
}

std::optional<std::vector<double>> realNumbersOf(Value value)
{
    auto dequantize = value.getDefiningOp<quant::DequantizeCastOp>();
    if (!dequantize) {
        ElementsAttr elements = constantOf(value);
        return elements && isa<FloatType>(elements.getElementType()) ? numbersOf(elements) : std::nullopt;
    }
    std::optional<std::vector<double>> numbers = numbersOf(constantOf(dequantize.getInput()));
    if (!numbers)
        return std::nullopt;
    auto type = cast<RankedTensorType>(dequantize.getInput().getType());
    const quant::QuantizedType element = quantization(type);
    const std::vector<Quantization> all = quantizationsOf(element);
    size_t inner = 1;
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
        inner = size_t(ShapedType::getNumElements(type.getShape().drop_front(perAxis.getQuantizedDimension() + 1)));
    for (auto [i, number] : llvm::enumerate(*numbers)) {
        const Quantization &q = all[i / inner % all.size()];
        number = (number - double(q.zeroPoint)) * q.scale;
    }
    return numbers;
}

} // namespace barecc
