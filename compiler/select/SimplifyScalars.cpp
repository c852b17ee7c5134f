// What the ranges of integers decide about the bodies of loops and procedures. A byte is never greater than 127, a loop's
// index never negative: C compilers warn of a comparison that says nothing, and what hangs on one is dead.
#include "compiler/ir/Simplify.h"
#include "compiler/select/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"
#include "mlir/Interfaces/Utils/InferIntRangeCommon.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_SIMPLIFYSCALARSPASS
#include "compiler/select/Passes.h.inc"

namespace {

/// Operations that are looked through for the range of a value.
constexpr unsigned deepest = 6;

/// [0, extent - 1] of the index of a loop, null where its bounds are not constants.
std::optional<ConstantIntRanges> rangeOfIndex(Value value)
{
    auto ofBounds = [](int64_t begin, int64_t end) {
        return ConstantIntRanges::fromSigned(APInt(64, begin, true), APInt(64, std::max(begin, end - 1), true));
    };
    if (auto index = value.getDefiningOp<linalg::IndexOp>())
        return ofBounds(0, index->getParentOfType<linalg::LinalgOp>().getStaticLoopRanges()[index.getDim()]);
    auto argument = dyn_cast<BlockArgument>(value);
    auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : nullptr;
    if (!loop || value != loop.getInductionVar() || !value.getType().isIndex())
        return std::nullopt;
    const std::optional<int64_t> begin = getConstantIntValue(loop.getLowerBound()),
                                 end = getConstantIntValue(loop.getUpperBound());
    return begin && end ? std::optional(ofBounds(*begin, *end)) : std::nullopt;
}

/// What a scalar integer can be, as far as its making tells.
ConstantIntRanges rangeOf(Value value, unsigned depth = 0)
{
    if (std::optional<ConstantIntRanges> index = rangeOfIndex(value))
        return *index;
    ConstantIntRanges range = ConstantIntRanges::maxRange(ConstantIntRanges::getStorageBitwidth(value.getType()));
    auto inferring = value.getDefiningOp<InferIntRangeInterface>();
    if (!inferring || depth > deepest ||
        !llvm::all_of(inferring->getOperandTypes(), [](Type type) { return type.isIntOrIndex(); }))
        return range;
    SmallVector<ConstantIntRanges> operands;
    for (Value operand : inferring->getOperands())
        operands.push_back(rangeOf(operand, depth + 1));
    inferring.inferResultRanges(operands, [&](Value result, const ConstantIntRanges &inferred) {
        if (result == value)
            range = inferred;
    });
    return range;
}

struct DecideComparison : OpRewritePattern<arith::CmpIOp> {
    using OpRewritePattern::OpRewritePattern;

    LogicalResult matchAndRewrite(arith::CmpIOp op, PatternRewriter &rewriter) const final
    {
        if (!op.getLhs().getType().isIntOrIndex())
            return failure();
        const std::optional<bool> decided = intrange::evaluatePred(
            static_cast<intrange::CmpPredicate>(op.getPredicate()), rangeOf(op.getLhs()), rangeOf(op.getRhs()));
        if (!decided)
            return failure();
        rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, rewriter.getBoolAttr(*decided));
        return success();
    }
};

struct SimplifyScalars : impl::SimplifyScalarsPassBase<SimplifyScalars> {
    void runOnOperation() override
    {
        MLIRContext *context = &getContext();
        RewritePatternSet patterns(context);
        patterns.add<DecideComparison>(context);
        // Branches that are never taken, loops that never run, and operands that are then read by nothing.
        scf::IfOp::getCanonicalizationPatterns(patterns, context);
        scf::ForOp::getCanonicalizationPatterns(patterns, context);
        linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
        if (failed(simplifyBodies(getOperation(), std::move(patterns))))
            signalPassFailure();
    }
};

} // namespace
} // namespace barecc
