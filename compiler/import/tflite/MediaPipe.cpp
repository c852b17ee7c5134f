// MediaPipe's custom operators: pooling that says where the maximum was, its reverse, and transposed convolution with a
// bias. Their options are C structs, little-endian.
#include "compiler/import/tflite/Window.h"
#include "compiler/ir/Procedure.h"

#include "llvm/Support/Endian.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

using barecc::Scalar; // of a procedure, not of a linalg body

/// The first `count` 32-bit numbers of the options.
FailureOr<SmallVector<int64_t>> readOptions(const Node &node, size_t count)
{
    SmallVector<int64_t> numbers;
    const auto *bytes = node.source.custom_options();
    for (size_t i = 0; bytes && i + 4 <= bytes->size() && numbers.size() < count; i += 4)
        numbers.push_back(llvm::support::endian::read32le(bytes->data() + i));
    if (numbers.size() < count)
        return node.error("has no options; the file is damaged");
    return numbers;
}

FailureOr<tflite::Padding> paddingOf(const Node &node, int64_t number)
{
    if (number != 1 && number != 2)
        return node.error("has padding of an unknown kind; the file is damaged");
    return number == 1 ? tflite::Padding_SAME : tflite::Padding_VALID;
}

struct Pool {
    Window window;
    tflite::Padding padding;
    tflite::ActivationFunctionType activation;
};

FailureOr<Pool> readPool(const Node &node)
{
    FailureOr<SmallVector<int64_t>> options = readOptions(node, 6);
    if (failed(options) || failed(node.requireFloat()) || failed(node.requireRank(0, 4)))
        return failure();
    const ArrayRef<int64_t> o = *options;
    FailureOr<tflite::Padding> padding = paddingOf(node, o[0]);
    if (failed(padding))
        return failure();
    for (int64_t extent : o.slice(1, 4))
        if (extent < 1 || extent > INT16_MAX)
            return node.error("has an impossible window; the file is damaged");
    return Pool{{{o[4], o[3]}, {o[2], o[1]}, {1, 1}}, *padding, tflite::ActivationFunctionType(o[5] & 0x7f)};
}

/// The maxima, and where in its window each lies: row * width + column, and 0.1 so that truncation is safe.
Outputs maxPoolWithArgmax(Node &node)
{
    FailureOr<Pool> pool = readPool(node);
    if (failed(pool))
        return failure();
    const Window &window = pool->window;
    const ArrayRef<int64_t> image = node.shape(0);
    FailureOr<Placed> placed = place(node, {image[1], image[2]}, window, pool->padding);
    if (failed(placed))
        return failure();
    const SmallVector<int64_t> shape{image[0], placed->size[0], placed->size[1], image[3]};
    if (failed(node.requireSize(shape)))
        return failure();
    const Type f32 = node.element(0);
    const auto type = RankedTensorType::get(shape, f32);
    const SmallVector<Value> results = procedure(node.g, {node.input(0)}, {type, type}, {}, [&](Procedure &p) {
        p.forEach(shape, [&](Scalars at) {
            const Scalars none{p.number(f32, std::numeric_limits<float>::lowest()), p.number(f32, 0.1f)};
            const Scalars best = p.loop(0, window.kernel[0], none, [&](Scalar row, Scalars before) {
                return p.loop(0, window.kernel[1], before, [&](Scalar column, Scalars sofar) {
                    Scalar y = at[1] * double(window.strides[0]) + row - double(placed->padding[0]);
                    Scalar x = at[2] * double(window.strides[1]) + column - double(placed->padding[1]);
                    Scalar inside = (y >= 0) & (y < double(image[1])) & (x >= 0) & (x < double(image[2]));
                    auto compare = [&] {
                        Scalar value = p.input(0)(at[0], y, x, at[3]);
                        Scalar place = (row * double(window.kernel[1]) + column).to(p.b.getI32Type()).to(f32) + 0.1f;
                        Scalar better = value > sofar[0];
                        return Scalars{select(better, value, sofar[0]), select(better, place, sofar[1])};
                    };
                    return p.choose(inside, compare, [&] { return sofar; });
                });
            });
            p.result(0).at(at) = best[0];
            p.result(1).at(at) = best[1];
        });
    });
    FailureOr<Value> values = applyActivation(node, results[0], pool->activation);
    if (failed(values))
        return failure();
    return SmallVector<Value>{*values, results[1]};
}

