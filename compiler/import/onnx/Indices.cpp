#include "compiler/import/onnx/Indices.h"

using namespace mlir;

namespace barecc::onnx_import {

LogicalResult checkIndices(Node &node, unsigned i)
{
    if (node.element(i).isInteger(32) || node.element(i).isInteger(64))
        return success();
    return node.error("indices should be int32 or int64, but are " + elementName(node.onnxElement(i)));
}

LogicalResult checkBounds(Node &node, unsigned i, int64_t extent)
{
    if (node.type(i).getNumElements() == 0)
        return success();
    if (extent == 0)
        return node.error("indices go into an empty axis");
    for (int64_t index : integersOf(constantOf(node.input(i))).value_or(SmallVector<int64_t>()))
        if (index < -extent || index >= extent)
            return node.error("index " + Twine(index) + " is outside an extent of " + Twine(extent));
    return success();
}

} // namespace barecc::onnx_import
