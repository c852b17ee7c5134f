// Tensors without elements. Whatever computes one, its value is known, and all read the same; what combines nothing is
// what it starts from. So kernels and loops behind this pass have an element in every operand, and C no array of none.
#include "compiler/ir/ControlFlow.h"
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/GraphBuilder.h"
#include "compiler/optimize/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FOLDEMPTYTENSORSPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

bool isEmpty(Value value)
{
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.hasStaticShape() && type.getNumElements() == 0;
}

/// Of a concatenation of parts of which some are empty: the others.
Value concatenated(OpBuilder &b, tensor::ConcatOp op)
{
    SmallVector<Value> parts(llvm::make_filter_range(op.getInputs(), [](Value part) { return !isEmpty(part); }));
    return parts.size() == 1 ? parts[0]
                             : tensor::ConcatOp::create(b, op.getLoc(), op.getType(), op.getDim(), parts).getResult();
}

/// Padding round nothing.
Value padding(OpBuilder &b, tensor::PadOp op)
{
    auto value = op.getConstantPaddingValue().getDefiningOp<arith::ConstantOp>();
    return GraphBuilder(b, op.getLoc()).constant(DenseElementsAttr::get(op.getResultType(), value.getValue()));
}

/// What the results of an operation are that does nothing, since what it would work on is empty; nothing of others.
/// Results without elements are null.
std::optional<SmallVector<Value>> resultsOfNothing(OpBuilder &b, Operation *op)
{
    using Results = SmallVector<Value>;
    if (auto loop = dyn_cast<nn::LoopOp>(op); loop && loop.getTrips() == 0) {
        Results results(loop.getInits());
        results.append(loop.getStacked().size(), Value());
        if (Value count = loop.getCount())
            results.push_back(GraphBuilder(b, op->getLoc()).splat(GraphBuilder::typeOf(count), 0.0));
        return results;
    }
    if (auto loops = dyn_cast<linalg::LinalgOp>(op); loops && llvm::is_contained(loops.getStaticLoopRanges(), 0))
        return Results(loops.getDpsInits());
    if (llvm::none_of(op->getOperands(), isEmpty))
        return std::nullopt;
    if (auto lowerable = dyn_cast<nn::LowerableOpInterface>(op))
        return Results{lowerable.lowerToLinalg(b)};
    if (auto concat = dyn_cast<tensor::ConcatOp>(op))
        return Results{concatenated(b, concat)};
    if (auto pad = dyn_cast<tensor::PadOp>(op))
        return Results{padding(b, pad)};
    if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
        return Results{insert.getDest()};
    return std::nullopt;
}

struct FoldEmptyTensors : impl::FoldEmptyTensorsPassBase<FoldEmptyTensors> {
    void runOnOperation() override
    {
        Block &body = getOperation().getBody().front();
        OpBuilder b = OpBuilder::atBlockBegin(&body);
        for (Value argument : body.getArguments())
            foldReads(b, argument);
        for (Operation *op = &body.front(); op != body.getTerminator();)
            op = fold(b, op);
        eraseDeadOperations(body);
    }

private:
    static void foldReads(OpBuilder &b, Value value)
    {
        if (isEmpty(value) && !value.use_empty())
            value.replaceAllUsesWith(GraphBuilder(b, value.getLoc()).nothing(GraphBuilder::typeOf(value)));
    }

    /// Returns the next operation to look at: the first that is new, or else the one behind.
    static Operation *fold(OpBuilder &b, Operation *op)
    {
        Operation *before = op->getPrevNode(), *next = op->getNextNode();
        if (isa<arith::ConstantOp>(op) || (isa<quant::StorageCastOp>(op) && constantOf(op->getResult(0))))
            return next;
        b.setInsertionPoint(op);
        for (Value result : op->getResults())
            foldReads(b, result);
        if (op->use_empty())
            return next;
        const std::optional<SmallVector<Value>> results = resultsOfNothing(b, op);
        if (!results)
            return next;
        for (auto [result, value] : llvm::zip(op->getResults(), *results))
            if (!result.use_empty())
                result.replaceAllUsesWith(value);
        op->erase();
        return before ? before->getNextNode() : &next->getBlock()->front();
    }
};

} // namespace
} // namespace barecc
