#include "compiler/plan/AssignViews.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/State.h"

using namespace mlir;

namespace barecc {
namespace {

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

bool isEmpty(Value value) { return ShapedType::getNumElements(shapeOf(value)) == 0; }

/// The tensor that a view operation looks at, or null.
Value viewSource(Operation *op)
{
    return isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp, tensor::ExtractSliceOp>(op) ? op->getOperand(0)
                                                                                            : Value();
}

class Assigner {
public:
    Assigner(func::FuncOp main, bool ioInArena, CopyInserter copy) : main(main), ioInArena(ioInArena), copy(copy)
    {
        for (unsigned argument : stateArguments(main))
            states.push_back(main.getArgument(argument));
    }

    FailureOr<ViewAssignment> run()
    {
        Block &body = main.getBody().front();
        for (auto [number, state] : llvm::enumerate(states))
            result.views[state] = contiguousView({BufferRef::State, unsigned(number)}, shapeOf(state));
        for (BlockArgument argument : body.getArguments())
            if (!result.views.contains(argument))
                result.views[argument] = contiguousView(
                    ioInArena ? newBuffer(argument) : BufferRef{BufferRef::Argument, argument.getArgNumber()},
                    shapeOf(argument));
        if (failed(layResults(body.getTerminator()->getOpOperands())))
            return failure();
        // Backwards, so that a concat inside a concat finds its own place known.
        SmallVector<tensor::ConcatOp> concats(body.getOps<tensor::ConcatOp>());
        for (tensor::ConcatOp concat : llvm::reverse(concats))
            if (failed(layConcat(concat)))
                return failure();
        for (Operation *op = &body.front(); op != body.getTerminator();) {
            FailureOr<OpOperand *> toCopy = layForward(op);
            if (failed(toCopy))
                return failure();
            op = *toCopy ? copy(**toCopy) : op->getNextNode();
            if (!op)
                return failure();
        }
        return std::move(result);
    }

private:
    BufferRef newBuffer(Value value)
    {
        result.temporaries.push_back(value);
        return {BufferRef::Temporary, unsigned(result.temporaries.size() - 1)};
    }

    LogicalResult layResults(MutableArrayRef<OpOperand> results)
    {
        const SmallVector<std::optional<unsigned>> written = stateResults(main);
        SmallVector<OpOperand *> newStates;
        for (OpOperand &returned : results) {
            if (isEmpty(returned.get())) {
                layNothing(returned);
                continue;
            }
            if (written[returned.getOperandNumber()]) {
                newStates.push_back(&returned);
                continue;
            }
            const BufferRef buffer =
                ioInArena ? newBuffer(returned.get()) : BufferRef{BufferRef::Result, returned.getOperandNumber()};
            if (failed(layInto(returned, contiguousView(buffer, shapeOf(returned.get())))))
                return failure();
        }
        // Old values that go on in another place are set aside before the first state changes.
        for (OpOperand *returned : newStates)
            if (isOldState(returned->get()) && !copy(*returned))
                return failure();
        for (OpOperand *returned : newStates)
            if (failed(layInto(*returned, contiguousView({BufferRef::State, *written[returned->getOperandNumber()]},
                                                         shapeOf(returned->get())))))
                return failure();
        return success();
    }

