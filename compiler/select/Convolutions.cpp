// Convolutions as calls of kernels; one of a single tap also as the matrix product that it is.
#include "compiler/select/OutputStage.h"
#include "compiler/select/Window.h"
#include "kernels/abi/window2d.h"

using namespace mlir;

namespace barecc {

/// Rows and columns of a filter, which lie at these dimensions: HWC or OHWI.
static std::pair<int64_t, int64_t> kernelSize(Value filter, unsigned first)
{
    auto type = cast<RankedTensorType>(filter.getType());
    return {type.getDimSize(first), type.getDimSize(first + 1)};
}

/// The product of the image's pixels with the filter.
static KernelRequest asMatrix(OpBuilder &b, const KernelRequest &convolution, const OutputStage &stage)
{
    const window2d_params &w = convolution.query.window;
    KernelRequest request = convolution;
    request.query.op = "fully_connected";
    request.rows = int64_t(w.batch) * w.in_h * w.in_w;
    request.query.gemm = {1,       int32_t(request.rows),   w.out_c, w.in_c, w.in_c, w.in_c,
                          w.out_c, w.residual_pixel_stride, 0};
    request.params = matrixParams(b, request.query, stage);
    return request;
}

/// `pixels`: those that each tap and pair of channels is multiplied at.
template <typename Op>
static std::vector<KernelRequest> requests(OpBuilder &b, Op op, StringRef name, window2d_params window, int64_t pixels)
{
    std::optional<KernelRequest> found = KernelRequest::of(name, op.getInput(), op);
    if (!found)
        return {};
    KernelRequest &request = *found;
    request.rows = int64_t(window.batch) * window.out_h;
    request.macs = pixels * window.out_c * window.kernel_h * window.kernel_w * (window.in_c / window.groups);
    if (op.getResidual())
        window.residual_pixel_stride = window.out_c;
    request.query.window = window;
    request.query.macs = request.macs;
    request.add(Role::Input, op.getInput());
    request.add(Role::Weights, op.getFilter());
    std::optional<OutputStage> stage = addOutputStage(b, request, op);
    if (!stage)
        return {};
    request.params = convolutionParams(b, request.query, *stage);
    if (name == "conv2d" && window.groups == 1 && is_pointwise(&window))
        return {request, asMatrix(b, request, *stage)};
    return {request};
}

std::vector<KernelRequest> convolutionRequests(OpBuilder &b, nn::Conv2DOp op)
{
    const window2d_params w = windowOf(op, kernelSize(op.getFilter(), 1), op.getGroups());
    return requests(b, op, "conv2d", w, int64_t(w.batch) * w.out_h * w.out_w);
}

std::vector<KernelRequest> convolutionRequests(OpBuilder &b, nn::DepthwiseConv2DOp op)
{
    const int64_t channels = cast<RankedTensorType>(op.getInput().getType()).getDimSize(3);
    const window2d_params w = windowOf(op, kernelSize(op.getFilter(), 0), channels);
    return requests(b, op, "depthwise_conv2d", w, int64_t(w.batch) * w.out_h * w.out_w);
}

std::vector<KernelRequest> convolutionRequests(OpBuilder &b, nn::ConvTranspose2DOp op)
{
    const window2d_params w = windowOf(op, kernelSize(op.getFilter(), 1), op.getGroups());
    return requests(b, op, "conv_transpose2d", w, int64_t(w.batch) * w.in_h * w.in_w);
}

} // namespace barecc
