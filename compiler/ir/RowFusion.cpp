#include "compiler/ir/RowFusion.h"

using namespace mlir;

namespace barecc {

std::optional<RowFusion> rowFusion(func::FuncOp function)
{
    Operation *terminator = function.front().getTerminator();
    auto loops =
        terminator->getNumOperands() == 1 ? terminator->getOperand(0).getDefiningOp<kernel::CallOp>() : nullptr;
    if (!loops || !function.isPrivate())
        return std::nullopt;
    for (OpOperand &operand : loops->getOpOperands())
        if (auto kernel = operand.get().getDefiningOp<kernel::CallOp>(); kernel && kernel.getParams())
            return RowFusion{kernel, loops, operand.getOperandNumber()};
    return std::nullopt;
}

unsigned lineDimension(RankedTensorType type)
{
    const ArrayRef<int64_t> shape = type.getShape();
    return unsigned(llvm::find_if(shape, [](int64_t extent) { return extent > 1; }) - shape.begin());
}

int64_t lineElements(RankedTensorType type) { return type.getNumElements() / type.getDimSize(lineDimension(type)); }

} // namespace barecc
