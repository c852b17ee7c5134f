#include "compiler/import/onnx/Microsoft.h"

#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Fourier.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/MicrosoftAttention.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- Sums with activations ---------------------------------------------------------------------------------

/// x + bias + skip.
static Outputs importBiasAdd(Node &node)
{
    GraphBuilder &g = node.g;
    if (node.rank(0) < 1 || failed(expectShape(node, 1, node.shape(0).back())) ||
        failed(expectShape(node, 2, node.shape(0))) || failed(node.checkSameType(0, 1)) ||
        failed(node.checkSameType(0, 2)))
        return failure();
    return SmallVector<Value>{add(g, add(g, node.input(0), node.input(1)), node.input(2))};
}

/// The left half of x + bias times Gelu of the right half.
static Outputs importBiasSplitGelu(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0);
    if (rank < 1 || node.shape(0).back() % 2 != 0 || node.type(0).getNumElements() == 0)
        return node.error("the input " + shapeText(node.shape(0)) + " does not split into two halves");
    if (failed(expectShape(node, 1, node.shape(0).back())) || failed(node.checkSameType(0, 1)))
        return failure();
    Value x = add(g, node.input(0), node.input(1));
    Shape offsets(size_t(rank), 0), sizes(node.shape(0)), strides(size_t(rank), 1);
    sizes.back() /= 2;
    Value left = g.slice(x, offsets, sizes, strides);
    offsets.back() = sizes.back();
    Value right = g.slice(x, offsets, sizes, strides);
    return SmallVector<Value>{mapElements(g, {left, right}, node.element(0), [](const ScalarMath &m, ValueRange x) {
        Value error = math::ErfOp::create(m.b, m.loc, m.multiply(x[1], m.number(x[1], std::sqrt(0.5))));
        Value half = m.multiply(x[1], m.number(x[1], 0.5));
        return m.multiply(x[0], m.multiply(half, m.add(error, m.number(error, 1))));
    })};
}

// ---- Complex numbers, which are pairs along the last axis --------------------------------------------------

template <bool conjugate> static Outputs importComplexMul(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Shape> shape = node.broadcast({node.input(0), node.input(1)});
    if (failed(shape) || failed(node.checkSameType(0, 1)))
        return failure();
    if (shape->empty() || shape->back() != 2 || node.shape(0).empty() || node.shape(0).back() != 2 ||
        node.shape(1).empty() || node.shape(1).back() != 2)
        return node.error("the last axis should hold real and imaginary part");
    auto part = [&](unsigned i, int64_t which) {
        Shape offsets(size_t(node.rank(i)), 0), sizes(node.shape(i)), strides(offsets.size(), 1);
        offsets.back() = which;
        sizes.back() = 1;
        return g.slice(node.input(i), offsets, sizes, strides);
    };
    Value a = part(0, 0), b = part(0, 1), c = part(1, 0), d = part(1, 1);
    // (a + bi)(c + di), or (a + bi)(c - di)
    Value ac = multiply(g, a, c), bd = multiply(g, b, d), bc = multiply(g, b, c), ad = multiply(g, a, d);
    Value real = conjugate ? add(g, ac, bd) : subtract(g, ac, bd);
    Value imaginary = conjugate ? subtract(g, bc, ad) : add(g, bc, ad);
    return SmallVector<Value>{g.concat({real, imaginary}, int64_t(shape->size()) - 1)};
}

/// Whether the attributes ask for what there is: one-dimensional, one-sided transforms that are not normalised.
static LogicalResult checkTransform(const Node &node)
{
    if (node.integer("signal_ndim", 1) == 1 && node.integer("normalized", 0) == 0 && node.integer("onesided", 1) == 1)
        return success();
    return node.error("only transforms with signal_ndim 1, normalized 0 and onesided 1 are supported");
}

/// [.., n] to the first n / 2 + 1 numbers of its transform, [.., n / 2 + 1, 2].
static Outputs importRfft(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(checkTransform(node)))
        return failure();
    const int64_t length = node.rank(0) == 0 ? 0 : node.shape(0).back();
    if (!isTransformable(length))
        return node.error("a length of " + Twine(length) + " is not supported");
    const int64_t rows = node.type(0).getNumElements() / length, bins = length / 2 + 1;
    const Type element = node.element(0);
    Value signal = g.reshape(g.cast(node.input(0), accumulatorOf(element)), {rows, length});
    const Complex whole = fourierTransform(g, {signal, {}}, false);
    auto firstBins = [&](Value part) {
        return g.reshape(g.slice(part, {0, 0}, {rows, bins}, {1, 1}), {rows, bins, 1});
    };
    Shape result(node.shape(0).drop_back());
    result.append({bins, 2});
    Value pairs = g.concat({firstBins(whole.real), firstBins(whole.imaginary)}, 2);
    return SmallVector<Value>{g.reshape(g.cast(pairs, element), result)};
}

