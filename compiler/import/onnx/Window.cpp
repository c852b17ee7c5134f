#include "compiler/import/onnx/Window.h"

#include "compiler/import/onnx/Layout.h"

using namespace mlir;

namespace barecc::onnx_import {

FailureOr<SmallVector<int64_t>> windowAttribute(const Node &node, StringRef name, size_t rank, int64_t otherwise,
                                                int64_t least)
{
    std::optional<SmallVector<int64_t>> given = node.integers(name);
    if (!given || given->empty())
        return SmallVector<int64_t>(rank, otherwise);
    if (given->size() != rank)
        return node.error(name + " has " + Twine(given->size()) + " entries where " + Twine(rank) +
                          " are needed; give one for each spatial axis");
    for (int64_t value : *given)
        if (value < least || value > mostGeometry)
            return node.error(name + " has the entry " + Twine(value) + "; it has to be from " + Twine(least) + " to " +
                              Twine(mostGeometry));
    return *given;
}

LogicalResult checkKernel(const Node &node, ArrayRef<int64_t> kernel)
{
    for (int64_t extent : kernel)
        if (extent < 1 || extent > mostGeometry)
            return node.error("a window of " + Twine(extent) + " pixels; it has to be from 1 to " +
                              Twine(mostGeometry));
    return success();
}

FailureOr<Window> readWindow(const Node &node, ArrayRef<int64_t> image, ArrayRef<int64_t> kernel)
{
    const size_t rank = image.size();
    Window w;
    w.kernel.assign(kernel.begin(), kernel.end());
    if (failed(checkKernel(node, kernel)))
        return failure();
    FailureOr<SmallVector<int64_t>> strides = windowAttribute(node, "strides", rank, 1, 1);
    FailureOr<SmallVector<int64_t>> dilations = windowAttribute(node, "dilations", rank, 1, 1);
    FailureOr<SmallVector<int64_t>> pads = windowAttribute(node, "pads", 2 * rank, 0, 0);
    if (failed(strides) || failed(dilations) || failed(pads))
        return failure();
    w.strides = *strides;
    w.dilations = *dilations;
    const std::string mode = node.text("auto_pad", "NOTSET");
    const bool ceil = node.integer("ceil_mode", 0) != 0, same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
    if (!same && mode != "NOTSET" && mode != "VALID")
        return node.error("auto_pad is '" + mode + "'; it has to be NOTSET, SAME_UPPER, SAME_LOWER or VALID");
    for (size_t d = 0; d < rank; ++d) {
        const int64_t extent = w.extent(d), stride = w.strides[d];
        if (kernel[d] * w.dilations[d] > mostGeometry)
            return node.error("a window of " + Twine(kernel[d]) + " pixels with a dilation of " +
                              Twine(w.dilations[d]) + "; both together have to be at most " + Twine(mostGeometry));
        int64_t low = mode == "NOTSET" ? (*pads)[d] : 0, high = mode == "NOTSET" ? (*pads)[d + rank] : 0;
        int64_t output;
        if (same) {
            output = llvm::divideCeil(image[d], stride);
            const int64_t total = std::max<int64_t>(0, (output - 1) * stride + extent - image[d]);
            low = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
            high = total - low;
        } else {
            const int64_t free = image[d] + low + high - extent;
            if (free < 0)
                return node.error("a window of " + Twine(extent) + " pixels does not fit into an image of " +
                                  Twine(image[d] + low + high) + "; check kernel_shape, dilations and pads");
            output = (ceil && mode == "NOTSET" ? llvm::divideCeil(free, stride) : free / stride) + 1;
            // A window that would start behind the image has nothing to work on.
            if (ceil && (output - 1) * stride >= image[d] + low)
                --output;
        }
        w.low.push_back(low);
        w.high.push_back(high);
        w.output.push_back(output);
    }
    return w;
}

LogicalResult checkWindow(const Node &node, const Window &w, ArrayRef<int64_t> image, int64_t outputChannels)
{
    SmallVector<int64_t> padded(image), output(image);
    for (size_t d = 0; d < w.kernel.size(); ++d) {
        padded[d + 1] = std::max(image[d + 1] + w.low[d] + w.high[d], (w.output[d] - 1) * w.strides[d] + w.extent(d));
        output[d + 1] = w.output[d];
    }
    output.back() = outputChannels;
    return failure(failed(node.checkShape(padded)) || failed(node.checkShape(output)));
}

} // namespace barecc::onnx_import
