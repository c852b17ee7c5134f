// An nn operation as a call of a kernel that is not chosen yet.
#pragma once

#include "compiler/kernel/Kernel.h"
#include "compiler/kernel/Requantization.h"

namespace barecc {

struct KernelRequest {
    KernelQuery query;
    kernel::ParamsAttr params;
    llvm::SmallVector<std::pair<Role, mlir::Value>> operands; ///< Those that the operation has.
    int64_t rows = 0;                                         ///< Of the output, over the whole batch.
    int64_t macs = 0;                                         ///< Multiply-accumulates, 0 where nothing is multiplied.
    std::vector<RequantWords> requant;                        ///< If the query is foldable.

    /// A call for an operation as records name it; nothing where no kernel takes tensors of these types.
    static std::optional<KernelRequest> of(llvm::StringRef op, mlir::Value input, mlir::Value output);

    mlir::Value find(Role role) const;
    void add(Role role, mlir::Value value); ///< Nothing for null.
};

/// The calls that each would compute the operation, of which one is chosen; none where no kernel takes it. Constants
/// that an operand needs are created by the builder.
std::vector<KernelRequest> kernelRequests(mlir::OpBuilder &b, mlir::Operation *op);

/// Of a tensor's elements; nothing for what no kernel takes.
std::optional<OperandType> operandType(mlir::Type tensor);

/// By kind of operation.
std::vector<KernelRequest> convolutionRequests(mlir::OpBuilder &b, nn::Conv2DOp op);
std::vector<KernelRequest> convolutionRequests(mlir::OpBuilder &b, nn::DepthwiseConv2DOp op);
std::vector<KernelRequest> convolutionRequests(mlir::OpBuilder &b, nn::ConvTranspose2DOp op);
std::vector<KernelRequest> poolRequests(mlir::OpBuilder &b, nn::MaxPool2DOp op);
std::vector<KernelRequest> poolRequests(mlir::OpBuilder &b, nn::AvgPool2DOp op);
std::vector<KernelRequest> matrixRequests(mlir::OpBuilder &b, nn::FullyConnectedOp op);
std::vector<KernelRequest> matrixRequests(mlir::OpBuilder &b, nn::MatMulOp op);
std::vector<KernelRequest> softmaxRequests(mlir::OpBuilder &b, nn::SoftmaxOp op);

} // namespace barecc
