// One walk in program order: operands are folded before their users, so that whole constant subgraphs go at once.
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/ConstantName.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/Evaluate.h"
#include "compiler/ir/NN.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

/// Constants of the same value as the results of `op`; failure where one is not known at compile time.
FailureOr<SmallVector<Value>> foldToConstants(OpBuilder &b, Operation *op)
{
    if (isa<arith::ConstantOp, linalg::FillOp>(op) || !isPure(op) || op->getNumResults() == 0)
        return failure();
    FailureOr<SmallVector<ElementsAttr>> results = evaluate(op);
    if (failed(results))
        return failure();
    b.setInsertionPoint(op);
    SmallVector<Value> constants;
    for (auto [result, value] : llvm::zip(op->getResults(), *results)) {
        Value constant = arith::ConstantOp::create(b, foldedLocation(op), cast<TypedAttr>(value));
        if (constant.getType() != result.getType()) // quantised: constants hold the integers
            constant = quant::StorageCastOp::create(b, op->getLoc(), result.getType(), constant);
        constants.push_back(constant);
    }
    return constants;
}

/// The result of an nn operation whose operands are all constants, by the loops that it can be written as; null where
/// these are not folded. What they leave behind nobody reads.
Value foldLoops(OpBuilder &b, nn::LowerableOpInterface op)
{
    if (!llvm::all_of(op->getOperands(), constantOf))
        return {};
    b.setInsertionPoint(op);
    Value result = op.lowerToLinalg(b); // of GraphBuilder's parts, which fold themselves
    return constantOf(result) ? result : Value();
}

struct FoldConstants : impl::FoldConstantsPassBase<FoldConstants> {
    void runOnOperation() override
    {
        OpBuilder builder(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block)) {
                if (FailureOr<SmallVector<Value>> constants = foldToConstants(builder, &op); succeeded(constants)) {
                    op.replaceAllUsesWith(*constants);
                    op.erase();
                    continue;
                }
                if (auto lowerable = dyn_cast<nn::LowerableOpInterface>(op)) {
                    if (Value constant = foldLoops(builder, lowerable)) {
                        op.replaceAllUsesWith(ValueRange{constant});
                        op.erase();
                    }
                    continue;
                }
                // Upstream folds quant.dcast(quant.qcast(x)) to x, but x has more digits and a wider range.
                if (isa<quant::DequantizeCastOp>(op))
                    continue;
                if (SmallVector<Value> simpler; succeeded(builder.tryFold(&op, simpler)) && !simpler.empty()) {
                    op.replaceAllUsesWith(simpler);
                    op.erase();
                }
            }
            eraseDeadOperations(block);
        }
    }
};

} // namespace
} // namespace barecc
