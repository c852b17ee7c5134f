#include "compiler/ir/ControlFlow.h"

using namespace mlir;

namespace barecc {

LogicalResult verifySizes(Operation *op)
{
    for (Value value :
         llvm::concat<Value>(SmallVector<Value>(op->getOperands()), SmallVector<Value>(op->getResults()))) {
        int64_t elements = 1;
        for (int64_t extent : cast<RankedTensorType>(value.getType()).getShape())
            if (extent > INT32_MAX || (elements *= std::max<int64_t>(extent, 1)) > INT32_MAX)
                return op->emitOpError("has a tensor of more than 2^31 elements: ") << value.getType();
    }
    return success();
}

LogicalResult verifyBuffers(Operation *op, Block &body)
{
    SmallVector<Value> tensors(op->getOperands());
    llvm::append_range(tensors, op->getResults());
    if (body.getNumArguments() != tensors.size())
        return op->emitOpError("has a region whose arguments are not the inputs and results");
    for (auto [argument, tensor] : llvm::zip(body.getArguments(), tensors)) {
        auto type = cast<RankedTensorType>(tensor.getType());
        auto buffer = dyn_cast<MemRefType>(argument.getType());
        if (!buffer || !buffer.getLayout().isIdentity() || buffer.getShape() != type.getShape() ||
            buffer.getElementType() != type.getElementType())
            return op->emitOpError("has a region argument of type ") << argument.getType() << " for " << type;
    }
    return success();
}

LogicalResult verifyCallee(Operation *op, SymbolTableCollection &symbols, FlatSymbolRefAttr name,
                           ArrayRef<Type> arguments, ArrayRef<Type> results)
{
    auto function = symbols.lookupNearestSymbolFrom<func::FuncOp>(op, name);
    if (!function)
        return op->emitOpError("names a function that is not there: ") << name;
    if (function.getArgumentTypes() != arguments || function.getResultTypes() != results)
        return op->emitOpError("needs ") << name << " to be " << FunctionType::get(op->getContext(), arguments, results)
                                         << ", not " << function.getFunctionType();
    return success();
}

} // namespace barecc
