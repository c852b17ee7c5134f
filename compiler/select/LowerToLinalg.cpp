// What no kernel takes, as linalg: from here on everything is either a call or a loop nest. An nn operation says itself
// how it is written so (LowerableOpInterface, in compiler/ir/lowering).
#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Simplify.h"
#include "compiler/select/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_LOWERTOLINALGPASS
#include "compiler/select/Passes.h.inc"

namespace {

/// result[i] = low <= i < low + extent ? source[i - low] : value. The index is clamped, so that the read is in bounds
/// whether its result is wanted or not.
struct LowerPad : OpRewritePattern<tensor::PadOp> {
    using OpRewritePattern::OpRewritePattern;

    LogicalResult matchAndRewrite(tensor::PadOp op, PatternRewriter &rewriter) const final
    {
        Value value = op.getConstantPaddingValue();
        if (!value || !op.getLow().empty() || !op.getHigh().empty())
            return rewriter.notifyMatchFailure(op, "only constant padding of known extent");
        GraphBuilder g(rewriter, op.getLoc());
        auto constant = value.getDefiningOp<arith::ConstantOp>();
        const ArrayRef<int64_t> shape = op.getSourceType().getShape(), low = op.getStaticLow();
        Value result = g.generate(op.getResultType(), [&](OpBuilder &b, Location at, ValueRange index) {
            const Type indexType = b.getIndexType();
            SmallVector<Value> source;
            Value inside;
            for (auto [d, position] : llvm::enumerate(index)) {
                if (op.getResultType().getDimSize(d) == shape[d]) {
                    source.push_back(position);
                    continue;
                }
                Value shifted = arith::SubIOp::create(b, at, position, GraphBuilder::scalar(b, at, indexType, low[d]));
                Value zero = GraphBuilder::scalar(b, at, indexType, int64_t(0));
                Value last = GraphBuilder::scalar(b, at, indexType, std::max<int64_t>(shape[d] - 1, 0));
                Value aboveLow = arith::CmpIOp::create(b, at, arith::CmpIPredicate::sge, shifted, zero);
                Value belowHigh = arith::CmpIOp::create(b, at, arith::CmpIPredicate::sle, shifted, last);
                Value both = arith::AndIOp::create(b, at, aboveLow, belowHigh);
                inside = inside ? arith::AndIOp::create(b, at, inside, both).getResult() : both;
                source.push_back(arith::MinSIOp::create(b, at, arith::MaxSIOp::create(b, at, shifted, zero), last));
            }
            Value padding = arith::ConstantOp::create(b, at, constant.getValue());
            if (op.getSourceType().getNumElements() == 0)
                return padding;
            Value read = GraphBuilder::at(b, at, op.getSource(), source);
            return inside ? arith::SelectOp::create(b, at, inside, read, padding).getResult() : read;
        });
        rewriter.replaceOp(op, result);
        return success();
    }
};

struct LowerToLinalg : impl::LowerToLinalgPassBase<LowerToLinalg> {
    void runOnOperation() override
    {
        lowerOperations();
        RewritePatternSet patterns(&getContext());
        patterns.add<LowerPad>(&getContext());
        if (failed(simplifyBodies(getOperation(), std::move(patterns))))
            return signalPassFailure();
    }

private:
    void lowerOperations()
    {
        SmallVector<nn::LowerableOpInterface> operations;
        getOperation().walk([&](nn::LowerableOpInterface op) { operations.push_back(op); });
        OpBuilder b(&getContext());
        for (nn::LowerableOpInterface op : operations) {
            b.setInsertionPoint(op);
            op->replaceAllUsesWith(ValueRange{op.lowerToLinalg(b)});
            op->erase();
        }
    }
};

} // namespace
} // namespace barecc
