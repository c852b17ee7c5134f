#include "compiler/emit/LoopNest.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/LoopStructure.h"
#include "compiler/emit/ScalarPrinter.h"
#include "compiler/emit/Storage.h"
#include "compiler/emit/WordPrinter.h"
#include "compiler/kernel/TargetFeatures.h"

using namespace mlir;

namespace barecc {
namespace {

class LoopNestPrinter {
public:
    LoopNestPrinter(kernel::LoopsOp source, ArrayRef<LoopOperand> arguments, ArrayRef<LoopOperand> results,
                    std::optional<unsigned> inPlace, std::optional<LoopPart> part)
        : source(source), arguments(arguments), parameters(nameParameters(source, inPlace)), op(source.getLinalgOp()),
          structure(source, arguments, results, parameters, part), loops(structure.loops()), inputs(structure.inputs()),
          starts(structure.starts()), outputs(structure.outputs())
    {
    }

    FailureOr<c::Function> print()
    {
        FailureOr<c::Block> body = structure.reductionsInnermost() ? withAccumulators() : inMemory();
        if (failed(body))
            return failure();
        return c::Function{{}, {}, {}, parameters.declarations, std::move(*body)};
    }

private:
    const std::string &pointerOf(Value tensor) { return parameters.inputs[cast<BlockArgument>(tensor).getArgNumber()]; }

    ArrayRef<int64_t> stridesOf(Value tensor) { return arguments[cast<BlockArgument>(tensor).getArgNumber()].strides; }

    // ---- Loops

    /// The loop number `i` round a block, from its iteration `begin` on.
    c::Stmt around(size_t i, c::Block body, int64_t begin = 0)
    {
        return c::countedLoop(loops[i].variable, c::Atom::literal(begin), c::Atom::literal(loops[i].extent),
                              c::Atom::literal(1), std::move(body));
    }

    /// The loops for which a condition holds, round a block.
    template <typename Condition> c::Block aroundAll(c::Block body, const Condition &isWanted)
    {
        for (size_t i = loops.size(); i-- > 0;)
            if (isWanted(loops[i]))
                body = c::block(around(i, std::move(body)));
        return body;
    }

    c::Expr element(const Access &access) { return structure.element(access); }

    // ---- Bodies

    /// The value that a result starts with; any where it is written before it is read.
    c::Expr start(unsigned output)
    {
        if (starts[output])
            return fromStorage(starts[output]->element, element(*starts[output]));
        if (auto fill = op.getDpsInits()[output].getDefiningOp<linalg::FillOp>())
            return literal(cast<TypedAttr>(fill.getInputs()[0].getDefiningOp<arith::ConstantOp>().getValue()));
        return c::Atom::literal(0);
    }

    BlockArgument resultInBody(unsigned output) { return op.getMatchingBlockArgument(op.getDpsInitOperand(output)); }

    void bindInputs(BodyBuilder &body)
    {
        for (auto [input, a] : llvm::zip(op.getDpsInputOperands(), inputs)) {
            BlockArgument argument = op.getMatchingBlockArgument(input);
            if (a)
                body.define(argument, fromStorage(a->element, element(*a)));
            else if (input->get().getDefiningOp<arith::ConstantOp>())
                body.define(argument, uniform(input));
        }
    }

    /// An input that is one number throughout.
    static c::Atom uniform(OpOperand *input)
    {
        TypedAttr value = cast<TypedAttr>(input->get().getDefiningOp<arith::ConstantOp>().getValue());
        if (auto splat = dyn_cast<DenseElementsAttr>(value))
            value = splat.getSplatValue<TypedAttr>();
        return literal(value);
    }

    /// The operations of the linalg body.
    LogicalResult compute(BodyBuilder &body)
    {
        ScalarPrinter scalars(body, [&](Value tensor, std::vector<c::Expr> indices) {
            return elementAt(pointerOf(tensor), std::move(indices), stridesOf(tensor));
        });
        for (unsigned d = 0; d < op.getNumLoops(); ++d)
            scalars.setLoopIndex(d, structure.dimension(d));
        for (Operation &outside : source.getBody().front())
            if (isa<arith::ConstantOp>(outside) && failed(scalars.print(&outside)))
                return failure();
        bindInputs(body);
        for (Operation &inner : op.getBlock()->without_terminator())
            if (failed(scalars.print(&inner)))
                return failure();
        return success();
    }

    ValueRange yields() { return op.getBlock()->getTerminator()->getOperands(); }

    void store(BodyBuilder &body)
    {
        for (auto [output, value] : llvm::zip(outputs, yields()))
            body.append(c::Assignment{element(output), toStorage(output.element, body.use(value))});
    }

    // ---- Vectors

    /// The vectors that the innermost loop can be written with, or null: all that it touches lies side by side there or
    /// is the same throughout.
    const Feature *wordVector()
    {
        const Feature *vector = nullptr;
        for (const Feature *feature : targetFeatures(source->getParentOfType<ModuleOp>()))
            vector = feature->wordLanes ? feature : vector;
        if (!vector || loops.empty() || loops.back().extent < vector->wordLanes || op.getNumReductionLoops() > 0 ||
            outputs.size() != 1 || !WordPrinter::takes(op))
            return nullptr;
        auto step = [&](const Access &a) { return a.step(loops.back()); };
        // Bytes side by side, one element throughout, or a constant.
        auto isReadable = [&](auto entry) {
            const auto &[input, a] = entry;
            if (!a)
                return bool(input->get().template getDefiningOp<arith::ConstantOp>());
            return step(*a) == 0 || (step(*a) == 1 && getElementTypeOrSelf(input->get()).isInteger(8));
        };
        const bool isDense =
            step(outputs[0]) == 1 && llvm::all_of(llvm::zip(op.getDpsInputOperands(), inputs), isReadable);
        return isDense ? vector : nullptr;
    }

