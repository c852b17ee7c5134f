// Products with a matrix.
#include "compiler/ir/ScalarFixedPoint.h"
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
    // Where there is nothing to multiply, the rows are those that the input's shape has.
    const bool hasRows = node.rank(0) >= 1 && node.shape(0).back() == depth;
    if (depth > 0 ? elements % depth != 0 || (options.keep_num_dims() && !hasRows) : !hasRows)
        return node.error("has weights for " + Twine(depth) + " inputs and " + Twine(elements) +
                          " of them; the file is damaged");
    const int64_t rowCount = depth > 0 ? elements / depth : ShapedType::getNumElements(node.shape(0).drop_back());
    FailureOr<Value> bias = biasOf(node, 2, outputs);
    FailureOr<ClampAttributes> clamp = clampAttributes(node, options.fused_activation_function());
    if (failed(bias) || failed(clamp) || failed(node.requireSize({rowCount, outputs})))
        return failure();
    Value rows = node.g.reshape(node.input(0), {rowCount, depth}), result;
    if (*arithmetic == Arithmetic::Hybrid) {
        FailureOr<Value> product = hybridProduct(
            node, node.g.reshape(rows, {1, rowCount, depth}), node.g.reshape(hybridWeights(node), {1, outputs, depth}),
            options.asymmetric_quantize_inputs(), options.fused_activation_function());
        if (failed(product))
            return failure();
        result = node.g.reshape(*product, {rowCount, outputs});
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

/// An operand as [batch, rows, columns] of integers or floats, its batch broadcast, or left at 1 where all batches
/// share the matrix, and its matrices turned if asked for.
static Value stacked(const Node &node, unsigned i, ArrayRef<int64_t> batch, bool turned)
{
    GraphBuilder &g = node.g;
    Value value = node.storage(i);
    const ArrayRef<int64_t> matrix = node.shape(i).take_back(2);
    if (!batch.empty()) {
        SmallVector<int64_t> shape(batch);
        llvm::append_range(shape, matrix);
        value = g.broadcastTo(value, shape);
    }
    value = g.reshape(value, {ShapedType::getNumElements(batch), matrix[0], matrix[1]});
    return turned ? g.transpose(value, {0, 2, 1}) : value;
}

static bool isPerChannel(const Node &node)
{
    return isa_and_nonnull<quant::UniformQuantizedPerAxisType>(node.quantization(1));
}

/// What sums of products are multiplied with. The scales' product is rounded to single precision, as TFLite multiplies
/// them.
static FixedPoint productScale(const Node &node)
{
    return fixedPoint(double(node.scale(0) * node.scale(1)) / double(node.outputScale()));
}

/// Both sides are activations, of 8 or 16 bits, or only the right one is weights of 8, which may be scaled along
/// dimension `columns`.
static FailureOr<Arithmetic> productArithmetic(const Node &node, int64_t columns)
{
    if (!node.quantization(0) || !node.quantization(1) || isPerChannel(node))
        return arithmeticOf(node, 0, 1, columns);
    if (failed(node.requirePerTensor(0)) || failed(node.requirePerTensor(1)) || failed(node.requireQuantizedOutput()))
        return failure();
    const Type storage = node.element(0);
    if (node.element(1) != storage || Node::storageElement(node.outputElement()) != storage)
        return node.unsupportedType(1);
    if (storage.isInteger(16) && (node.zeroPoint(0) != 0 || node.zeroPoint(1) != 0 || node.outputZeroPoint() != 0))
        return node.error("has a zero point beside 16-bit integers, which are symmetric; quantise the model again");
    if (storage.isInteger(16) && productScale(node).shift > 14)
        return node.error("has scales that let its sums overflow; quantise the model again");
    return Arithmetic::Integer;
}

/// [batch, rows, depth] x [batch or 1, columns, depth]^T of integers, in sums of 32 bits, or of 64 for 16-bit ones.
static Value integerProduct(const Node &node, Value lhs, Value rhs)
{
    GraphBuilder &g = node.g;
    const ArrayRef<int64_t> shape = g.shapeOf(lhs);
    const Type storage = node.element(0);
    const bool isWide = storage.isInteger(16);
    const Type sum = isWide ? g.b.getI64Type() : g.b.getI32Type();
    MLIRContext *context = g.b.getContext();
    AffineExpr n, m, o, k;
    bindDims(context, n, m, o, k);
    const AffineExpr matrix = g.shapeOf(rhs)[0] == 1 ? getAffineConstantExpr(0, context) : n;
    using utils::IteratorType;
    Value sums =
        g.contract(RankedTensorType::get({shape[0], shape[1], g.shapeOf(rhs)[1]}, sum), {lhs, rhs},
                   {AffineMap::get(4, 0, {n, m, k}, context), AffineMap::get(4, 0, {matrix, o, k}, context),
                    AffineMap::get(4, 0, {n, m, o}, context)},
                   {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
                   GraphBuilder::scalarAttr(sum, 0), [&](OpBuilder &b, Location loc, ValueRange in) {
                       const Scalar s{b, loc};
                       Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)));
                       Value y = s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1)));
                       return s.add(in[2], s.convert(s.mul(x, y), sum));
                   });
    const FixedPoint scale = productScale(node);
    const IntegerRange range = clampRange(cast<quant::QuantizedType>(node.outputElement()), std::nullopt, std::nullopt);
    return node.map(sums, storage, [&](Scalar s, ValueRange in) {
        Value x = isWide ? rescale64(s, in[0], scale) : s.rescale(in[0], scale);
        return narrowTo(s, s.add(x, s.i32(node.outputZeroPoint())), range, storage);
    });
}