    /// A result without elements has a place that nobody writes to.
    void layNothing(OpOperand &returned)
    {
        if (!result.views.contains(returned.get()))
            result.views[returned.get()] = contiguousView(
                ioInArena ? newBuffer(returned.get()) : BufferRef{BufferRef::Result, returned.getOperandNumber()},
                shapeOf(returned.get()));
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
        for (OpOperand *use : readersOf(states[state])) {
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

    LogicalResult layConcat(tensor::ConcatOp concat)
    {
        auto [place, isNew] = result.views.try_emplace(concat.getResult());
        if (isNew)
            place->second = contiguousView(newBuffer(concat.getResult()), shapeOf(concat.getResult()));
        const View whole = place->second;
        SmallVector<int64_t> offsets(whole.strides.size(), 0), steps(whole.strides.size(), 1);
        for (OpOperand &input : concat->getOpOperands()) {
            const int64_t extent = shapeOf(input.get())[concat.getDim()];
            if (failed(layInto(input, sliceView(whole, offsets, steps))))
                return failure();
            offsets[concat.getDim()] += extent;
        }
        return success();
    }

    /// Has the value of `use` computed in `place`, or copied there.
    LogicalResult layInto(OpOperand &use, const View &place)
    {
        if (computeIn(place, use.get()))
            return success();
        if (!copy(use))
            return failure();
        if (!computeIn(place, use.get()))
            return use.getOwner()->emitError("a copy cannot be written to its place; please report it");
        return success();
    }

    /// Decides that a value is computed in `place`, if it can be.
    bool computeIn(const View &place, Value value)
    {
        std::optional<View> at = place;
        // Through reshapes and casts to the one who computes it.
        while (at && isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp>(value.getDefiningOp())) {
            Value source = value.getDefiningOp()->getOperand(0);
            at = reshapeView(*at, shapeOf(value), shapeOf(source));
            value = source;
        }
        if (!at || result.views.contains(value) || !canWrite(value, *at) ||
            (at->buffer.kind == BufferRef::State && !mayReplace(at->buffer.index, value)))
            return false;
        result.views[value] = *at;
        return true;
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
        return layout == kernel::OperandLayout::Strided || isContiguous(place.strides, shapeOf(value)) ||
               (layout == kernel::OperandLayout::Rows && rowStride(place.strides, shapeOf(value)));
    }

    /// Decides where the results of an operation lie, unless that is known. Returns the operand that has to be copied
    /// first, or null.
    FailureOr<OpOperand *> layForward(Operation *op)
    {
        if (isa<arith::ConstantOp, tensor::EmptyOp, tensor::ConcatOp>(op))
            return nullptr;
        if (op->getNumResults() == 1 && constantOf(op->getResult(0))) // quantised constants: a cast of their integers
            return nullptr;
        if (viewSource(op))
            return layView(op);
        auto step = dyn_cast<kernel::KernelOpInterface>(op);
        if (!step)
            return op->emitError("'") << op->getName() << "' has no place in a plan; please report it";
        for (OpOperand &operand : op->getOpOperands()) {
            auto known = result.views.find(operand.get());
            const bool isConstant = known == result.views.end();
            if (!isConstant && !takes(step.getOperandLayout(operand.getOperandNumber()), operand.get(), known->second))
                return &operand;
        }
        for (Value output : op->getResults())
            if (!result.views.contains(output))
                result.views[output] = contiguousView(newBuffer(output), shapeOf(output));
        return nullptr;
    }

    FailureOr<OpOperand *> layView(Operation *op)
    {
        Value source = op->getOperand(0);
        if (!result.views.contains(source))
            return op->emitError("a view of a constant is left; please report it");
        const View seen = result.views[source];
        if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
            View view = sliceView(seen, slice.getStaticOffsets(), slice.getStaticStrides());
            const llvm::SmallBitVector dropped = slice.getDroppedDims();
            for (int d = int(dropped.size()) - 1; d >= 0; --d)
                if (dropped[d])
                    view.strides.erase(view.strides.begin() + d);
            result.views[op->getResult(0)] = view;
            return nullptr;
        }
        std::optional<View> view = reshapeView(seen, shapeOf(source), shapeOf(op->getResult(0)));
        if (!view)
            return &op->getOpOperand(0);
        result.views[op->getResult(0)] = *view;
        return nullptr;
    }

    func::FuncOp main;
    const bool ioInArena;
    const CopyInserter copy;
    SmallVector<Value> states; // their old values, by number
    ViewAssignment result;
};

} // namespace

FailureOr<ViewAssignment> assignViews(func::FuncOp function, bool ioInArena, CopyInserter copy)
{
    return Assigner(function, ioInArena, copy).run();
}

} // namespace barecc
