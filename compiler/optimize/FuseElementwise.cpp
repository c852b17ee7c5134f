// Chains of elementwise operations become one loop nest each, with what they lead into (reductions, transposes, reads
// by index) where that evaluates no element twice. What is read several times stays in memory, unless it is cheaper to
// compute again than to read: a cast or a broadcast.
//
// One walk in program order: a producer has taken its own producers in before its consumer asks for it.
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Simplify.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FUSEELEMENTWISEPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

/// A loop nest with more operands or a longer body than this is left as two: registers are few.
constexpr size_t maxOperands = 8, maxBody = 96;

// ---- Cost --------------------------------------------------------------------------------------------------

size_t bodySize(linalg::GenericOp op)
{
    return size_t(llvm::count_if(*op.getBody(),
                                 [](Operation &inner) { return !isa<arith::ConstantOp, linalg::IndexOp>(inner); })) -
           1; // the yield
}

/// A body of at most `operations` additions, products, comparisons and casts.
bool isCheap(linalg::GenericOp op, size_t operations)
{
    return bodySize(op) <= operations && llvm::all_of(*op.getBody(), [](Operation &inner) {
               return isa<arith::ArithDialect, linalg::LinalgDialect>(inner.getDialect()) &&
                      !isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::RemFOp, arith::RemSIOp,
                           arith::RemUIOp>(inner);
           });
}

int64_t points(linalg::GenericOp op) { return ShapedType::getNumElements(op.getStaticLoopRanges()); }

int64_t inputBytes(linalg::GenericOp op)
{
    int64_t bytes = 0;
    for (Value input : op.getInputs())
        if (auto type = dyn_cast<RankedTensorType>(input.getType()))
            bytes += byteSize(type);
    return bytes;
}

/// Operands of the two fused: a tensor read alike by both counts once.
size_t fusedOperands(linalg::GenericOp producer, linalg::GenericOp consumer)
{
    llvm::SmallDenseSet<Value> values;
    for (Value input : producer.getInputs())
        values.insert(input);
    for (Value input : consumer.getInputs())
        if (input.getDefiningOp() != producer)
            values.insert(input);
    return values.size();
}

/// Whether `op` reads all its tensors in the order of its loops, as far as it has loops.
bool readsInOrder(linalg::GenericOp op)
{
    return llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
        int64_t last = -1;
        for (AffineExpr expression : map.getResults()) {
            auto dim = dyn_cast<AffineDimExpr>(expression);
            if (dim && int64_t(dim.getPosition()) < last)
                return false;
            last = dim ? dim.getPosition() : last;
        }
        return true;
    });
}

bool isWanted(OpOperand *operand)
{
    auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
    auto consumer = cast<linalg::GenericOp>(operand->getOwner());
    if (!producer || producer.getNumResults() != 1 || !linalg::areElementwiseOpsFusable(operand))
        return false;
    // Upstream would keep the result of one that adds to what it starts from, where the loops are those of a reduction.
    if (producer.payloadUsesValueFromOperand(producer.getDpsInitOperand(0)))
        return false;
    if (fusedOperands(producer, consumer) > maxOperands || bodySize(producer) + bodySize(consumer) > maxBody)
        return false;
    const auto type = cast<RankedTensorType>(producer.getResult(0).getType());
    if (points(consumer) > type.getNumElements() && !isCheap(producer, 1)) // would be evaluated again and again
        return false;
    if (consumer.getNumReductionLoops() > 0 && !readsInOrder(producer))
        return false;
    return producer.getResult(0).hasOneUse() || (isCheap(producer, 4) && 2 * inputBytes(producer) <= byteSize(type));
}

// ---- Fusion ------------------------------------------------------------------------------------------------

