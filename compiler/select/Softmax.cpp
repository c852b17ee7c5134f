// Softmax as a call of a kernel; for integers with TensorFlow Lite's scales and tables.
#include "compiler/ir/Quantization.h"
#include "compiler/kernel/Params.h"
#include "compiler/select/KernelRequest.h"
#include "compiler/select/Values.h"

#include <algorithm>

using namespace mlir;

namespace barecc {

std::vector<KernelRequest> softmaxRequests(OpBuilder &b, nn::SoftmaxOp op)
{
    auto type = cast<RankedTensorType>(op.getType());
    const int32_t depth = type.getRank() == 0 ? 1 : int32_t(type.getShape().back());
    const int32_t rows = int32_t(type.getNumElements() / std::max(depth, 1));
    const float beta = op.getBeta().convertToFloat();
    std::optional<KernelRequest> found = KernelRequest::of(op.getLog() ? "log_softmax" : "softmax", op.getInput(), op);
    if (!found)
        return {};
    KernelRequest &request = *found;
    request.rows = rows;
    request.query.depth = depth;
    request.query.rows = rows;
    request.query.macs = type.getNumElements();
    request.add(Role::Input, op.getInput());

    auto input = quantization(op.getInput().getType());
    const double step = input ? double(scalesOf(input).front()) * double(beta) : 0.0; // of the exponent
    if (request.query.output == OperandType::F32) {
        request.params = paramsAttr(b, softmax_f32_params{rows, depth, beta});
    } else if (request.query.input == OperandType::S8) {
        const SoftmaxExponent exponent = softmaxExponent(step);
        const softmax_s8_params params{rows, depth, exponent.scale.multiplier, exponent.scale.shift,
                                       int32_t(exponent.leastDifference)};
        request.params =
            op.getLog()
                ? paramsAttr(b, log_softmax_s8_params{params, exponent.inverse.multiplier, exponent.inverse.shift})
                : paramsAttr(b, params);
    } else if (request.query.input == OperandType::S16 && !op.getLog()) {
        const FixedPoint fixed = softmaxTableScale(step);
        request.params = paramsAttr(b, softmax_s16_params{rows, depth, fixed.multiplier, fixed.shift});
        request.add(Role::ExpTable, vectorConstant<int16_t>(b, op.getLoc(), softmaxExpTable()));
        request.add(Role::ReciprocalTable, vectorConstant<int16_t>(b, op.getLoc(), softmaxReciprocalTable()));
    } else {
        return {};
    }
    return {request};
}

} // namespace barecc
