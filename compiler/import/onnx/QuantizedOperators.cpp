// QLinear*: operators on quantised tensors, each as its floating-point form between a dequantisation and a
// quantisation. The optimiser makes integer operations of these where it can.
#include "compiler/import/onnx/Activation.h"
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"
#include "compiler/import/onnx/Quantization.h"
#include "compiler/import/onnx/Softmax.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// Tensor i, whose scale and zero point are the two inputs behind it.
static FailureOr<Value> dequantized(const Node &node, unsigned i, int64_t axis = 0)
{
    if (!node.hasInput(i) || !node.hasInput(i + 1))
        return node.error("input " + Twine(node.hasInput(i) ? i + 1 : i) + " is missing");
    return dequantizeInput(node, i, quantizationAt(node, i + 1, i + 2, axis));
}

/// `value` as output 0, by the scale at input `scale` and the zero point behind it. Integers are of the zero point's
/// type or, without one, of that of input 0.
static Outputs quantized(Node &node, FailureOr<Value> value, unsigned scale)
{
    if (failed(value))
        return failure();
    if (!node.hasInput(scale))
        return node.error("input " + Twine(scale) + ", the scale of the result, is missing");
    Quantization q = quantizationAt(node, scale, scale + 1);
    if (!q.zeroPoint)
        q.storage = node.onnxElement(0);
    return quantizeOutput(node, *value, q);
}

/// Calls `image` with [N, C, spatial...], also where the attribute channels_last says that the tensor has another
/// order.
static FailureOr<Value> channelsFirst(const Node &node, Value input, llvm::function_ref<FailureOr<Value>(Value)> image)
{
    if (!node.integer("channels_last", 0))
        return image(input);
    if (GraphBuilder::typeOf(input).getRank() < 3)
        return node.error("channels_last with an input that has no spatial axis");
    FailureOr<Value> result = image(toChannelsFirst(node.g, input));
    if (failed(result))
        return failure();
    return toChannelsLast(node.g, *result);
}

/// The 32-bit bias at input i, whose scale is the product of those of the input and of the filter.
static FailureOr<Value> dequantizedBias(const Node &node, unsigned i, Value inputScale, Value filterScale,
                                        double factor)
{
    GraphBuilder &g = node.g;
    if (!node.element(i).isInteger(32))
        return node.error("the bias should hold 32-bit integers");
    if (GraphBuilder::typeOf(inputScale).getNumElements() != 1 ||
        GraphBuilder::elementOf(inputScale) != GraphBuilder::elementOf(filterScale))
        return node.error("a bias goes with one scale of the input, of the same type as those of the filter");
    Value scale = multiply(g, g.reshape(inputScale, {}), filterScale);
    return dequantizeInput(node, i,
                           {factor == 1.0 ? scale : multiply(g, scale, factor),
                            {},
                            {},
                            std::max<int64_t>(0, node.rank(i) - 1),
                            0,
                            {},
                            true});
}

Outputs importQLinearConv(Node &node)
{
    FailureOr<Value> input = dequantized(node, 0), filter = dequantized(node, 3), bias = Value();
    if (failed(input) || failed(filter))
        return failure();
    if (node.hasInput(8)) {
        bias = dequantizedBias(node, 8, node.input(1), node.input(4), 1.0);
        if (failed(bias))
            return failure();
    }
    return quantized(
        node, channelsFirst(node, *input, [&](Value image) { return convolution(node, image, *filter, *bias); }), 6);
}

/// Scales of the left side may be one for each row, those of the right side one for each column.
Outputs importQLinearMatMul(Node &node)
{
    auto side = [&](unsigned i, int64_t fromLast) -> FailureOr<Value> {
        const int64_t rank =
            GraphBuilder::typeOf(node.quantizedInput(i) ? node.quantizedInput(i) : node.input(i)).getRank();
        return dequantized(node, i, std::max<int64_t>(0, rank - fromLast));
    };
    FailureOr<Value> lhs = side(0, 2), rhs = side(3, 1);
    if (failed(lhs) || failed(rhs))
        return failure();
    return quantized(node, matrixProduct(node, *lhs, *rhs), 6);
}

Outputs importQGemm(Node &node)
{
    FailureOr<Value> a = dequantized(node, 0), b = dequantized(node, 3, node.integer("transB", 0) ? 0 : 1), c = Value();
    if (failed(a) || failed(b))
        return failure();
    const double alpha = node.number("alpha", 1.0);
    if (node.hasInput(6)) {
        // Integers of the scale alpha * a * b.
        c = dequantizedBias(node, 6, node.input(1), node.input(4), alpha);
        if (failed(c))
            return failure();
    }
    FailureOr<Value> result = generalProduct(node, *a, *b, *c);
    if (!node.hasInput(7) && succeeded(result))
        return SmallVector<Value>{*result};
    return quantized(node, result, 7);
}

/// Two tensors, broadcast, under an operation on whole tensors.
static Outputs importPair(Node &node, Value (*operation)(GraphBuilder &, Value, Value))
{
    FailureOr<Value> a = dequantized(node, 0), b = dequantized(node, 3);
    if (failed(a) || failed(b) || failed(node.checkSameType(1, 4)) || failed(node.broadcast({*a, *b})))
        return failure();
    return quantized(node, operation(node.g, *a, *b), 6);
}

