// Each operation that no kernel stands for (loops of linalg, procedures, control flow) to one of the kernel dialect
// that sees nothing but its operands.
#include "compiler/ir/Constants.h"
#include "compiler/ir/DeadCode.h"
#include "compiler/kernel/Kernel.h"
#include "compiler/kernel/TargetFeatures.h"
#include "compiler/select/Passes.h"

#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_OUTLINELOOPSPASS
#include "compiler/select/Passes.h.inc"

namespace {

/// "mul_add_relu" from the source nodes of a possibly fused operation, in the order of computing: of a fused location
/// the consumer is first.
std::string nameFor(Operation *op)
{
    SmallVector<StringRef> types;
    op->getLoc()->walk([&](Location loc) {
        if (SourceNode node = isa<NameLoc>(loc) ? sourceNode(loc) : SourceNode();
            !node.type.empty() && !llvm::is_contained(types, node.type))
            types.push_back(node.type);
        return WalkResult::advance();
    });
    std::string name;
    for (StringRef type : llvm::reverse(ArrayRef(types).take_front(3))) {
        if (!name.empty())
            name += '_';
        for (char c : type)
            name += llvm::isAlnum(c) ? llvm::toLower(c) : '_';
    }
    return name.empty() ? "op" : llvm::isDigit(name[0]) ? "op_" + name : name;
}

/// The scalar behind an operand that is the same everywhere, to be written into the loop.
TypedAttr uniformValue(Value operand)
{
    auto constant = dyn_cast_or_null<DenseElementsAttr>(constantOf(operand));
    return constant && constant.isSplat() ? constant.getSplatValue<TypedAttr>() : TypedAttr();
}

class Outliner {
public:
    explicit Outliner(MLIRContext *context) : b(context) {}

    void outline(linalg::LinalgOp op)
    {
        // What the loops read: inputs, tensors that the body extracts from, accumulators that are not fills.
        SetVector<Value> reads;
        for (OpOperand *input : op.getDpsInputOperands())
            if (isa<RankedTensorType>(input->get().getType()) && !uniformValue(input->get()))
                reads.insert(input->get());
        SetVector<Value> captured;
        getUsedValuesDefinedAbove(op->getRegions(), captured);
        for (Value value : captured)
            if (isa<RankedTensorType>(value.getType()))
                reads.insert(value);
        for (Value init : op.getDpsInits())
            if (!init.getDefiningOp<tensor::EmptyOp>() && !init.getDefiningOp<linalg::FillOp>())
                reads.insert(init);

        b.setInsertionPoint(op);
        auto loops = kernel::LoopsOp::create(b, op.getLoc(), op->getResultTypes(), nameFor(op), reads.getArrayRef());
        loops.setInPlace(inPlaceOperands(op, reads.getArrayRef()));
        loops.setMacs(uint64_t(macs(op)));
        fillBody(loops.getBody().front(), op, reads.getArrayRef());
        replace(op, loops);
    }

    void outline(nn::ProcedureOp op)
    {
        // What is given twice is one operand, and cannot be overwritten; what the code turned out not to need is none.
        Block &body = op.getBody().front();
        SetVector<Value> reads;
        SmallVector<int64_t> inPlace;
        for (auto [i, input] : llvm::enumerate(op.getInputs())) {
            if (body.getArgument(unsigned(reads.size())).use_empty()) {
                body.eraseArgument(unsigned(reads.size()));
                continue;
            }
            const bool isNew = reads.insert(input);
            const unsigned argument = unsigned(llvm::find(reads, input) - reads.begin());
            if (isNew && llvm::count(op.getInputs(), input) == 1 && llvm::is_contained(op.getInPlace(), int64_t(i)))
                inPlace.push_back(argument);
            if (isNew)
                continue;
            body.getArgument(reads.size()).replaceAllUsesWith(body.getArgument(argument));
            body.eraseArgument(unsigned(reads.size()));
        }
        b.setInsertionPoint(op);
        auto procedure =
            kernel::ProcedureOp::create(b, op.getLoc(), op.getResultTypes(), nameFor(op), reads.getArrayRef(), inPlace);
        procedure.getBody().takeBody(op.getBody());
        replace(op, procedure);
    }

    void outline(nn::LoopOp op)
    {
        b.setInsertionPoint(op);
        replace(op,
                kernel::LoopOp::create(b, op.getLoc(), op.getFinals().getTypes(), op.getStacked().getTypes(),
                                       op.getCount() ? op.getCount().getType() : Type(), nameFor(op), op.getBody(),
                                       op.getLimit(), op.getStart(), op.getInits(), op.getScanned(), op.getCaptured(),
                                       op.getTrips(), op.getScannedBackwards(), op.getStackedBackwards()));
    }

