// Windows that slide over images of any rank, as ONNX attributes state them.
#pragma once

#include "compiler/import/onnx/Node.h"
#include "compiler/ir/Window.h"

namespace barecc::onnx_import {

/// Reads strides, dilations, pads, auto_pad and ceil_mode of a convolution or pooling over an image with the spatial
/// extents `image`, and works out the output.
mlir::FailureOr<Window> readWindow(const Node &node, llvm::ArrayRef<int64_t> image, llvm::ArrayRef<int64_t> kernel);

/// An error where an extent of a window is none.
mlir::LogicalResult checkKernel(const Node &node, llvm::ArrayRef<int64_t> kernel);

/// The attribute `name` with one entry for each of `rank` axes, each at least `least`; `otherwise` where it is absent.
mlir::FailureOr<llvm::SmallVector<int64_t>> windowAttribute(const Node &node, llvm::StringRef name, size_t rank,
                                                            int64_t otherwise, int64_t least);

/// An error where the padded input or the output of a window over `image`, [N, spatial..., C], is too large.
mlir::LogicalResult checkWindow(const Node &node, const Window &window, llvm::ArrayRef<int64_t> image,
                                int64_t outputChannels);

} // namespace barecc::onnx_import
