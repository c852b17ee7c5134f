// Signal processing: Fourier transforms, windows, and the weights of a mel spectrogram.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Fourier.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

// ---- Transforms --------------------------------------------------------------------------------------------

static LogicalResult checkTransformable(const Node &node, int64_t length)
{
    if (isTransformable(length))
        return success();
    return node.error("a transform of length " + Twine(length) + "; lengths from 1 to " + Twine(mostTableElements) +
                      " whose prime factors are at most " + Twine(mostPrimeFactor) + " are supported");
}

/// A tensor whose last axis holds real and imaginary part, or the real part only, as rows along `axis`, cut or filled
/// with zeros to `length`.
static Complex rowsAlong(GraphBuilder &g, Value value, int64_t axis, int64_t length)
{
    const int64_t rank = GraphBuilder::typeOf(value).getRank();
    Shape order; // the axis goes last, before the parts are taken apart
    for (int64_t d = 0; d + 1 < rank; ++d)
        if (d != axis)
            order.push_back(d);
    order.append({axis, rank - 1});
    Value turned = g.transpose(value, order);
    const Shape shape(GraphBuilder::shapeOf(turned));
    const int64_t extent = shape[rank - 2], rows = ShapedType::getNumElements(ArrayRef(shape).drop_back(2));
    auto part = [&](int64_t i) {
        Value flat = g.reshape(turned, {rows, extent, shape.back()});
        flat = g.reshape(g.slice(flat, {0, 0, i}, {rows, extent, 1}, {1, 1, 1}), {rows, extent});
        return g.pad(flat, {0, 0}, {0, length - extent}, GraphBuilder::scalarAttr(GraphBuilder::elementOf(flat), 0.0));
    };
    return {part(0), shape.back() == 2 ? part(1) : Value()};
}

/// The way back: rows become `axis` of a tensor that is otherwise of `shape`, with its parts in the last axis.
static Value fromRows(GraphBuilder &g, Complex rows, int64_t axis, Shape shape)
{
    const int64_t rank = int64_t(shape.size()), length = GraphBuilder::shapeOf(rows.real)[1];
    Shape turned, order; // turned: the axis last
    for (int64_t d = 0; d + 1 < rank; ++d) {
        order.push_back(d < axis ? d : d == axis ? rank - 2 : d - 1);
        if (d != axis)
            turned.push_back(shape[d]);
    }
    order.push_back(rank - 1);
    turned.append({length, 1});
    SmallVector<Value> parts{g.reshape(rows.real, turned)};
    if (rows.imaginary)
        parts.push_back(g.reshape(rows.imaginary, turned));
    return g.transpose(parts.size() == 1 ? parts[0] : g.concat(parts, rank - 1), order);
}

/// The first `columns` of each row.
static Complex leading(GraphBuilder &g, Complex rows, int64_t columns)
{
    const int64_t count = GraphBuilder::shapeOf(rows.real)[0];
    auto cut = [&](Value part) { return g.slice(part, {0, 0}, {count, columns}, {1, 1}); };
    return {cut(rows.real), cut(rows.imaginary)};
}

/// The whole spectrum of a real signal from its first half: bin length - k is the conjugate of bin k.
static Complex mirrored(GraphBuilder &g, Complex half, int64_t length)
{
    const RankedTensorType type = GraphBuilder::typeOf(half.real);
    auto part = [&](Value from, bool conjugated) {
        return g.generate(type.clone({type.getShape()[0], length}), [&](OpBuilder &b, Location loc, ValueRange index) {
            const ScalarMath m{b, loc};
            Value k = index[1], other = m.subtract(m.number(k, double(length)), k);
            Value isMirrored = m.less(other, k);
            Value number = GraphBuilder::at(b, loc, from, {index[0], m.select(isMirrored, other, k)});
            return conjugated ? m.select(isMirrored, m.subtract(m.number(number, 0), number), number) : number;
        });
    };
    return {part(half.real, false), part(half.imaginary, true)};
}

