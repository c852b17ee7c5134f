// The copies that views do not save. assignViews says where one is needed; planning finds none missing then.
#include "compiler/plan/AssignViews.h"
#include "compiler/plan/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_INSERTCOPIESPASS
#include "compiler/plan/Passes.h.inc"

namespace {

/// Puts a copy of the value of `use` in its place, before the operation that uses it; returns the first operation that
/// is new. Quantised values are copied as the integers that they are stored in.
Operation *insertCopy(OpOperand &use)
{
    const Value value = use.get();
    auto type = cast<RankedTensorType>(value.getType());
    const RankedTensorType stored = storageType(type);
    OpBuilder b(use.getOwner());
    const Location loc = use.getOwner()->getLoc();
    Value source = value;
    if (type != stored)
        source = quant::StorageCastOp::create(b, loc, stored, value);
    auto copy = kernel::LoopsOp::create(b, loc, stored, "copy", source);
    Value result = copy.getResult(0);
    if (type != stored)
        result = quant::StorageCastOp::create(b, loc, type, result);
    use.set(result);

    Block &body = copy.getBody().front();
    b.setInsertionPointToStart(&body);
    Value empty = tensor::EmptyOp::create(b, loc, stored.getShape(), stored.getElementType());
    auto loops = linalg::CopyOp::create(b, loc, ValueRange{body.getArgument(0)}, ValueRange{empty});
    kernel::YieldOp::create(b, loc, loops.getResults());
    return source == value ? copy.getOperation() : source.getDefiningOp();
}

struct InsertCopies : impl::InsertCopiesPassBase<InsertCopies> {
    using Base::Base;

    void runOnOperation() override
    {
        func::FuncOp function = getOperation();
        if (failed(assignViews(function, ioInArena && !function.isPrivate(), insertCopy)))
            signalPassFailure();
    }
};

} // namespace
} // namespace barecc