/// Upstream writes the producer's loop indices as affine.apply of the consumer's; between permuted loops each is one
/// index.
void simplifyIndices(RewriterBase &rewriter, linalg::GenericOp op)
{
    for (Operation &inner : llvm::make_early_inc_range(*op.getBody())) {
        auto apply = dyn_cast<affine::AffineApplyOp>(inner);
        if (!apply)
            continue;
        const AffineExpr expression = apply.getAffineMap().getResult(0);
        rewriter.setInsertionPoint(apply);
        if (auto dim = dyn_cast<AffineDimExpr>(expression))
            rewriter.replaceOp(apply, apply.getMapOperands()[dim.getPosition()]);
        else
            rewriter.replaceOp(
                apply, affine::expandAffineExpr(rewriter, apply.getLoc(), expression, apply.getMapOperands(), {}));
    }
}

/// Takes the producers of `consumer` into it, as many as are wanted.
void fuseProducers(RewriterBase &rewriter, linalg::GenericOp consumer)
{
    for (unsigned i = 0; i < consumer.getNumDpsInputs();) {
        OpOperand *operand = consumer.getDpsInputOperand(i);
        if (!isWanted(operand)) {
            ++i;
            continue;
        }
        // Upstream would keep a result that others read; a copy of the producer has no other reader.
        auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
        rewriter.setInsertionPoint(consumer);
        if (!operand->get().hasOneUse()) {
            producer = cast<linalg::GenericOp>(rewriter.clone(*producer));
            operand->set(producer.getResult(0));
        }
        FailureOr<linalg::ElementwiseOpFusionResult> fused = linalg::fuseElementwiseOps(rewriter, operand);
        if (failed(fused)) {
            ++i;
            continue;
        }
        auto both = cast<linalg::GenericOp>(fused->fusedOp);
        both->setLoc(rewriter.getFusedLoc({consumer.getLoc(), producer.getLoc()}));
        for (Value result : consumer.getResults())
            rewriter.replaceAllUsesWith(result, fused->replacements[result]);
        rewriter.eraseOp(consumer);
        if (producer->use_empty())
            rewriter.eraseOp(producer);
        simplifyIndices(rewriter, both);
        consumer = both;
        i = 0;
    }
}

// ---- Operands ----------------------------------------------------------------------------------------------

/// An operand whose elements are all the same number becomes that number in the body.
void inlineUniformOperands(OpBuilder &b, linalg::GenericOp op)
{
    for (OpOperand *operand : op.getDpsInputOperands()) {
        auto constant = dyn_cast_or_null<DenseElementsAttr>(constantOf(operand->get()));
        BlockArgument argument = op.getMatchingBlockArgument(operand);
        if (!constant || !constant.isSplat() || argument.use_empty())
            continue;
        b.setInsertionPointToStart(op.getBody());
        auto number = cast<TypedAttr>(constant.getSplatValue<Attribute>());
        if (number.getType() == argument.getType())
            argument.replaceAllUsesWith(arith::ConstantOp::create(b, operand->get().getLoc(), number));
    }
}

/// Drops operands that the body does not read or reads twice, results nobody reads, and copies.
LogicalResult simplify(func::FuncOp function)
{
    RewritePatternSet patterns(function.getContext());
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    linalg::GenericOp::getCanonicalizationPatterns(patterns, function.getContext());
    return simplifyBodies(function, std::move(patterns));
}

struct FuseElementwise : impl::FuseElementwisePassBase<FuseElementwise> {
    void getDependentDialects(DialectRegistry &registry) const override
    {
        impl::FuseElementwisePassBase<FuseElementwise>::getDependentDialects(registry);
        registry.insert<affine::AffineDialect>();
    }

    void runOnOperation() override
    {
        IRRewriter rewriter(&getContext());
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block)) {
                rewriter.setInsertionPoint(&op);
                if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
                    (void)linalg::generalizeNamedOp(rewriter, transpose); // a transpose is a loop nest like others
                else if (auto generic = dyn_cast<linalg::GenericOp>(op))
                    inlineUniformOperands(rewriter, generic);
            }
        }
        if (failed(simplify(getOperation())))
            return signalPassFailure();
        for (Block &block : getOperation().getBody())
            for (Operation &op : llvm::make_early_inc_range(block))
                if (auto generic = dyn_cast<linalg::GenericOp>(op))
                    fuseProducers(rewriter, generic);
        if (failed(simplify(getOperation())))
            return signalPassFailure();
    }
};

} // namespace
} // namespace barecc
