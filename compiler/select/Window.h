// The window of a convolution or pool as kernels have it.
#pragma once

#include "compiler/ir/NN.h"
#include "kernels/params/window2d_params.h"

namespace barecc {

/// Dense images, without a residual sum.
template <typename Op> window2d_params windowOf(Op op, std::pair<int64_t, int64_t> kernelSize, int64_t groups)
{
    auto in = mlir::cast<mlir::RankedTensorType>(op.getInput().getType());
    auto out = mlir::cast<mlir::RankedTensorType>(op.getType());
    window2d_params w{};
    w.batch = int32_t(in.getDimSize(0));
    w.in_h = int32_t(in.getDimSize(1));
    w.in_w = int32_t(in.getDimSize(2));
    w.in_c = w.input_pixel_stride = int32_t(in.getDimSize(3));
    w.out_h = int32_t(out.getDimSize(1));
    w.out_w = int32_t(out.getDimSize(2));
    w.out_c = w.output_pixel_stride = int32_t(out.getDimSize(3));
    w.kernel_h = int32_t(kernelSize.first);
    w.kernel_w = int32_t(kernelSize.second);
    w.stride_h = int32_t(op.getStrides()[0]);
    w.stride_w = int32_t(op.getStrides()[1]);
    w.dilation_h = int32_t(op.getDilations()[0]);
    w.dilation_w = int32_t(op.getDilations()[1]);
    w.pad_top = int32_t(op.getPadding()[0]);
    w.pad_left = int32_t(op.getPadding()[1]);
    w.pad_bottom = int32_t(op.getPadding()[2]);
    w.pad_right = int32_t(op.getPadding()[3]);
    w.groups = int32_t(groups);
    return w;
}

} // namespace barecc
