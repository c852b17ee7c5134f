// Fully connected layers and products of activations as calls of kernels.
#include "compiler/select/OutputStage.h"

using namespace mlir;

namespace barecc {

std::vector<KernelRequest> matrixRequests(OpBuilder &b, nn::FullyConnectedOp op)
{
    auto in = cast<RankedTensorType>(op.getInput().getType()),
         filter = cast<RankedTensorType>(op.getFilter().getType());
    const int32_t k = int32_t(filter.getDimSize(1)), n = int32_t(filter.getDimSize(0));
    const int32_t m = int32_t(in.getNumElements() / std::max(k, 1));
    std::optional<KernelRequest> found = KernelRequest::of("fully_connected", op.getInput(), op);
    if (!found)
        return {};
    KernelRequest &request = *found;
    request.rows = m;
    request.macs = int64_t(m) * n * k;
    request.query.gemm = {1, m, n, k, k, k, n, op.getResidual() ? n : 0, 0};
    request.query.macs = request.macs;
    request.add(Role::Input, op.getInput());
    request.add(Role::Weights, op.getFilter());
    std::optional<OutputStage> stage = addOutputStage(b, request, op);
    if (!stage)
        return {};
    request.params = matrixParams(b, request.query, *stage);
    return {request};
}

std::vector<KernelRequest> matrixRequests(OpBuilder &b, nn::MatMulOp op)
{
    auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
    const bool isTransposed = op.getTransposeRhs();
    const int32_t batch = int32_t(lhs.getDimSize(0)), m = int32_t(lhs.getDimSize(1)), k = int32_t(lhs.getDimSize(2));
    const int32_t n = int32_t(rhs.getDimSize(isTransposed ? 1 : 2));
    const bool isShared = rhs.getDimSize(0) == 1 && batch > 1;
    std::optional<KernelRequest> found =
        KernelRequest::of(isTransposed ? "matmul_transposed" : "matmul", op.getLhs(), op);
    if (!found)
        return {};
    KernelRequest &request = *found;
    request.rows = int64_t(batch) * m;
    request.macs = request.rows * n * k;
    request.query.gemm = {batch, m, n, k, k, isTransposed ? k : n, n, 0, isShared ? 0 : n * k};
    request.query.macs = request.macs;
    request.add(Role::Lhs, op.getLhs());
    request.add(Role::Rhs, op.getRhs());
    request.params = matrixParams(b, request.query, {});
    return {request};
}

} // namespace barecc
