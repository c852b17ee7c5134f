// MaxUnpool: the elements of a pooled image back at the places that MaxPool took them from.
#include "compiler/import/onnx/Convolution.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// The shape that was pooled, as far as the pooled shape and the window say.
static FailureOr<Shape> unpooledShape(const Node &node)
{
    const ArrayRef<int64_t> pooled = node.shape(0);
    const size_t rank = pooled.size() < 3 ? 0 : pooled.size() - 2;
    std::optional<Shape> kernel = node.integers("kernel_shape");
    if (rank == 0 || !kernel || kernel->size() != rank)
        return node.error("kernel_shape has to have one entry for each of the " + Twine(rank) + " spatial axes");
    FailureOr<Shape> strides = windowAttribute(node, "strides", rank, 1, 1);
    FailureOr<Shape> pads = windowAttribute(node, "pads", 2 * rank, 0, 0);
    FailureOr<Shape> window = windowAttribute(node, "kernel_shape", rank, 1, 1);
    if (failed(strides) || failed(pads) || failed(window) || failed(node.checkShape(pooled)))
        return failure();
    Shape shape(pooled);
    for (size_t d = 0; d < rank; ++d)
        shape[d + 2] = (pooled[d + 2] - 1) * (*strides)[d] + (*window)[d] - (*pads)[d] - (*pads)[rank + d];
    if (failed(node.checkShape(shape)))
        return failure();
    return shape;
}

/// Inputs: the pooled image, the flat position of each element, and perhaps the shape of the result, at whose beginning
/// the unpooled image then lies. Positions outside the image are left out.
Outputs importMaxUnpool(Node &node)
{
    FailureOr<Shape> inferred = unpooledShape(node);
    if (failed(inferred))
        return failure();
    if (node.shape(1) != node.shape(0) || !node.element(1).isInteger(64))
        return node.error("the indices have to be int64, one for each element");
    Shape shape = *inferred;
    if (node.hasInput(2)) {
        FailureOr<Shape> given = node.constantIntegers(2, "output_shape");
        if (failed(given))
            return failure();
        if (given->size() != shape.size() || failed(node.checkShape(*given)))
            return node.error("output_shape has to have one entry for each axis of the result");
        shape = *given;
    }
    GraphBuilder &g = node.g;
    const Type element = node.element(0);
    const int64_t count = node.type(0).getNumElements(), elements = ShapedType::getNumElements(*inferred);
    SmallVector<Value> results = procedure(g, {g.reshape(node.input(0), count), g.reshape(node.input(1), count)},
                                           RankedTensorType::get({elements}, element), {}, [&](Procedure &p) {
                                               Buffer pooled = p.input(0), positions = p.input(1), out = p.result(0);
                                               p.loop(0, elements, [&](Scalar i) { out(i) = 0.0; });
                                               p.loop(0, count, [&](Scalar i) {
                                                   Scalar position = Scalar(positions(i)).toIndex();
                                                   p.when((position >= 0) & (position < double(elements)),
                                                          [&] { out(position) = Scalar(pooled(i)); });
                                               });
                                           });
    Value image = g.reshape(results[0], *inferred);
    Shape low(shape.size(), 0), high(shape.size(), 0);
    for (size_t d = 0; d < shape.size(); ++d)
        high[d] = shape[d] - (*inferred)[d];
    return SmallVector<Value>{g.pad(image, low, high, GraphBuilder::scalarAttr(element, 0.0))};
}

} // namespace barecc::onnx_import