    void outline(nn::IfOp op)
    {
        b.setInsertionPoint(op);
        replace(op, kernel::IfOp::create(b, op.getLoc(), op->getResultTypes(), nameFor(op), op.getCondition(),
                                         op.getThen(), op.getOtherwise(), op.getCaptured()));
    }

private:
    static void replace(Operation *op, Operation *step)
    {
        op->replaceAllUsesWith(step);
        op->erase();
    }

    /// A copy of the operation on the block's arguments, with the constants and accumulators that it takes beside them.
    void fillBody(Block &body, linalg::LinalgOp op, ArrayRef<Value> reads)
    {
        IRMapping mapping;
        mapping.map(reads, body.getArguments());
        b.setInsertionPointToStart(&body);
        for (Value operand : llvm::concat<const Value>(SmallVector<Value>(op->getOperands()), scalarsUsed(op))) {
            if (mapping.contains(operand))
                continue;
            if (auto fill = operand.getDefiningOp<linalg::FillOp>();
                fill &&
                op.isDpsInit(&*llvm::find_if(op->getOpOperands(), [&](OpOperand &o) { return o.get() == operand; }))) {
                Value empty = b.clone(*fill.getOutputs()[0].getDefiningOp())->getResult(0);
                Value value = b.clone(*fill.getInputs()[0].getDefiningOp())->getResult(0);
                mapping.map(
                    operand,
                    linalg::FillOp::create(b, fill.getLoc(), ValueRange{value}, ValueRange{empty}).getResult(0));
            } else {
                mapping.map(operand, b.clone(*operand.getDefiningOp())->getResult(0));
            }
        }
        kernel::YieldOp::create(b, op.getLoc(), b.clone(*op, mapping)->getResults());
    }

    static SmallVector<Value> scalarsUsed(linalg::LinalgOp op)
    {
        SetVector<Value> captured;
        getUsedValuesDefinedAbove(op->getRegions(), captured);
        return llvm::to_vector(captured);
    }

    /// Operands that the first result may lie exactly on: read at the very element that is being written, or nowhere
    /// near it. Holds for operations that run over their elements once, in order.
    static SmallVector<int64_t> inPlaceOperands(linalg::LinalgOp op, ArrayRef<Value> reads)
    {
        SmallVector<int64_t> result;
        if (op->getNumResults() != 1 || op.getNumReductionLoops() > 0)
            return result;
        const AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
        const Type type = op->getResult(0).getType();
        SetVector<Value> captured;
        getUsedValuesDefinedAbove(op->getRegions(), captured);
        for (size_t position = 0; position < reads.size(); ++position) {
            Value read = reads[position];
            if (captured.contains(read) || read.getType() != type)
                continue;
            const bool sameElement = llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
                return operand.get() != read || op.getMatchingIndexingMap(&operand) == out;
            });
            if (sameElement)
                result.push_back(int64_t(position));
        }
        return result;
    }

    /// Multiply-accumulates of a contraction; element-wise work does not count.
    static int64_t macs(linalg::LinalgOp op)
    {
        if (op.getNumReductionLoops() == 0)
            return 0;
        const bool multiplies =
            llvm::any_of(*op.getBlock(), [](Operation &inner) { return isa<arith::MulFOp, arith::MulIOp>(inner); });
        return multiplies ? ShapedType::getNumElements(op.getStaticLoopRanges()) : 0;
    }

    OpBuilder b;
};

struct OutlineLoops : impl::OutlineLoopsPassBase<OutlineLoops> {
    using Base::Base;

    void runOnOperation() override
    {
        setTargetFeatures(getOperation(), SmallVector<std::string>(features.begin(), features.end()));
        Outliner outliner(&getContext());
        for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
            outlineIn(function, outliner);
    }

    static void outlineIn(func::FuncOp function, Outliner &outliner)
    {
        SmallVector<Operation *> operations;
        for (Operation &op : function.getOps()) {
            // A fill that only starts reductions is written into them.
            const bool onlyStarts = isa<linalg::FillOp>(op) && llvm::all_of(op.getUses(), [](OpOperand &use) {
                                        auto user = dyn_cast<linalg::LinalgOp>(use.getOwner());
                                        return user && user.isDpsInit(&use);
                                    });
            if (isa<linalg::LinalgOp, nn::ProcedureOp, nn::LoopOp, nn::IfOp>(op) && !onlyStarts)
                operations.push_back(&op);
        }
        // Consumers first, so that their fills are still there to be cloned.
        for (Operation *op : llvm::reverse(operations))
            TypeSwitch<Operation *>(op).Case<linalg::LinalgOp, nn::ProcedureOp, nn::LoopOp, nn::IfOp>(
                [&](auto found) { outliner.outline(found); });
        eraseDeadOperations(function.front());
    }
};

} // namespace
} // namespace barecc
