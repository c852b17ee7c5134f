// Products with a matrix.
#include "compiler/import/tflite/Window.h"

using namespace mlir;

namespace barecc::tflite_import {

static Outputs fullyConnected(Node &node)
{
    auto found = node.options<tflite::FullyConnectedOptions>();
    if (failed(found) || failed(node.requireRank(1, 2)))
        return failure();
    const tflite::FullyConnectedOptions &options = **found;
    if (options.weights_format() != tflite::FullyConnectedOptionsWeightsFormat_DEFAULT)
        return node.error("has shuffled weights; convert the model without them");
    FailureOr<Arithmetic> arithmetic = arithmeticOf(node, 0, 1, 0);
    if (failed(arithmetic))
        return failure();
    const int64_t outputs = node.shape(1)[0], depth = node.shape(1)[1];
    const int64_t elements = node.g.typeOf(node.input(0)).getNumElements();
    if (outputs < 1 || depth < 1 || elements < 1 || elements % depth != 0 ||
        (options.keep_num_dims() && (node.rank(0) < 1 || node.shape(0).back() != depth)))
        return node.error("has weights for " + Twine(depth) + " inputs and " + Twine(elements) +
                          " of them; the file is damaged");
    const int64_t rowCount = elements / depth;
    FailureOr<Value> bias = biasOf(node, 2, outputs);
    FailureOr<ClampAttributes> clamp = clampAttributes(node, options.fused_activation_function());
    if (failed(bias) || failed(clamp) || failed(node.requireSize({rowCount, outputs})))
        return failure();
    Value rows = node.g.reshape(node.input(0), {rowCount, depth}), result;
    if (*arithmetic == Arithmetic::Hybrid) {
        FailureOr<Value> product =
            hybridProduct(node, rows, options.asymmetric_quantize_inputs(), options.fused_activation_function());
        if (failed(product))
            return failure();
        result = *product;
    } else {
        const auto type = RankedTensorType::get({rowCount, outputs}, node.outputElement());
        result = nn::FullyConnectedOp::create(node.g.b, node.g.loc, type, rows, node.input(1), *bias, Value(),
                                              clamp->min, clamp->max);
    }
    if (!options.keep_num_dims())
        return one(result);
    SmallVector<int64_t> shape(node.shape(0));
    shape.back() = outputs;
    return one(node.g.reshape(result, shape));
}

/// An operand as [batch, rows, columns] of integers or floats, its batch broadcast and its matrices turned if asked
/// for.
static Value stacked(const Node &node, unsigned i, ArrayRef<int64_t> batch, bool turned)
{
    GraphBuilder &g = node.g;
    Value value = node.storage(i);
    const ArrayRef<int64_t> matrix = node.shape(i).take_back(2);
    SmallVector<int64_t> shape(batch);
    llvm::append_range(shape, matrix);
    value = g.reshape(g.broadcastTo(value, shape), {ShapedType::getNumElements(batch), matrix[0], matrix[1]});
    return turned ? g.transpose(value, {0, 2, 1}) : value;
}

static Outputs batchMatMul(Node &node)
{
    auto options = node.options<tflite::BatchMatMulOptions>();
    if (failed(options))
        return failure();
    if (node.rank(0) < 2 || node.rank(1) < 2)
        return node.error("multiplies what is no matrix; the file is damaged");
    FailureOr<Arithmetic> arithmetic = arithmeticOf(node, 0, 1, -1);
    if (failed(arithmetic))
        return failure();
    if (*arithmetic == Arithmetic::Hybrid)
        return node.unsupportedType(1);
    std::optional<SmallVector<int64_t>> batch =
        GraphBuilder::broadcastShape(node.shape(0).drop_back(2), node.shape(1).drop_back(2));
    ArrayRef<int64_t> left = node.shape(0).take_back(2), right = node.shape(1).take_back(2);
    const bool turnLeft = (*options)->adj_x(), turnRight = (*options)->adj_y();
    const int64_t rows = left[turnLeft], depth = left[!turnLeft], columns = right[!turnRight];
    if (!batch || right[turnRight] != depth)
        return node.error("multiplies matrices that do not fit; the file is damaged");
    SmallVector<int64_t> result(*batch);
    result.append({rows, columns});
    SmallVector<int64_t> leftShape(*batch), rightShape(*batch);
    llvm::append_range(leftShape, left);
    llvm::append_range(rightShape, right);
    if (failed(node.requireSize(result)) || failed(node.requireSize(leftShape)) || failed(node.requireSize(rightShape)))
        return failure();
    // A right side that all batches share, which is what constant ones are, is not copied for each of them.
    const bool shared = llvm::all_of(node.shape(1).drop_back(2), [](int64_t extent) { return extent == 1; });
    Value lhs = stacked(node, 0, *batch, turnLeft);
    Value rhs = stacked(node, 1, shared ? ArrayRef<int64_t>() : ArrayRef<int64_t>(*batch), false);
    auto typed = [&](Value value, unsigned i) {
        return node.g.quantized(value, RankedTensorType::get(node.g.shapeOf(value), node.g.elementOf(node.input(i))));
    };
    const auto type = RankedTensorType::get({ShapedType::getNumElements(*batch), rows, columns}, node.outputElement());
    Value product = nn::MatMulOp::create(node.g.b, node.g.loc, type, typed(lhs, 0), typed(rhs, 1), turnRight);
    return one(node.g.reshape(product, result));
}

ArrayRef<Entry> matrixOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BATCH_MATMUL, batchMatMul, 2, "float32, int8"},
        {tflite::BuiltinOperator_FULLY_CONNECTED, fullyConnected, 2,
         "float32, int8, uint8, int16, float32 with int8 weights"},
    };
    return entries;
}

} // namespace barecc::tflite_import
