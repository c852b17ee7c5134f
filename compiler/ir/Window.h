// Windows that slide over images of any rank: geometry, and convolution and pooling in any element type as linalg
// operations. Images are [N, spatial..., C].
#pragma once

#include "compiler/ir/ScalarBuilder.h"

namespace barecc {

/// The most that a stride, a dilation, a padding and a window with its dilation can be; no product of two overflows.
inline constexpr int64_t mostGeometry = (int64_t(1) << 24) - 1;

/// One entry for each spatial axis. `low` and `high` are the padding before and after the image; negative ones cut.
struct Window {
    llvm::SmallVector<int64_t> kernel, strides, dilations, low, high, output;

    /// Pixels from the first to the last tap along an axis, both counted.
    int64_t extent(size_t axis) const { return (kernel[axis] - 1) * dilations[axis] + 1; }
    /// low and high, as nn operations keep them.
    llvm::SmallVector<int64_t> padding() const;
    /// Taps along an axis that lie inside the image (or the padded image) for the window at `position`.
    int64_t taps(size_t axis, int64_t position, int64_t imageExtent, bool countPadding) const;
};

/// How the integers of an operand are read: each stands for itself less the zero point.
struct IntegerForm {
    bool isUnsigned = false;
    int64_t zeroPoint = 0;
};

/// The number of a wider type that an element stands for.
mlir::Value numberOf(const ScalarBuilder &s, mlir::Value element, mlir::Type type, IntegerForm form);

/// output[n, o..., g, m] = sum over k, c of input[n, o * stride + k * dilation, g, c] * filter[g, m, k, c], in the
/// element type `accumulator`. The input is [N, spatial..., C] and not yet padded, the filter [M, kernel..., C /
/// groups]. Padding counts as 0.
mlir::Value convolve(GraphBuilder &g, mlir::Value input, mlir::Value filter, const Window &window, int64_t groups,
                     mlir::Type accumulator, IntegerForm filterForm = {}, IntegerForm inputForm = {});

/// The same for a transposed convolution: every pixel of the input adds its filter, scaled, to a window of the output.
/// `low` and `high` are what is cut from the full result; high may be negative, where the output reaches beyond it.
mlir::Value convolveTransposed(GraphBuilder &g, mlir::Value input, mlir::Value filter, const Window &window,
                               int64_t groups, mlir::Type accumulator, IntegerForm filterForm = {},
                               IntegerForm inputForm = {});

/// One value for each window, combined from its taps by body(element, accumulator). All lists have an entry for each
/// axis of the input, which is already padded; `strides` and `dilations` of axes with a kernel of 1 step over elements.
mlir::Value reduceWindows(GraphBuilder &g, mlir::Value padded, llvm::ArrayRef<int64_t> kernel,
                          llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> dilations,
                          llvm::ArrayRef<int64_t> output, mlir::TypedAttr init, GraphBuilder::Body body);

/// The same over the spatial axes of an image [N, spatial..., C]; padding has the value `padding`, an element.
mlir::Value pool(GraphBuilder &g, mlir::Value input, const Window &window, mlir::TypedAttr padding,
                 mlir::TypedAttr init, GraphBuilder::Body body);

/// The number of taps of each window, as a constant [1, spatial..., 1] of `element`: those inside the image, or inside
/// the padded image.
mlir::Value tapCounts(GraphBuilder &g, const Window &window, llvm::ArrayRef<int64_t> image, bool countPadding,
                      mlir::Type element);

} // namespace barecc