/// [batch, rows, depth] x [1, columns, depth]^T of integers with a scale for each column: a fully connected layer.
static Value perChannelProduct(const Node &node, Value lhs, Value rhs)
{
    GraphBuilder &g = node.g;
    const ArrayRef<int64_t> left = g.shapeOf(lhs), right = g.shapeOf(rhs);
    const int64_t rows = left[0] * left[1], columns = right[1], depth = right[2];
    auto weights = cast<quant::UniformQuantizedPerAxisType>(node.quantization(1));
    const Type byColumn = quant::UniformQuantizedPerAxisType::get(
        weights.getFlags(), weights.getStorageType(), weights.getExpressedType(), weights.getScales(),
        weights.getZeroPoints(), 0, weights.getStorageTypeMin(), weights.getStorageTypeMax());
    Value input =
        g.quantized(g.reshape(lhs, {rows, depth}), RankedTensorType::get({rows, depth}, node.quantization(0)));
    Value matrix = g.quantized(g.reshape(rhs, {columns, depth}), RankedTensorType::get({columns, depth}, byColumn));
    return nn::FullyConnectedOp::create(g.b, g.loc, RankedTensorType::get({rows, columns}, node.outputElement()), input,
                                        matrix, Value(), Value(), FloatAttr(), FloatAttr());
}

static Outputs batchMatMul(Node &node)
{
    auto options = node.options<tflite::BatchMatMulOptions>();
    if (failed(options))
        return failure();
    if (node.rank(0) < 2 || node.rank(1) < 2)
        return node.error("multiplies what is no matrix; the file is damaged");
    FailureOr<Arithmetic> kind = productArithmetic(node, node.rank(1) - ((*options)->adj_y() ? 2 : 1));
    if (failed(kind))
        return failure();
    if (*kind == Arithmetic::Hybrid && node.inputTensor(1).type != tflite::TensorType_INT8)
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
    if (*kind == Arithmetic::Float) {
        const auto type = RankedTensorType::get({node.g.shapeOf(lhs)[0], rows, columns}, node.outputElement());
        Value product = nn::MatMulOp::create(node.g.b, node.g.loc, type, lhs, rhs, turnRight);
        return one(node.g.reshape(product, result));
    }
    rhs = turnRight ? rhs : node.g.transpose(rhs, {0, 2, 1});
    if (*kind == Arithmetic::Integer && isPerChannel(node)) {
        if (!shared || !barecc::constantOf(node.input(1)))
            return node.error("has a scale for each column of a right side that is computed, or is a matrix for each "
                              "batch; quantise it with one scale");
        return one(node.g.reshape(node.g.storage(perChannelProduct(node, lhs, rhs)), result));
    }
    FailureOr<Value> product = *kind == Arithmetic::Hybrid
                                   ? hybridProduct(node, lhs, rhs, (*options)->asymmetric_quantize_inputs(),
                                                   tflite::ActivationFunctionType_NONE)
                                   : integerProduct(node, lhs, rhs);
    if (failed(product))
        return failure();
    return one(node.g.reshape(*product, result));
}

ArrayRef<Entry> matrixOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BATCH_MATMUL, batchMatMul, 2,
         "float32, int8, uint8, int16, float32 with int8 weights"},
        {tflite::BuiltinOperator_FULLY_CONNECTED, fullyConnected, 2,
         "float32, int8, uint8, int16, float32 with int8 weights"},
    };
    return entries;
}

} // namespace barecc::tflite_import