Outputs importQLinearAdd(Node &node) { return importPair(node, add); }

Outputs importQLinearMul(Node &node) { return importPair(node, multiply); }

Outputs importQLinearAveragePool(Node &node)
{
    FailureOr<Value> input = dequantized(node, 0);
    if (failed(input))
        return failure();
    return quantized(node, channelsFirst(node, *input, [&](Value image) { return averagePool(node, image); }), 3);
}

Outputs importQLinearGlobalAveragePool(Node &node)
{
    FailureOr<Value> input = dequantized(node, 0);
    if (failed(input))
        return failure();
    return quantized(node, channelsFirst(node, *input, [&](Value image) { return globalAveragePool(node, image); }), 3);
}

static Outputs importActivation(Node &node, StringRef name, double alpha)
{
    FailureOr<Value> input = dequantized(node, 0);
    FailureOr<Activation> activation = activationNamed(node, name);
    if (failed(input) || failed(activation))
        return failure();
    activation->alpha = alpha;
    Value result = node.g.elementwise(
        *input, GraphBuilder::elementOf(*input),
        [&](OpBuilder &b, Location loc, ValueRange operands) { return activation->apply(b, loc, operands[0]); });
    return quantized(node, result, 3);
}

Outputs importQLinearSigmoid(Node &node) { return importActivation(node, "Sigmoid", 0.0); }

Outputs importQLinearLeakyRelu(Node &node) { return importActivation(node, "LeakyRelu", node.number("alpha", 0.01)); }

/// Scale and zero point of the result come first, then a triple for each part.
Outputs importQLinearConcat(Node &node)
{
    SmallVector<Value> parts;
    for (unsigned i = 2; i < node.inputCount(); i += 3) {
        FailureOr<Value> part = dequantized(node, i);
        if (failed(part))
            return failure();
        parts.push_back(*part);
    }
    if (parts.empty() || !node.attribute("axis"))
        return node.error("needs at least one tensor, and the attribute axis");
    Shape shape(GraphBuilder::shapeOf(parts[0]));
    FailureOr<int64_t> axis = node.axis(node.integer("axis", 0), int64_t(shape.size()));
    if (failed(axis))
        return failure();
    shape[*axis] = 0;
    for (Value part : parts) {
        Shape own(GraphBuilder::shapeOf(part));
        if (own.size() != shape.size() || GraphBuilder::elementOf(part) != GraphBuilder::elementOf(parts[0]))
            return node.error("the parts differ in rank or element type");
        shape[*axis] += own[*axis];
        own[*axis] = shape[*axis];
        if (own != shape)
            return node.error("the parts differ in another axis than the one they are joined along");
    }
    if (failed(node.checkShape(shape)))
        return failure();
    Quantization q = quantizationAt(node, 0, 1);
    if (!q.zeroPoint)
        q.storage = node.onnxElement(2);
    return quantizeOutput(node, node.g.concat(parts, *axis), q);
}

Outputs importQLinearReduceMean(Node &node)
{
    FailureOr<Value> input = dequantized(node, 0);
    if (failed(input))
        return failure();
    Shape shape(GraphBuilder::shapeOf(*input)), all = llvm::to_vector(llvm::seq<int64_t>(0, int64_t(shape.size())));
    FailureOr<Shape> axes = node.axes(node.integers("axes").value_or(all), int64_t(shape.size()));
    if (failed(axes))
        return failure();
    if (axes->empty())
        axes = all;
    Shape kept;
    for (auto [d, extent] : llvm::enumerate(shape))
        if (!llvm::is_contained(*axes, int64_t(d)))
            kept.push_back(extent);
    Value result = mean(node.g, *input, *axes);
    return quantized(node, node.integer("keepdims", 1) ? result : node.g.reshape(result, kept), 3);
}

/// Where input 0 is true the first tensor, else the second, each with its scale and zero point.
Outputs importQLinearWhere(Node &node)
{
    FailureOr<Value> yes = dequantized(node, 1), no = dequantized(node, 4);
    if (failed(yes) || failed(no) || failed(node.checkSameType(2, 5)) ||
        failed(node.broadcast({node.input(0), *yes, *no})))
        return failure();
    return quantized(node,
                     node.g.elementwise({node.input(0), *yes, *no}, GraphBuilder::elementOf(*yes),
                                        [](OpBuilder &b, Location loc, ValueRange x) -> Value {
                                            return arith::SelectOp::create(b, loc, x[0], x[1], x[2]);
                                        }),
                     7);
}

/// The attribute opset says whether the axes from `axis` on are flattened, as before opset 13.
Outputs importQLinearSoftmax(Node &node)
{
    FailureOr<Value> input = dequantized(node, 0);
    if (failed(input))
        return failure();
    const int opset = node.integer("opset", 13) < 13 ? 12 : 13;
    return quantized(node, softmaxAlongAxis(node, *input, opset, false), 3);
}

} // namespace barecc::onnx_import