/// One-sided, the forward transform of a real signal gives the first half of its spectrum, and the inverse one takes
/// that and gives a real signal.
static Outputs transformed(Node &node, int64_t givenAxis)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0);
    if (rank < 2 || node.shape(0).back() < 1 || node.shape(0).back() > 2)
        return node.error("the input " + shapeText(node.shape(0)) +
                          " should end in an axis of 1 for real or 2 for complex numbers");
    FailureOr<int64_t> axis = node.axis(givenAxis, rank);
    if (failed(axis))
        return failure();
    if (*axis == rank - 1)
        return node.error("the axis is the last one, which holds real and imaginary parts");
    const bool inverse = node.integer("inverse", 0) != 0, oneSided = node.integer("onesided", 0) != 0;
    const bool isComplex = node.shape(0).back() == 2, toReal = inverse && oneSided;
    if (oneSided && isComplex != inverse)
        return node.error("a one-sided transform goes from real numbers to complex ones, or back if it is inverse");
    const int64_t extent = node.shape(0)[*axis];
    FailureOr<int64_t> length =
        node.constantInteger(1, "the length of the transform", toReal ? 2 * (extent - 1) : extent);
    if (failed(length) || failed(checkTransformable(node, *length)))
        return failure();
    Shape shape(node.shape(0));
    shape[*axis] = *length;
    shape.back() = 2;
    if (failed(node.checkShape(shape)))
        return failure();

    Value x = g.cast(node.input(0), accumulatorOf(node.element(0)));
    const int64_t half = *length / 2 + 1;
    Complex rows = rowsAlong(g, x, *axis, toReal ? half : *length);
    if (toReal)
        rows = mirrored(g, rows, *length);
    rows = fourierTransform(g, rows, inverse);
    if (toReal)
        rows.imaginary = Value();
    else if (oneSided)
        rows = leading(g, rows, half);
    return {{g.cast(fromRows(g, rows, *axis, shape), node.element(0))}};
}

static Outputs importDFTAttribute(Node &node) { return transformed(node, node.integer("axis", 1)); }

static Outputs importDFT(Node &node)
{
    FailureOr<int64_t> axis = node.constantInteger(2, "the axis", -2);
    return failed(axis) ? Outputs(failure()) : transformed(node, *axis);
}

/// Transforms of overlapping frames of a signal [batch, length, 1 or 2]: [batch, frames, bins, 2].
static Outputs importSTFT(Node &node)
{
    GraphBuilder &g = node.g;
    if (failed(node.checkRank(0, 3)))
        return failure();
    const int64_t batch = node.shape(0)[0], samples = node.shape(0)[1], parts = node.shape(0)[2];
    const bool oneSided = node.integer("onesided", 1) != 0;
    if (parts < 1 || parts > 2 || (parts == 2 && oneSided))
        return node.error("the signal should be real, or complex with onesided=0");
    if (node.hasInput(2) && (failed(node.checkRank(2, 1)) || failed(node.checkSameType(0, 2))))
        return failure();
    const int64_t window = node.hasInput(2) ? node.shape(2)[0] : 0;
    FailureOr<int64_t> step = node.constantInteger(1, "the frame step", 0);
    FailureOr<int64_t> length = node.constantInteger(3, "the frame length", window ? window : samples);
    if (failed(step) || failed(length) || failed(checkTransformable(node, *length)))
        return failure();
    if (*step < 1 || *length > samples || window > *length)
        return node.error("a frame step of " + Twine(*step) + ", frames of " + Twine(*length) + " and a window of " +
                          Twine(window) + " do not fit a signal of " + Twine(samples) + " samples");
    const int64_t frames = 1 + (samples - *length) / *step, hop = std::min(*step, samples);
    const Shape shape{batch, frames, *length, 2};
    if (failed(node.checkShape(shape)))
        return failure();

    const Type wide = accumulatorOf(node.element(0));
    Value signal = g.cast(node.input(0), wide), weights;
    if (window) // a shorter one has zeros behind it
        weights = g.pad(g.cast(node.input(2), wide), {0}, {*length - window}, GraphBuilder::scalarAttr(wide, 0.0));
    auto part = [&](int64_t i) {
        auto type = RankedTensorType::get({batch * frames, *length}, wide);
        return g.generate(type, [&](OpBuilder &b, Location loc, ValueRange index) {
            const ScalarMath m{b, loc};
            auto number = [&](int64_t value) { return m.number(index[0], double(value)); };
            Value start = m.multiply(m.remainder(index[0], number(frames)), number(hop));
            Value sample = GraphBuilder::at(b, loc, signal,
                                            {m.divide(index[0], number(frames)), m.add(start, index[1]), number(i)});
            return weights ? m.multiply(sample, GraphBuilder::at(b, loc, weights, index[1])) : sample;
        });
    };
    Complex rows = fourierTransform(g, {part(0), parts == 2 ? part(1) : Value()}, false);
    if (oneSided)
        rows = leading(g, rows, *length / 2 + 1);
    return {{g.cast(fromRows(g, rows, 2, shape), node.element(0))}};
}

// ---- Tables ------------------------------------------------------------------------------------------------

/// Numbers in the type of the attribute output_datatype.
static Outputs table(Node &node, ArrayRef<double> values, ArrayRef<int64_t> shape)
{
    GraphBuilder &g = node.g;
    const int64_t to = node.integer("output_datatype", onnx::TensorProto::FLOAT);
    const Type target = elementType(g.b.getContext(), to);
    if (!target || target.isInteger(1))
        return node.error("output_datatype " + Twine(to) + " is not supported");
    node.setElement(0, target);
    auto type = RankedTensorType::get(shape, g.b.getF64Type());
    return {{g.cast(g.constant(DenseElementsAttr::get(type, values)), boundary::signless(target), false,
                    target.isUnsignedInteger())}};
}

