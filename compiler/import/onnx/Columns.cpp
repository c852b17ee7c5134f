// Col2Im: blocks of an image, one a column, added up where they overlap. Each pixel gathers what falls on it.
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// The blocks as the windows that they were taken out of the image by; `output` is how many there are along each axis.
static FailureOr<Window> readBlocks(Node &node, ArrayRef<int64_t> image)
{
    FailureOr<Shape> block = node.constantIntegers(2, "block_shape");
    if (failed(block))
        return failure();
    if (block->size() != image.size() || image.empty())
        return node.error("image_shape and block_shape have to have one entry for each spatial axis");
    FailureOr<Window> window = readWindow(node, image, *block);
    if (failed(window) || failed(node.checkShape(window->kernel)) || failed(node.checkShape(window->output)))
        return failure();
    const ArrayRef<int64_t> columns = node.shape(0);
    const int64_t blocks = ShapedType::getNumElements(window->output), taps = ShapedType::getNumElements(*block);
    if (columns[1] % taps != 0 || columns[2] != blocks)
        return node.error("the input " + shapeText(columns) + " does not fit: there should be a multiple of " +
                          Twine(taps) + " rows and " + Twine(blocks) + " columns");
    return *window;
}

/// Inputs: columns [N, C * block..., blocks], the extents of the image and those of a block. The result is
/// [N, C, image...].
Outputs importCol2Im(Node &node)
{
    FailureOr<Shape> image = node.constantIntegers(1, "image_shape");
    if (failed(image) || failed(node.checkRank(0, 3)) || failed(node.checkShape(*image)))
        return failure();
    FailureOr<Window> window = readBlocks(node, *image);
    if (failed(window))
        return failure();
    const Window &w = *window;
    const size_t axes = image->size();
    const int64_t taps = ShapedType::getNumElements(w.kernel);
    Shape shape{node.shape(0)[0], node.shape(0)[1] / taps};
    llvm::append_range(shape, *image);
    if (failed(node.checkShape(shape)))
        return failure();

    // Loops: n, c, pixel..., tap... A constant that is not read says how many taps there are.
    GraphBuilder &g = node.g;
    OpBuilder &b = g.b;
    Shape split{shape[0], shape[1]};
    llvm::append_range(split, w.kernel);
    llvm::append_range(split, w.output);
    Value blocks = g.reshape(node.input(0), split);
    const unsigned loops = unsigned(2 + 2 * axes);
    SmallVector<AffineExpr> tapAt, pixelAt;
    for (unsigned d = 0; d < loops; ++d)
        (d < 2 + axes ? pixelAt : tapAt).push_back(b.getAffineDimExpr(d));
    SmallVector<AffineMap> maps{AffineMap::get(loops, 0, tapAt, b.getContext()),
                                AffineMap::get(loops, 0, pixelAt, b.getContext())};
    SmallVector<utils::IteratorType> iterators(2 + axes, utils::IteratorType::parallel);
    iterators.append(axes, utils::IteratorType::reduction);
    const Type element = node.element(0), sum = isa<FloatType>(element) ? accumulatorOf(element) : element;
    Value extents = g.splat(RankedTensorType::get(w.kernel, b.getI8Type()), 0.0);
    Value result = g.contract(
        RankedTensorType::get(shape, sum), extents, maps, iterators, GraphBuilder::scalarAttr(sum, 0.0),
        [&](OpBuilder &b, Location loc, ValueRange arguments) {
            const ScalarMath m{b, loc};
            auto number = [&](int64_t value) { return GraphBuilder::scalar(b, loc, b.getIndexType(), value); };
            auto loop = [&](size_t d) -> Value { return linalg::IndexOp::create(b, loc, int64_t(d)); };
            SmallVector<Value> position{loop(0), loop(1)}, block;
            Value inside;
            auto require = [&](Value condition) {
                inside = inside ? arith::AndIOp::create(b, loc, inside, condition).getResult() : condition;
            };
            for (size_t d = 0; d < axes; ++d) {
                // Where the block begins whose tap lies on this pixel, in the padded image.
                Value tap = loop(2 + axes + d);
                Value origin =
                    m.subtract(m.add(loop(2 + d), number(w.low[d])), m.multiply(tap, number(w.dilations[d])));
                Value stride = number(w.strides[d]), last = number(w.output[d] - 1), zero = number(0);
                Value nth = m.divide(origin, stride);
                if (w.strides[d] != 1)
                    require(m.equal(m.remainder(origin, stride), zero));
                require(m.lessOrEqual(zero, origin));
                require(m.lessOrEqual(nth, last));
                position.push_back(tap);
                block.push_back(m.smallest(m.largest(nth, zero), last));
            }
            llvm::append_range(position, block);
            Value part = GraphBuilder::castScalar(b, loc, GraphBuilder::at(b, loc, blocks, position), sum);
            return m.add(arguments[1], m.select(inside, part, m.number(part, 0)));
        });
    return SmallVector<Value>{g.cast(result, element)};
}

} // namespace barecc::onnx_import
