// Softmax as a call of a kernel; for integers with TensorFlow Lite's scales and tables.
#include "compiler/ir/Quantization.h"
#include "compiler/kernel/Params.h"
#include "compiler/select/KernelRequest.h"
#include "compiler/select/Values.h"

#include <cmath>

using namespace mlir;

namespace barecc {

/// A function over [low, high] as samples of int16.
static Value table(OpBuilder &b, Location loc, float low, float high, llvm::function_ref<float(float)> function)
{
    return vectorConstant<int16_t>(b, loc, int16Table(low, high, 2.0f / 65535.0f, function));
}

std::vector<KernelRequest> softmaxRequests(OpBuilder &b, nn::SoftmaxOp op)
{
    auto type = cast<RankedTensorType>(op.getType());
    const int32_t depth = type.getRank() == 0 ? 1 : int32_t(type.getShape().back());
    const int32_t rows = int32_t(type.getNumElements() / std::max(depth, 1));
    const StringRef inputType = kernelType(op.getInput().getType());
    const float beta = op.getBeta().convertToFloat();
    KernelRequest request;
    request.op = op.getLog() ? "log_softmax" : "softmax";
    request.type = kernelType(type);
    request.rows = rows;
    request.query.depth = depth;
    request.query.rows = rows;
    request.query.macs = type.getNumElements();
    request.add(Role::Input, op.getInput());

    auto input = quantization(op.getInput().getType());
    const double step = input ? double(scalesOf(input).front()) * double(beta) : 0.0; // of the exponent
    if (request.type == "f32") {
        request.params = paramsAttr(b, softmax_f32_params{rows, depth, beta});
    } else if (inputType == "s8") {
        if (request.type == "s16")
            request.type = "s8_s16";
        const SoftmaxExponent exponent = softmaxExponent(step);
        const softmax_s8_params params{rows, depth, exponent.scale.multiplier, exponent.scale.shift,
                                       int32_t(exponent.leastDifference)};
        request.params =
            op.getLog()
                ? paramsAttr(b, log_softmax_s8_params{params, exponent.inverse.multiplier, exponent.inverse.shift})
                : paramsAttr(b, params);
    } else if (request.type == "s16" && input && !op.getLog()) {
        const FixedPoint fixed = softmaxTableScale(step);
        request.params = paramsAttr(b, softmax_s16_params{rows, depth, fixed.multiplier, fixed.shift});
        request.add(Role::ExpTable, table(b, op.getLoc(), -10.0f, 0.0f, [](float x) { return std::exp(x); }));
        request.add(Role::ReciprocalTable,
                    table(b, op.getLoc(), 0.0f, 1.0f, [](float x) { return 1.0f / (1.0f + x); }));
    } else {
        return {};
    }
    return {request};
}

} // namespace barecc
