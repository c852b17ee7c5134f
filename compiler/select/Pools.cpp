// Pools as calls of kernels.
#include "compiler/ir/Quantization.h"
#include "compiler/kernel/Params.h"
#include "compiler/select/KernelRequest.h"
#include "compiler/select/Values.h"
#include "compiler/select/Window.h"

using namespace mlir;

namespace barecc {

/// `zeroPoint` is that of the stored values that are averaged.
template <typename Op>
static std::vector<KernelRequest> requests(OpBuilder &b, Op op, StringRef name, int32_t zeroPoint)
{
    const int64_t channels = cast<RankedTensorType>(op.getInput().getType()).getDimSize(3);
    const window2d_params w = windowOf(op, {op.getKernel()[0], op.getKernel()[1]}, channels);
    std::optional<KernelRequest> found = KernelRequest::of(name, op.getInput(), op);
    if (!found)
        return {};
    KernelRequest &request = *found;
    request.rows = int64_t(w.batch) * w.out_h;
    request.query.window = w;
    request.query.macs = request.rows * w.out_w * w.out_c * w.kernel_h * w.kernel_w;
    request.add(Role::Input, op.getInput());
    if (auto type = quantization(op.getType())) {
        if (type != quantization(op.getInput().getType()))
            return {}; // the kernels do not rescale
        const IntegerRange range = clampRange(type, valueOf(op.getMin()), valueOf(op.getMax()));
        const int32_t min = int32_t(range.min), max = int32_t(range.max);
        request.params = request.query.output == OperandType::S8
                             ? paramsAttr(b, pool2d_s8_params{w, zeroPoint, min, max})
                             : paramsAttr(b, pool2d_s16_params{w, min, max});
    } else {
        request.params = paramsAttr(
            b, pool2d_f32_params{w, valueOf(op.getMin()).value_or(-INFINITY), valueOf(op.getMax()).value_or(INFINITY)});
    }
    return {request};
}

std::vector<KernelRequest> poolRequests(OpBuilder &b, nn::MaxPool2DOp op) { return requests(b, op, "max_pool2d", 0); }

std::vector<KernelRequest> poolRequests(OpBuilder &b, nn::AvgPool2DOp op)
{
    return requests(b, op, op.getCountPadding() ? "avg_pool2d_padded" : "avg_pool2d", int32_t(op.getTiesAwayFrom()));
}

} // namespace barecc
