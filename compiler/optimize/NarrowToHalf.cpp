// Operations on half floats. Importers write what is computed from half floats in f32: casts, the nn operation, a cast
// back. Where its constants are half floats as well, the operation on half floats gives the same: it sums in float and
// rounds once, as the last cast does. Whether that is better is for the caller to say.
#include "compiler/ir/Constants.h"
#include "compiler/ir/DeadCode.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Number.h"
#include "compiler/optimize/Layout.h"
#include "compiler/optimize/Passes.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_NARROWTOHALFPASS
#include "compiler/optimize/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Whether the operation casts each element, by a `Cast` alone.
template <typename Cast> bool isCast(Operation *op, Type from, Type to)
{
    auto generic = dyn_cast_or_null<linalg::GenericOp>(op);
    if (!generic || generic.getNumDpsInputs() != 1 || generic.getNumResults() != 1 ||
        typeOf(generic.getDpsInputs()[0]).getElementType() != from ||
        typeOf(generic.getResult(0)).getElementType() != to || generic.getNumReductionLoops() != 0 ||
        !llvm::all_of(generic.getIndexingMapsArray(), [](AffineMap map) { return map.isIdentity(); }))
        return false;
    auto yielded = generic.getBody()->getTerminator()->getOperand(0).getDefiningOp<Cast>();
    return yielded && yielded.getIn() == generic.getBody()->getArgument(0);
}

class Narrower {
public:
    Narrower(MLIRContext *context, const OperationPredicate &prefersHalf)
        : prefersHalf(prefersHalf), b(context), single(b.getF32Type()), half(b.getF16Type())
    {
    }

    void narrow(nn::WeightedOpInterface op)
    {
        Value output = op->getResult(0);
        if (typeOf(output).getElementType() != single || op.getResidual() || op.getMin() || op.getMax() ||
            !output.hasOneUse())
            return;
        Operation *behind = *output.getUsers().begin();
        auto reshape = dyn_cast<nn::ReshapeOp>(behind);
        if (reshape && reshape.getResult().hasOneUse())
            behind = *reshape.getResult().getUsers().begin();
        if (!isCast<arith::TruncFOp>(behind, single, half))
            return;
        ElementsAttr filter = halfConstant(op.getFilter());
        ElementsAttr bias = op.getBias() ? halfConstant(op.getBias()) : ElementsAttr();
        if (!filter || (op.getBias() && !bias))
            return;
        b.setInsertionPoint(op);
        Value input = halfOf(op.getInput());
        if (!input)
            return;
        Operation *narrowed = b.clone(*op);
        auto onHalf = cast<nn::WeightedOpInterface>(narrowed);
        onHalf.getInputMutable().assign(input);
        b.setInsertionPoint(narrowed);
        onHalf.getFilterMutable().assign(constant(filter, op.getFilter().getLoc()));
        if (bias)
            onHalf.getBiasMutable().assign(constant(bias, op.getBias().getLoc()));
        narrowed->getResult(0).setType(typeOf(output).clone(half));
        if (!prefersHalf(narrowed)) {
            narrowed->erase();
            return;
        }
        b.setInsertionPointAfter(narrowed);
        behind->getResult(0).replaceAllUsesWith(
            reshaped(b, op->getLoc(), narrowed->getResult(0), typeOf(behind->getResult(0)).getShape()));
    }

private:
    /// The half floats that `value` has been cast from, or null.
    Value halfOf(Value value)
    {
        Operation *op = value.getDefiningOp();
        if (isCast<arith::ExtFOp>(op, half, single))
            return op->getOperand(0);
        if (auto generic = dyn_cast_or_null<linalg::GenericOp>(op))
            return withoutCast(generic);
        if (auto reshape = dyn_cast_or_null<nn::ReshapeOp>(op))
            if (Value source = halfOf(reshape.getInput()))
                return reshaped(b, op->getLoc(), source, typeOf(value).getShape());
        return {};
    }

    /// The loops, which may move elements too, without the cast to f32 that they end with; null if they do not.
    Value withoutCast(linalg::GenericOp generic)
    {
        Block *body = generic.getBody();
        auto extension = body->getTerminator()->getOperand(0).getDefiningOp<arith::ExtFOp>();
        if (generic.getNumResults() != 1 || !extension || extension.getIn().getType() != half ||
            !body->getArguments().back().use_empty())
            return {};
        auto type = typeOf(generic.getResult(0)).clone(half);
        Value empty = tensor::EmptyOp::create(b, generic.getLoc(), type.getShape(), half);
        return linalg::GenericOp::create(
                   b, generic.getLoc(), TypeRange{type}, generic.getDpsInputs(), ValueRange{empty},
                   generic.getIndexingMapsArray(), generic.getIteratorTypesArray(),
                   [&](OpBuilder &inner, Location loc, ValueRange arguments) {
                       IRMapping copies;
                       copies.map(body->getArguments(), arguments);
                       for (Operation &each : body->without_terminator())
                           if (&each != extension)
                               inner.clone(each, copies);
                       linalg::YieldOp::create(inner, loc, copies.lookupOrDefault(extension.getIn()));
                   })
            .getResult(0);
    }

    /// A constant of f32 as half floats, or null where that is not the same numbers.
    ElementsAttr halfConstant(Value value)
    {
        ElementsAttr attribute = constantOf(value);
        if (!attribute || typeOf(value).getElementType() != single)
            return {};
        const ConstantBytes bytes(attribute);
        std::vector<uint16_t> halves;
        halves.reserve(bytes.as<float>().size());
        for (float number : bytes.as<float>()) {
            APFloat rounded(number);
            bool loses = false;
            rounded.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &loses);
            if (loses)
                return {};
            halves.push_back(uint16_t(rounded.bitcastToAPInt().getZExtValue()));
        }
        return makeConstant(typeOf(value).clone(half),
                            {reinterpret_cast<const char *>(halves.data()), halves.size() * sizeof(uint16_t)});
    }

    Value constant(ElementsAttr attribute, Location loc)
    {
        return arith::ConstantOp::create(b, loc, cast<TypedAttr>(attribute));
    }

    const OperationPredicate &prefersHalf;
    OpBuilder b;
    const Type single, half;
};

struct NarrowToHalf : impl::NarrowToHalfPassBase<NarrowToHalf> {
    NarrowToHalf() = default;
    explicit NarrowToHalf(OperationPredicate predicate) : prefersHalf(std::move(predicate)) {}

    void runOnOperation() override
    {
        Narrower narrower(&getContext(), prefersHalf);
        for (Block &block : getOperation().getBody()) {
            for (Operation &op : llvm::make_early_inc_range(block))
                if (auto weighted = dyn_cast<nn::WeightedOpInterface>(op))
                    narrower.narrow(weighted);
            eraseDeadOperations(block);
        }
    }

    OperationPredicate prefersHalf = [](Operation *) { return true; };
};

} // namespace

std::unique_ptr<Pass> createNarrowToHalfPass(OperationPredicate prefersHalf)
{
    return std::make_unique<NarrowToHalf>(std::move(prefersHalf));
}

} // namespace barecc
