#include "compiler/plan/AssignViews.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/State.h"

using namespace mlir;

namespace barecc {
namespace {

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

/// The tensor that a view operation looks at, or null.
Value viewSource(Operation *op)
{
    return isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp, tensor::ExtractSliceOp>(op) ? op->getOperand(0)
                                                                                            : Value();
}

class Assigner {
public:
    Assigner(func::FuncOp main, bool ioInArena) : main(main), ioInArena(ioInArena) {}

    FailureOr<ViewAssignment> run()
    {
        Block &body = main.getBody().front();
        for (auto [state, argument] : llvm::enumerate(stateArguments(main)))
            result.views[body.getArgument(argument)] =
                contiguousView({BufferRef::State, unsigned(state)}, shapeOf(body.getArgument(argument)));
        for (BlockArgument argument : body.getArguments())
            if (!result.views.contains(argument))
                result.views[argument] = contiguousView(
                    ioInArena ? newBuffer(argument) : BufferRef{BufferRef::Argument, argument.getArgNumber()},
                    shapeOf(argument));
        layResults(body.getTerminator()->getOpOperands());
        // Backwards, so that a concat inside a concat finds its own place known.
        SmallVector<tensor::ConcatOp> concats(body.getOps<tensor::ConcatOp>());
        for (tensor::ConcatOp concat : llvm::reverse(concats))
            layConcat(concat);
        for (Operation &op : llvm::make_early_inc_range(body.without_terminator()))
            if (failed(layForward(&op)))
                return failure();
        return std::move(result);
    }

private:
    BufferRef newBuffer(Value value)
    {
        result.arenaBuffers.push_back(value);
        return {BufferRef::Arena, unsigned(result.arenaBuffers.size() - 1)};
    }

    void layResults(MutableArrayRef<OpOperand> results)
    {
        const SmallVector<std::optional<unsigned>> states = stateResults(main);
        SmallVector<OpOperand *> newStates;
        for (OpOperand &returned : results) {
            if (states[returned.getOperandNumber()]) {
                newStates.push_back(&returned);
                continue;
            }
            const BufferRef buffer =
                ioInArena ? newBuffer(returned.get()) : BufferRef{BufferRef::Result, returned.getOperandNumber()};
            layInto(returned, contiguousView(buffer, shapeOf(returned.get())));
        }
        // Old values that go on in another place are set aside before the first state changes.
        for (OpOperand *returned : newStates) {
            if (!isOldState(returned->get()))
                continue;
            Value copy = insertCopy(*returned);
            result.views[copy] = contiguousView(newBuffer(copy), shapeOf(copy));
        }
        for (OpOperand *returned : newStates)
            layInto(*returned, contiguousView({BufferRef::State, *states[returned->getOperandNumber()]},
                                              shapeOf(returned->get())));
    }

    bool isOldState(Value value)
    {
        while (Value source = viewSource(value.getDefiningOp()))
            value = source;
        auto known = result.views.find(value);
        return isa<BlockArgument>(value) && known->second.buffer.kind == BufferRef::State;
    }

    /// Whether the call that computes `value` may write it over the old value of a state: everything else that reads
    /// that comes before, and the call itself can compute in place.
    bool mayReplace(unsigned state, Value value)
    {
        auto writer = value.getDefiningOp<kernel::KernelOpInterface>();
        SmallVector<OpOperand *> own;
        for (OpOperand *use : readersOf(main.getArgument(stateArguments(main)[state]))) {
            if (use->getOwner() == writer)
                own.push_back(use);
            else if (!writer || !use->getOwner()->isBeforeInBlock(writer))
                return false;
        }
        return writer && (own.empty() ||
                          (own.size() == 1 && value == writer->getResult(0) && isWhole(own.front()->get()) &&
                           llvm::is_contained(writer.getInPlaceOperands(), int64_t(own.front()->getOperandNumber()))));
    }

    /// Whether a value is all of an argument, under another shape perhaps.
    static bool isWhole(Value value)
    {
        while (isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp>(value.getDefiningOp()))
            value = value.getDefiningOp()->getOperand(0);
        return isa<BlockArgument>(value);
    }

    /// What reads a value or a part of it.
    static SmallVector<OpOperand *> readersOf(Value value)
    {
        SmallVector<OpOperand *> readers;
        for (OpOperand &use : value.getUses()) {
            if (viewSource(use.getOwner()))
                llvm::append_range(readers, readersOf(use.getOwner()->getResult(0)));
            else
                readers.push_back(&use);
        }
        return readers;
    }

    void layConcat(tensor::ConcatOp concat)
    {
        auto [place, isNew] = result.views.try_emplace(concat.getResult());
        if (isNew)
            place->second = contiguousView(newBuffer(concat.getResult()), shapeOf(concat.getResult()));
        const View whole = place->second;
        SmallVector<int64_t> offsets(whole.strides.size(), 0), steps(whole.strides.size(), 1);
        for (OpOperand &input : concat->getOpOperands()) {
            const int64_t extent = shapeOf(input.get())[concat.getDim()];
            layInto(input, sliceView(whole, offsets, steps));
            offsets[concat.getDim()] += extent;
        }
    }