    /// The innermost loop in steps of a vector; what remains of its iterations begins at `end`.
    c::Stmt vectorLoop(const Feature &vector, int64_t end)
    {
        const Loop &loop = loops.back();
        WordPrinter words(vector.wordsHeader.str());
        for (auto [input, a] : llvm::zip(op.getDpsInputOperands(), inputs)) {
            BlockArgument argument = op.getMatchingBlockArgument(input);
            if (!a)
                words.set(argument, uniform(input));
            else if (a->step(loop) == 0)
                words.set(argument, element(*a));
            else
                words.load(argument, element(*a));
        }
        return c::countedLoop(loop.variable, c::Atom::literal(0), c::Atom::literal(end),
                              c::Atom::literal(vector.wordLanes), words.print(*op.getBlock(), element(outputs[0])));
    }

    // ---- Loop nests

    /// Results are written once, from the operands or from accumulators in variables.
    FailureOr<c::Block> withAccumulators()
    {
        FailureOr<c::Block> one = op.getNumReductionLoops() > 0 ? reduceToOne() : computeOne();
        if (failed(one))
            return failure();
        c::Block nest = std::move(*one);
        if (const Feature *vector = wordVector()) {
            const size_t last = loops.size() - 1;
            const int64_t end = loops[last].extent / vector->wordLanes * vector->wordLanes;
            c::Block both = c::block(vectorLoop(*vector, end));
            if (end < loops[last].extent)
                both.push_back(around(last, std::move(nest), end));
            return aroundAll(std::move(both), [&](const Loop &loop) { return &loop != &loops[last]; });
        }
        return aroundAll(std::move(nest), [](const Loop &loop) { return !loop.isReduction; });
    }

    FailureOr<c::Block> computeOne()
    {
        BodyBuilder body(valueCType);
        for (unsigned o = 0; o < outputs.size(); ++o)
            body.define(resultInBody(o), start(o));
        if (failed(compute(body)))
            return failure();
        store(body);
        return body.close();
    }

    /// What a result is while it is being computed, by the last operation on it.
    std::string accumulatorName(unsigned output)
    {
        Operation *last = yields()[output].getDefiningOp();
        if (!last)
            return "acc";
        return TypeSwitch<Operation *, std::string>(last)
            .Case<arith::AddFOp, arith::AddIOp>([](auto) { return "sum"; })
            .Case<arith::MulFOp, arith::MulIOp>([](auto) { return "product"; })
            .Case<arith::MaximumFOp, arith::MaxNumFOp, arith::MaxSIOp, arith::MaxUIOp>([](auto) { return "max"; })
            .Case<arith::MinimumFOp, arith::MinNumFOp, arith::MinSIOp, arith::MinUIOp>([](auto) { return "min"; })
            .Default([](Operation *) { return "acc"; });
    }

    /// One element of each result: the reduction loops, then the stores.
    FailureOr<c::Block> reduceToOne()
    {
        BodyBuilder body(valueCType);
        SmallVector<std::string> accumulators;
        llvm::StringMap<unsigned> taken;
        for (unsigned o = 0; o < outputs.size(); ++o) {
            const std::string name = accumulatorName(o);
            accumulators.push_back(numbered(name, taken[name]++));
            body.append(c::Declaration{valueCType(outputs[o].element), accumulators[o], start(o)});
            body.define(resultInBody(o), c::Atom::name(accumulators[o]));
        }
        body.open();
        if (failed(compute(body)))
            return failure();
        body.assign(accumulators, yields());
        for (c::Stmt &stmt : aroundAll(body.close(), [](const Loop &loop) { return loop.isReduction; }))
            body.append(std::move(stmt));
        for (unsigned o = 0; o < outputs.size(); ++o)
            body.append(
                c::Assignment{element(outputs[o]), toStorage(outputs[o].element, c::Atom::name(accumulators[o]))});
        return body.close();
    }

    /// Accumulators in memory: the results are started first, then the loops run in their own order over contiguous
    /// elements.
    FailureOr<c::Block> inMemory()
    {
        BodyBuilder first(valueCType);
        for (unsigned o = 0; o < outputs.size(); ++o)
            first.append(c::Assignment{element(outputs[o]), toStorage(outputs[o].element, start(o))});
        c::Block nests = aroundAll(first.close(), [](const Loop &loop) { return !loop.isReduction; });

        BodyBuilder body(valueCType);
        for (unsigned o = 0; o < outputs.size(); ++o)
            body.define(resultInBody(o), fromStorage(outputs[o].element, element(outputs[o])));
        if (failed(compute(body)))
            return failure();
        store(body);
        for (c::Stmt &stmt : aroundAll(body.close(), [](const Loop &) { return true; }))
            nests.push_back(std::move(stmt));
        return nests;
    }

    kernel::LoopsOp source;
    const ArrayRef<LoopOperand> arguments;
    const LoopParameters parameters;
    linalg::LinalgOp op;
    const LoopStructure structure;
    const ArrayRef<Loop> loops;
    const ArrayRef<std::optional<Access>> inputs, starts;
    const ArrayRef<Access> outputs;
};

} // namespace

FailureOr<c::Function> printLoopNest(kernel::LoopsOp loops, ArrayRef<LoopOperand> arguments,
                                     ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace,
                                     std::optional<LoopPart> part)
{
    return LoopNestPrinter(loops, arguments, results, inPlace, part).print();
}

} // namespace barecc