/// The way back, to a signal of an even length: the numbers that are missing are the conjugates of those there are.
static Outputs importIrfft(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0);
    if (failed(checkTransform(node)))
        return failure();
    if (rank < 2 || node.shape(0).back() != 2)
        return node.error("the last axis should hold real and imaginary part");
    const int64_t bins = node.shape(0)[rank - 2], length = 2 * (bins - 1);
    if (!isTransformable(length))
        return node.error("a length of " + Twine(length) + " is not supported");
    const int64_t rows = node.type(0).getNumElements() / (2 * bins);
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value pairs = g.reshape(g.cast(node.input(0), wide), {rows, bins, 2});
    // The imaginary parts of the first and of the middle number have no counterpart, and count for nothing.
    auto whole = [&](int64_t which) {
        return g.generate(RankedTensorType::get({rows, length}, wide), [&](OpBuilder &b, Location loc, ValueRange i) {
            const ScalarMath m{b, loc};
            auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
            Value mirrored = m.less(number(bins - 1), i[1]);
            Value from = m.select(mirrored, m.subtract(number(length), i[1]), i[1]);
            Value part = GraphBuilder::at(b, loc, pairs, {i[0], from, number(which)});
            if (which == 0)
                return part;
            Value zero = m.number(part, 0);
            Value single = arith::OrIOp::create(b, loc, m.equal(i[1], number(0)), m.equal(i[1], number(bins - 1)));
            return m.select(single, zero, m.select(mirrored, m.subtract(zero, part), part));
        });
    };
    const Complex signal = fourierTransform(g, {whole(0), whole(1)}, true);
    Shape result(node.shape(0).drop_back(2));
    result.push_back(length);
    return SmallVector<Value>{g.reshape(g.cast(signal.real, element), result)};
}

// ---- Matrices and shapes -----------------------------------------------------------------------------------

/// By Gauss-Jordan elimination with the largest pivot of each column. A matrix that has no inverse gives no numbers.
static Outputs importInverse(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0);
    if (rank < 2 || node.shape(0)[rank - 1] != node.shape(0)[rank - 2])
        return node.error("the input " + shapeText(node.shape(0)) + " should hold square matrices");
    if (node.type(0).getNumElements() == 0)
        return SmallVector<Value>{node.input(0)};
    const int64_t extent = node.shape(0).back(), count = node.type(0).getNumElements() / (extent * extent);
    const Type element = node.element(0), wide = accumulatorOf(element);
    Value matrices = g.reshape(g.cast(node.input(0), wide), {count, extent, extent});
    const RankedTensorType results[] = {GraphBuilder::typeOf(matrices), RankedTensorType::get({extent, extent}, wide)};
    Value inverses = procedure(g, matrices, results, {}, [&](Procedure &p) {
        Buffer in = p.input(0), out = p.result(0), left = p.result(1);
        const Scalar zero = p.number(wide, 0), one = p.number(wide, 1);
        p.loop(0, count, [&](Scalar n) {
            p.forEach({extent, extent}, [&](Scalars at) {
                left(at[0], at[1]) = in(n, at[0], at[1]);
                out(n, at[0], at[1]) = select(at[0] == at[1], one, zero);
            });
            p.loop(0, extent, [&](Scalar c) {
                Scalar best = p.loop(c, extent, {c, zero}, [&](Scalar r, Scalars carried) {
                    Scalar x = left(r, c), size = largest(x, zero - x), isLarger = size > carried[1];
                    return Scalars{select(isLarger, r, carried[0]), select(isLarger, size, carried[1])};
                })[0];
                Scalar pivot = left(best, c);
                p.loop(0, extent, [&](Scalar k) {
                    Scalar upper = left(c, k), lower = left(best, k), upperOut = out(n, c, k),
                           lowerOut = out(n, best, k);
                    left(best, k) = upper;
                    left(c, k) = lower / pivot;
                    out(n, best, k) = upperOut;
                    out(n, c, k) = lowerOut / pivot;
                });
                p.loop(0, extent, [&](Scalar r) {
                    p.when(r != c, [&] {
                        Scalar factor = left(r, c);
                        p.loop(0, extent, [&](Scalar k) {
                            left(r, k) = Scalar(left(r, k)) - factor * Scalar(left(c, k));
                            out(n, r, k) = Scalar(out(n, r, k)) - factor * Scalar(out(n, c, k));
                        });
                    });
                });
            });
        });
    })[0];
    return SmallVector<Value>{g.reshape(g.cast(inverses, element), node.shape(0))};
}

static Outputs importExpandDims(Node &node)
{
    FailureOr<Shape> given = node.constantIntegers(1, "the axis");
    if (failed(given))
        return failure();
    if (given->size() != 1)
        return node.error("the axis should be one number");
    FailureOr<int64_t> axis = node.axis(given->front(), node.rank(0) + 1);
    if (failed(axis))
        return failure();
    Shape shape(node.shape(0));
    shape.insert(shape.begin() + *axis, 1);
    return SmallVector<Value>{node.moved(0, node.g.reshape(node.movable(0), shape))};
}

ArrayRef<Entry> microsoftOperators()
{
    static const char microsoft[] = "com.microsoft", reals[] = "float16, float, double";
    static const Entry entries[] = {
        {microsoft, "BiasAdd", 1, importBiasAdd, floatTypes, 3},
        {microsoft, "BiasSplitGelu", 1, importBiasSplitGelu, floatTypes, 2},
        {microsoft, "ComplexMul", 1, importComplexMul<false>, reals, 2},
        {microsoft, "ComplexMulConj", 1, importComplexMul<true>, reals, 2},
        {microsoft, "Rfft", 1, importRfft, reals},
        {microsoft, "Irfft", 1, importIrfft, reals},
        {microsoft, "Inverse", 1, importInverse, reals},
        {microsoft, "ExpandDims", 1, importExpandDims, allTypes, 2},
        {microsoft, "GroupNorm", 1, importGroupNorm, floatTypes, 3},
        {microsoft, "SkipGroupNorm", 1, importSkipGroupNorm, floatTypes, 4},
        {microsoft, "EmbedLayerNormalization", 1, importEmbedLayerNormalization, "int32"},
        {microsoft, "CropAndResize", 1, importCropAndResize, reals, 4},
        {microsoft, "RelativePositionBias", 1, importRelativePositionBias, floatTypes, 3},
        {microsoft, "GatedRelativePositionBias", 1, importGatedRelativePositionBias, floatTypes, 6},
        {"", "Crop", 1, importCrop, reals}, // of the first opset, and since removed
    };
    return entries;
}

} // namespace barecc::onnx_import
