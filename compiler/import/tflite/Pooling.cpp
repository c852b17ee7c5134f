// Pooling.
#include "compiler/import/tflite/Window.h"

using namespace mlir;

namespace barecc::tflite_import {

namespace {

struct Pool {
    Window window;
    Placed placed;
    RankedTensorType type; // of the result, in the input's elements
    ClampAttributes clamp;
    tflite::ActivationFunctionType activation;
};

} // namespace

static FailureOr<Pool> poolOf(const Node &node)
{
    auto found = node.options<tflite::Pool2DOptions>();
    if (failed(found) || failed(node.requireRank(0, 4)))
        return failure();
    const tflite::Pool2DOptions &options = **found;
    if (node.quantization(0) ? failed(node.requirePerTensor(0)) : failed(node.requireFloat()))
        return failure();
    const ArrayRef<int64_t> image = node.shape(0);
    Pool pool{{{options.filter_height(), options.filter_width()}, {options.stride_h(), options.stride_w()}, {1, 1}},
              {},
              {},
              {},
              options.fused_activation_function()};
    FailureOr<Placed> placed = place(node, {image[1], image[2]}, pool.window, options.padding());
    FailureOr<ClampAttributes> clamp = clampAttributes(node, pool.activation);
    if (failed(placed) || failed(clamp))
        return failure();
    pool.placed = *placed;
    pool.clamp = *clamp;
    const SmallVector<int64_t> shape{image[0], placed->size[0], placed->size[1], image[3]};
    if (failed(node.requireSize(shape)))
        return failure();
    pool.type = RankedTensorType::get(shape, node.g.elementOf(node.input(0)));
    return pool;
}

static Value averageOf(const Node &node, Value input, const Pool &pool, ClampAttributes clamp)
{
    // Means are rounded by the sign of the model's own bytes.
    const int64_t tiesAwayFrom = node.inputTensor(0).type == tflite::TensorType_UINT8 ? INT8_MIN : 0;
    return nn::AvgPool2DOp::create(node.g.b, node.g.loc, pool.type, input, pool.window.kernel, pool.window.strides,
                                   pool.placed.padding, pool.window.dilations, false, clamp.min, clamp.max,
                                   tiesAwayFrom);
}

/// Pools keep the scale of their input, whatever the file says of their output.
static Outputs averagePool(Node &node)
{
    FailureOr<Pool> pool = poolOf(node);
    if (failed(pool))
        return failure();
    return one(node.g.storage(averageOf(node, node.input(0), *pool, pool->clamp)));
}

static Outputs maxPool(Node &node)
{
    FailureOr<Pool> pool = poolOf(node);
    if (failed(pool))
        return failure();
    Value result = nn::MaxPool2DOp::create(node.g.b, node.g.loc, pool->type, node.input(0), pool->window.kernel,
                                           pool->window.strides, pool->placed.padding, pool->window.dilations,
                                           pool->clamp.min, pool->clamp.max);
    return one(node.g.storage(result));
}

/// The root of the mean of squares.
static Outputs l2Pool(Node &node)
{
    FailureOr<Pool> pool = poolOf(node);
    if (failed(pool) || failed(node.requireFloat()))
        return failure();
    Value squares =
        node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); });
    Value root = node.map(averageOf(node, squares, *pool, {}), node.element(0),
                          [](Scalar s, ValueRange in) { return s.op<math::SqrtOp>(in); });
    return one(applyActivation(node, root, pool->activation));
}

ArrayRef<Entry> poolingOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_AVERAGE_POOL_2D,
         averagePool,
         1,
         "float32, int8, uint8, int16",
         {0b1, Moves::Quantized}},
        {tflite::BuiltinOperator_L2_POOL_2D, l2Pool, 1, "float32"},
        {tflite::BuiltinOperator_MAX_POOL_2D, maxPool, 1, "float32, int8, uint8, int16", {0b1, Moves::Quantized}},
    };
    return entries;
}

} // namespace barecc::tflite_import
