// Fourier transforms of fixed size, as products with a matrix of cosines and sines. Complex numbers are pairs of floats
// in a last dimension of 2.
#include "compiler/import/tflite/Node.h"

#include "compiler/ir/Budget.h"
#include "compiler/ir/Constants.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

// Larger transforms would bring tables of many megabytes.
static constexpr int64_t maxLength = 4096;

static Value matrix(const Node &node, ArrayRef<int64_t> shape, const std::vector<float> &values)
{
    ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
    return node.g.constant(makeConstant(RankedTensorType::get(shape, node.g.b.getF32Type()), bytes));
}

/// cos or sin of 2 pi * a * b / length; the product is reduced first, so that large ones lose nothing.
static double circle(double (*function)(double), int64_t a, int64_t b, int64_t length)
{
    return function(2 * M_PI * double(a * b % length) / double(length));
}

/// Transforms of the rows of a real [rows, length]: [rows, length / 2 + 1, 2].
static Value rowTransform(const Node &node, Value rows, int64_t length)
{
    const int64_t bins = length / 2 + 1;
    std::vector<float> factors;
    for (int64_t k = 0; k < bins; ++k) {
        for (int64_t i = 0; i < length; ++i)
            factors.push_back(float(circle(std::cos, k, i, length)));
        for (int64_t i = 0; i < length; ++i)
            factors.push_back(float(-circle(std::sin, k, i, length)));
    }
    const int64_t count = node.g.shapeOf(rows)[0];
    auto type = RankedTensorType::get({count, 2 * bins}, node.g.b.getF32Type());
    Value product =
        nn::FullyConnectedOp::create(node.g.b, node.g.loc, type, rows, matrix(node, {2 * bins, length}, factors),
                                     Value(), Value(), FloatAttr(), FloatAttr());
    return node.g.reshape(product, {count, bins, 2});
}

/// Transforms along dimension 1 of complex images [batch, length, columns, 2].
static Value columnTransform(const Node &node, Value images, int64_t length)
{
    std::vector<float> cosines, sines;
    for (int64_t k = 0; k < length; ++k) {
        for (int64_t i = 0; i < length; ++i) {
            cosines.push_back(float(circle(std::cos, k, i, length)));
            sines.push_back(float(circle(std::sin, k, i, length)));
        }
    }
    // -i * z, which the sines are multiplied with: (im, -re).
    Value turned = node.g.generate(node.g.typeOf(images), [&](OpBuilder &b, Location loc, ValueRange index) {
        const Scalar s{b, loc};
        SmallVector<Value> other(index);
        other.back() = s.sub(s.index(1), index.back());
        Value part = GraphBuilder::at(b, loc, images, other);
        return s.select(s.equal(index.back(), s.index(0)), part, s.op<arith::NegFOp>(part));
    });
    MLIRContext *context = node.g.b.getContext();
    AffineExpr n, k, x, c, i;
    bindDims(context, n, k, x, c, i);
    const AffineMap image = AffineMap::get(5, 0, {n, i, x, c}, context), factor = AffineMap::get(5, 0, {k, i}, context);
    SmallVector<utils::IteratorType> loops(4, utils::IteratorType::parallel);
    loops.push_back(utils::IteratorType::reduction);
    return node.g.contract(
        node.g.typeOf(images),
        {images, turned, matrix(node, {length, length}, cosines), matrix(node, {length, length}, sines)},
        {image, image, factor, factor, AffineMap::get(5, 0, {n, k, x, c}, context)}, loops, node.g.b.getF32FloatAttr(0),
        [](OpBuilder &b, Location loc, ValueRange in) {
            const Scalar s{b, loc};
            return s.add(in[4], s.add(s.mul(in[0], in[2]), s.mul(in[1], in[3])));
        });
}

static Outputs rfft2d(Node &node)
{
    FailureOr<SmallVector<int64_t>> lengths = node.constantIntegers(1, "the length");
    if (failed(lengths) || failed(node.requireFloat()))
        return failure();
    if (lengths->size() != 2 || node.rank(0) < 2)
        return node.error("transforms what is no matrix; the file is damaged");
    const int64_t height = (*lengths)[0], width = (*lengths)[1];
    if (height < 1 || width < 1 || height > maxLength || width > maxLength)
        return node.error("has a length outside 1 to " + Twine(maxLength) +
                          ", which barecc does not take; use a shorter one");
    // What takes long to compute and lots of memory is not begun in vain.
    const int64_t factors = 2 * (width / 2 + 1) * width + (height > 1 ? 2 * height * height : 0);
    const Budget &budget = Budget::of(node.g.b.getContext());
    if (factors * int64_t(sizeof(float)) > budget.left(Limit::ConstantBytes))
        return node.error("the model has " + budget.excess(Limit::ConstantBytes));
    const ArrayRef<int64_t> shape = node.shape(0);
    SmallVector<int64_t> low(shape.size(), 0), high(shape.size(), 0), result(shape);
    high[shape.size() - 2] = height - shape[shape.size() - 2];
    high[shape.size() - 1] = width - shape[shape.size() - 1];
    result[shape.size() - 2] = height;
    result[shape.size() - 1] = width;
    if (failed(node.requireSize(result)))
        return failure();
    Value input = node.g.pad(node.input(0), low, high, node.g.b.getF32FloatAttr(0));
    const int64_t batch = ShapedType::getNumElements(shape.drop_back(2)), bins = width / 2 + 1;
    Value spectrum = rowTransform(node, node.g.reshape(input, {batch * height, width}), width);
    if (height > 1)
        spectrum = columnTransform(node, node.g.reshape(spectrum, {batch, height, bins, 2}), height);
    result.back() = bins;
    result.push_back(2);
    return one(node.g.reshape(spectrum, result));
}

static LogicalResult requireComplex(const Node &node)
{
    return node.inputTensor(0).type == tflite::TensorType_COMPLEX64 ? success() : node.unsupportedType();
}

static Outputs complexAbs(Node &node)
{
    if (failed(requireComplex(node)))
        return failure();
    Value squares =
        node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) { return s.mul(in[0], in[0]); });
    Value sums =
        node.g.reduce(squares, node.rank(0) - 1, false, node.g.b.getF32FloatAttr(0),
                      [](OpBuilder &b, Location loc, ValueRange in) { return Scalar{b, loc}.add(in[1], in[0]); });
    return one(node.map(sums, node.element(0), [](Scalar s, ValueRange in) { return s.op<math::SqrtOp>(in); }));
}

template <int64_t part> static Outputs component(Node &node)
{
    if (failed(requireComplex(node)))
        return failure();
    SmallVector<int64_t> offsets(node.rank(0), 0), sizes(node.shape(0)), strides(node.rank(0), 1);
    offsets.back() = part;
    sizes.back() = 1;
    return one(node.g.reshape(node.g.slice(node.input(0), offsets, sizes, strides), node.shape(0).drop_back()));
}

ArrayRef<Entry> spectrumOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_COMPLEX_ABS, complexAbs, 1, "complex64"},
        {tflite::BuiltinOperator_IMAG, component<1>, 1, "complex64"},
        {tflite::BuiltinOperator_REAL, component<0>, 1, "complex64"},
        {tflite::BuiltinOperator_RFFT2D, rfft2d, 2, "float32"},
    };
    return entries;
}

} // namespace barecc::tflite_import