/// Values back to where their maxima were, zeros elsewhere.
Outputs maxUnpool(Node &node)
{
    FailureOr<Pool> pool = readPool(node);
    if (failed(pool) || failed(node.requireFloat(1)) || failed(node.requireRank(1, 4)))
        return failure();
    const Window &window = pool->window;
    const SmallVector<int64_t> image(node.shape(0));
    const SmallVector<int64_t> shape{image[0], image[1] * window.kernel[0], image[2] * window.kernel[1], image[3]};
    if (node.shape(1) != ArrayRef(image))
        return node.error("has indices of another shape than its values; the file is damaged");
    if (failed(node.requireSize(shape)))
        return failure();
    std::array<int64_t, 2> before;
    for (int d = 0; d < 2; ++d)
        before[d] = std::max<int64_t>((image[d + 1] - 1) * window.strides[d] + window.kernel[d] - shape[d + 1], 0) / 2;
    const auto type = RankedTensorType::get(shape, node.element(0));
    return one(procedure(node.g, {node.input(0), node.input(1)}, {type}, {}, [&](Procedure &p) {
        p.forEach(shape, [&](Scalars at) { p.result(0).at(at) = 0.0; });
        p.forEach(image, [&](Scalars at) {
            Scalar index = p.input(1).at(at);
            // What is no place in the window is dropped; as a float it may be anything.
            const int64_t area = window.kernel[0] * window.kernel[1];
            p.when((index >= 0) & (index < double(area)), [&] {
                Scalar place = index.to(p.b.getI32Type()).toIndex();
                Scalar y = at[1] * double(window.strides[0]) + place / double(window.kernel[1]) - double(before[0]);
                Scalar x = at[2] * double(window.strides[1]) + place % double(window.kernel[1]) - double(before[1]);
                Scalar inside = (y >= 0) & (y < double(shape[1])) & (x >= 0) & (x < double(shape[2]));
                p.when(inside, [&] { p.result(0)(at[0], y, x, at[3]) = Scalar(p.input(0).at(at)); });
            });
        });
    })[0]);
}

Outputs transposeConvBias(Node &node)
{
    FailureOr<SmallVector<int64_t>> options = readOptions(node, 3);
    for (unsigned i : {0u, 1u})
        if (failed(options) || failed(node.requireFloat(i)) || failed(node.requireRank(i, 4)))
            return failure();
    FailureOr<tflite::Padding> padding = paddingOf(node, (*options)[0]);
    const ArrayRef<int64_t> image = node.shape(0), filter = node.shape(1);
    FailureOr<Value> bias = biasOf(node, 2, filter[0]);
    if (failed(padding) || failed(bias))
        return failure();
    if (filter[3] != image[3])
        return node.error("has a filter and an input that do not fit each other; the file is damaged");
    const std::array<int64_t, 2> strides{(*options)[2], (*options)[1]}, dilations{1, 1};
    std::array<int64_t, 4> cut{};
    SmallVector<int64_t> shape{image[0], 0, 0, filter[0]};
    for (int d = 0; d < 2; ++d) {
        if (strides[d] < 1 || strides[d] > INT16_MAX || filter[d + 1] < 1)
            return node.error("has an impossible window; the file is damaged");
        if (image[d + 1] == 0)
            continue; // a result of no rows or columns
        const int64_t overlap = filter[d + 1] - (image[d + 1] - 1) % strides[d] - 1;
        const int64_t total = *padding == tflite::Padding_SAME ? std::max<int64_t>(overlap, 0) : 0;
        shape[d + 1] = (image[d + 1] - 1) * strides[d] + filter[d + 1] - total;
        cut[d] = total / 2;
        cut[d + 2] = total - total / 2;
    }
    if (failed(node.requireSize(shape)))
        return failure();
    const auto type = RankedTensorType::get(shape, node.outputElement());
    return one(nn::ConvTranspose2DOp::create(node.g.b, node.g.loc, type, node.input(0), node.input(1), *bias, Value(),
                                             strides, cut, dilations, 1, FloatAttr(), FloatAttr())
                   .getResult());
}

} // namespace

ArrayRef<Entry> mediaPipeOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_CUSTOM, maxPoolWithArgmax, 1, "float32", {}, 2, "MaxPoolingWithArgmax2D"},
        {tflite::BuiltinOperator_CUSTOM, maxUnpool, 2, "float32", {}, 1, "MaxUnpooling2D"},
        {tflite::BuiltinOperator_CUSTOM, transposeConvBias, 3, "float32", {}, 1, "Convolution2DTransposeBias"},
    };
    return entries;
}

} // namespace barecc::tflite_import