    /// Has the value of `use` computed in `place`, or copied there.
    void layInto(OpOperand &use, View place)
    {
        Value value = use.get();
        std::optional<View> at = place;
        // Through reshapes and casts to the one who computes it.
        while (at && isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp>(value.getDefiningOp())) {
            Value source = value.getDefiningOp()->getOperand(0);
            at = reshapeView(*at, shapeOf(value), shapeOf(source));
            value = source;
        }
        if (at && !result.views.contains(value) && canWrite(value, *at) &&
            (at->buffer.kind != BufferRef::State || mayReplace(at->buffer.index, value))) {
            result.views[value] = *at;
            return;
        }
        Value copy = insertCopy(use);
        result.views[copy] = place;
    }

    bool canWrite(Value value, const View &place)
    {
        Operation *producer = value.getDefiningOp();
        if (isa_and_nonnull<tensor::ConcatOp>(producer))
            return true;
        auto step = dyn_cast_or_null<kernel::KernelOpInterface>(producer);
        return step && takes(step.getResultLayout(), value, place);
    }

    static bool takes(kernel::OperandLayout layout, Value value, const View &place)
    {
        return layout == kernel::OperandLayout::Strided || isContiguous(place, shapeOf(value)) ||
               (layout == kernel::OperandLayout::Rows && rowStride(place, shapeOf(value)));
    }

    LogicalResult layForward(Operation *op)
    {
        if (isa<arith::ConstantOp, tensor::EmptyOp, tensor::ConcatOp>(op))
            return success();
        if (op->getNumResults() == 1 && constantOf(op->getResult(0))) // quantised constants: a cast of their integers
            return success();
        if (viewSource(op))
            return layView(op);
        auto step = dyn_cast<kernel::KernelOpInterface>(op);
        if (!step)
            return op->emitError("'") << op->getName() << "' has no place in a plan; please report this model";
        for (OpOperand &operand : op->getOpOperands()) {
            auto known = result.views.find(operand.get());
            if (known == result.views.end()) // a constant
                continue;
            if (!takes(step.getOperandLayout(operand.getOperandNumber()), operand.get(), known->second)) {
                Value copy = insertCopy(operand);
                result.views[copy] = contiguousView(newBuffer(copy), shapeOf(copy));
            }
        }
        for (Value output : op->getResults())
            if (!result.views.contains(output))
                result.views[output] = contiguousView(newBuffer(output), shapeOf(output));
        return success();
    }

    LogicalResult layView(Operation *op)
    {
        Value source = op->getOperand(0);
        if (!result.views.contains(source))
            return op->emitError("a view of a constant is left; please report this model");
        const View seen = result.views[source];
        if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
            View view = sliceView(seen, slice.getStaticOffsets(), slice.getStaticStrides());
            const llvm::SmallBitVector dropped = slice.getDroppedDims();
            for (int d = int(dropped.size()) - 1; d >= 0; --d)
                if (dropped[d])
                    view.strides.erase(view.strides.begin() + d);
            result.views[op->getResult(0)] = view;
            return success();
        }
        std::optional<View> view = reshapeView(seen, shapeOf(source), shapeOf(op->getResult(0)));
        if (!view) {
            Value copy = insertCopy(op->getOpOperand(0));
            result.views[copy] = contiguousView(newBuffer(copy), shapeOf(copy));
            view = reshapeView(result.views[copy], shapeOf(copy), shapeOf(op->getResult(0)));
        }
        result.views[op->getResult(0)] = *view;
        return success();
    }

    /// A step that copies the value of `use` and takes its place there.
    Value insertCopy(OpOperand &use)
    {
        Value value = use.get();
        auto type = cast<RankedTensorType>(value.getType());
        OpBuilder b(use.getOwner());
        const Location loc = use.getOwner()->getLoc();
        if (quantization(type)) {
            value = quant::StorageCastOp::create(b, loc, storageType(type), value);
            if (auto known = result.views.find(use.get()); known != result.views.end())
                result.views[value] = View(known->second);
            type = storageType(type);
        }
        auto copy = kernel::LoopsOp::create(b, loc, type, "copy", value);
        use.set(copy.getResult(0));
        Block &body = copy.getBody().front();
        b.setInsertionPointToStart(&body);
        Value empty = tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
        auto inner = linalg::CopyOp::create(b, loc, ValueRange{body.getArgument(0)}, ValueRange{empty});
        kernel::YieldOp::create(b, loc, inner.getResults());
        return copy.getResult(0);
    }

    func::FuncOp main;
    const bool ioInArena;
    ViewAssignment result;
};

} // namespace

FailureOr<ViewAssignment> assignViews(func::FuncOp main, bool ioInArena) { return Assigner(main, ioInArena).run(); }

} // namespace barecc
