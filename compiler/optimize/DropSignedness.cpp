// The types of arguments and results say which integers of the caller are unsigned. Inside, integers have no sign, and
// tensor.bitcast stands between the two; once the boundary is known, it need not.
#include "compiler/ir/Boundary.h"
#include "compiler/optimize/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_DROPSIGNEDNESSPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

struct DropSignedness : impl::DropSignednessPassBase<DropSignedness> {
    void runOnOperation() override
    {
        func::FuncOp function = getOperation();
        if (function.isDeclaration())
            return;
        for (BlockArgument argument : function.getArguments())
            argument.setType(boundary::signless(cast<RankedTensorType>(argument.getType())));
        Operation *terminator = function.front().getTerminator();
        for (OpOperand &result : terminator->getOpOperands())
            if (auto cast = result.get().getDefiningOp<tensor::BitcastOp>())
                result.set(cast.getSource());
        function.walk([](tensor::BitcastOp cast) {
            if (cast.getSource().getType() == cast.getType())
                cast.replaceAllUsesWith(cast.getSource());
            if (cast.use_empty())
                cast.erase();
        });
        function.setFunctionType(
            FunctionType::get(&getContext(), function.front().getArgumentTypes(), terminator->getOperandTypes()));
    }
};

} // namespace
} // namespace barecc
