#include "compiler/select/KernelRequest.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace barecc {

std::optional<KernelRequest> KernelRequest::of(StringRef op, Value input, Value output)
{
    const std::optional<OperandType> in = operandType(input.getType()), out = operandType(output.getType());
    if (!in || !out)
        return std::nullopt;
    KernelRequest request;
    request.query.op = op;
    request.query.input = *in;
    request.query.output = *out;
    return request;
}

Value KernelRequest::find(Role role) const
{
    for (auto [known, value] : operands)
        if (known == role)
            return value;
    return {};
}

void KernelRequest::add(Role role, Value value)
{
    if (value)
        operands.emplace_back(role, value);
}

std::optional<OperandType> operandType(Type tensor)
{
    auto quantized = quantization(tensor);
    if (quantized && !quantized.isSigned())
        return std::nullopt;
    const Type element = quantized ? quantized.getStorageType() : cast<RankedTensorType>(tensor).getElementType();
    if (element.isF32())
        return OperandType::F32;
    if (element.isF16())
        return OperandType::F16;
    if (quantized && element.isInteger(8))
        return OperandType::S8;
    if (quantized && element.isInteger(16))
        return OperandType::S16;
    return std::nullopt;
}

std::vector<KernelRequest> kernelRequests(OpBuilder &b, Operation *op)
{
    return TypeSwitch<Operation *, std::vector<KernelRequest>>(op)
        .Case<nn::Conv2DOp, nn::DepthwiseConv2DOp, nn::ConvTranspose2DOp>(
            [&](auto convolution) { return convolutionRequests(b, convolution); })
        .Case<nn::MaxPool2DOp, nn::AvgPool2DOp>([&](auto pool) { return poolRequests(b, pool); })
        .Case<nn::FullyConnectedOp, nn::MatMulOp>([&](auto matrix) { return matrixRequests(b, matrix); })
        .Case<nn::SoftmaxOp>([&](auto softmax) { return softmaxRequests(b, softmax); })
        .Default([](Operation *) { return std::vector<KernelRequest>(); });
}

} // namespace barecc
