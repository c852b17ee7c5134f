#include "compiler/select/KernelRequest.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace barecc {

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

StringRef kernelType(Type tensor)
{
    if (auto quantized = quantization(tensor)) {
        if (quantized.getStorageTypeIntegralWidth() == 8 && quantized.isSigned())
            return "s8";
        return quantized.getStorageTypeIntegralWidth() == 16 && quantized.isSigned() ? "s16" : "";
    }
    const Type element = cast<RankedTensorType>(tensor).getElementType();
    return element.isF32() ? "f32" : element.isF16() ? "f16" : "";
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