/// A window that is a sum of cosines: a0 - a1 * cos(t) + a2 * cos(2t), where t goes once round the circle.
static Outputs cosineWindow(Node &node, double a0, double a1, double a2)
{
    // A computed size is as good as known where the model declares the result's.
    std::optional<Shape> declared = constantOf(node.input(0)) ? std::nullopt : node.declaredShape(0);
    FailureOr<int64_t> size =
        declared && declared->size() == 1 ? declared->front() : node.constantInteger(0, "the size of the window", 0);
    if (failed(size))
        return failure();
    if (*size < 0 || *size > mostTableElements)
        return node.error("the size of the window is negative or excessive");
    const int64_t circle = node.integer("periodic", 1) != 0 ? *size : *size - 1;
    SmallVector<double> values;
    for (int64_t n = 0; n < *size; ++n) {
        // The symmetric window of one sample is its peak.
        const double t = 2 * llvm::numbers::pi * (circle == 0 ? 0.5 : double(n) / double(circle));
        values.push_back(a0 - a1 * std::cos(t) + a2 * std::cos(2 * t));
    }
    return table(node, values, *size);
}

static Outputs importHannWindow(Node &node) { return cosineWindow(node, 0.5, 0.5, 0); }

static Outputs importHammingWindow(Node &node) { return cosineWindow(node, 25.0 / 46, 21.0 / 46, 0); }

static Outputs importBlackmanWindow(Node &node) { return cosineWindow(node, 0.42, 0.5, 0.08); }

/// Triangles over the bins of a spectrum, [bins, triangles], whose corners are equally far from each other on the mel
/// scale, and lie on bins.
static Outputs importMelWeightMatrix(Node &node)
{
    FailureOr<int64_t> triangles = node.constantInteger(0, "num_mel_bins", 0);
    FailureOr<int64_t> length = node.constantInteger(1, "dft_length", 0),
                       rate = node.constantInteger(2, "sample_rate", 0);
    FailureOr<double> lower = node.constantNumber(3, "lower_edge_hertz", 0);
    FailureOr<double> upper = node.constantNumber(4, "upper_edge_hertz", 0);
    if (failed(triangles) || failed(length) || failed(rate) || failed(lower) || failed(upper))
        return failure();
    const int64_t most = int64_t(1) << 20;
    if (*triangles < 1 || *triangles > most || *length < 1 || *length > most || *rate < 1 ||
        *triangles * (*length / 2 + 1) > mostTableElements)
        return node.error("num_mel_bins, dft_length or sample_rate is not positive, or excessive");
    const int64_t bins = *length / 2 + 1;
    if (!(*lower >= 0 && *lower <= *upper && *upper <= double(*rate) / 2))
        return node.error("the edges should rise from 0 to at most half of the sample rate");

    auto melOf = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
    const double step = (melOf(*upper) - melOf(*lower)) / double(*triangles + 2);
    Shape corners;
    for (int64_t i = 0; i < *triangles + 2; ++i) {
        const double hertz = 700 * (std::pow(10, (melOf(*lower) + double(i) * step) / 2595) - 1);
        const int64_t corner = integerOf(std::floor(double(*length + 1) * hertz / double(*rate)));
        corners.push_back(std::clamp<int64_t>(corner, 0, bins - 1));
    }
    std::vector<double> weights(size_t(bins * *triangles), 0.0);
    for (int64_t i = 0; i < *triangles; ++i) {
        const int64_t left = corners[i], peak = corners[i + 1], right = corners[i + 2];
        auto weight = [&](int64_t bin) -> double & { return weights[size_t(bin * *triangles + i)]; };
        for (int64_t bin = left; bin < peak; ++bin)
            weight(bin) = double(bin - left) / double(peak - left);
        weight(peak) = 1;
        for (int64_t bin = peak; bin < right; ++bin)
            weight(bin) = double(right - bin) / double(right - peak);
    }
    return table(node, weights, {bins, *triangles});
}

llvm::ArrayRef<Entry> signalOperators()
{
    static const char sizeTypes[] = "int32, int64";
    static const Entry table[] = {
        {"", "DFT", 17, importDFTAttribute, floatTypes},
        {"", "DFT", 20, importDFT, floatTypes},
        {"", "STFT", 17, importSTFT, floatTypes, 2},
        {"", "HannWindow", 17, importHannWindow, sizeTypes},
        {"", "HammingWindow", 17, importHammingWindow, sizeTypes},
        {"", "BlackmanWindow", 17, importBlackmanWindow, sizeTypes},
        {"", "MelWeightMatrix", 17, importMelWeightMatrix, sizeTypes, 5},
    };
    return table;
}

} // namespace barecc::onnx_import
