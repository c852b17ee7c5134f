// Windows that slide over images of any rank: their geometry as ONNX attributes state it, and convolution and pooling
// in any element type as linalg operations.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// One entry for each spatial axis. `low` and `high` are the padding before and after the image.
struct Window {
    llvm::SmallVector<int64_t> kernel, strides, dilations, low, high, output;

    /// Pixels from the first to the last tap along an axis, both counted.
    int64_t extent(size_t axis) const { return (kernel[axis] - 1) * dilations[axis] + 1; }
    /// low and high, as nn operations keep them.
    llvm::SmallVector<int64_t> padding() const;
    /// Taps along an axis that lie inside the image (or the padded image) for the window at `position`.
    int64_t taps(size_t axis, int64_t position, int64_t imageExtent, bool countPadding) const;
};

/// Reads strides, dilations, pads, auto_pad and ceil_mode of a convolution or pooling over an image with the spatial
/// extents `image`, and works out the output.
mlir::FailureOr<Window> readWindow(const Node &node, llvm::ArrayRef<int64_t> image, llvm::ArrayRef<int64_t> kernel);

/// The attribute `name` with one entry for each of `rank` axes, each at least `least`; `otherwise` where it is absent.
mlir::FailureOr<llvm::SmallVector<int64_t>> windowAttribute(const Node &node, llvm::StringRef name, size_t rank,
                                                            int64_t otherwise, int64_t least);

/// An error where the padded input or the output of a window over `image`, [N, spatial..., C], is too large.
mlir::LogicalResult checkWindow(const Node &node, const Window &window, llvm::ArrayRef<int64_t> image,
                                int64_t outputChannels);

/// How the integers of a filter are read.
struct FilterIntegers {
    bool isUnsigned = false;
    int64_t zeroPoint = 0;
};

/// output[n, o..., g, m] = sum over k, c of input[n, o * stride + k * dilation, g, c] * filter[g, m, k, c], in the
/// element type `accumulator`. The input is [N, spatial..., C] and not yet padded, the filter [M, kernel..., C /
/// groups].
mlir::Value convolve(GraphBuilder &g, mlir::Value input, mlir::Value filter, const Window &window, int64_t groups,
                     mlir::Type accumulator, FilterIntegers integers = {});

/// One value for each window, combined from its taps by body(element, accumulator). All lists have an entry for each
/// axis of the input, which is already padded; `strides` and `dilations` of axes with a kernel of 1 step over elements.
mlir::Value reduceWindows(GraphBuilder &g, mlir::Value padded, llvm::ArrayRef<int64_t> kernel,
                          llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> dilations,
                          llvm::ArrayRef<int64_t> output, mlir::TypedAttr init, GraphBuilder::Body body);

/// The same over the spatial axes of an image [N, spatial..., C], where padding has the value `init`.
mlir::Value pool(GraphBuilder &g, mlir::Value input, const Window &window, mlir::TypedAttr init,
                 GraphBuilder::Body body);

} // namespace barecc::onnx_import
