#include "compiler/ir/ConstantName.h"

#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

static constexpr StringLiteral type = "constant"; // no operator's name: TFLite's and ONNX's have capitals

Location constantLocation(MLIRContext *context, StringRef name) { return sourceLocation(context, name, type); }

StringRef constantName(Value value)
{
    while (isa_and_present<quant::StorageCastOp, nn::ReshapeOp>(value.getDefiningOp()))
        value = value.getDefiningOp()->getOperand(0);
    auto constant = value.getDefiningOp<arith::ConstantOp>();
    const SourceNode node = constant ? sourceNode(constant.getLoc()) : SourceNode{};
    return node.type == type ? node.name : "";
}

Location foldedLocation(Operation *op)
{
    StringRef found;
    for (Value operand : op->getOperands()) {
        const StringRef name = constantName(operand);
        if (name.empty())
            continue;
        if (!found.empty())
            return op->getLoc();
        found = name;
    }
    return found.empty() ? op->getLoc() : constantLocation(op->getContext(), found);
}

} // namespace barecc
