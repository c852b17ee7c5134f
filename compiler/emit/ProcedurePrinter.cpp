// Structured control flow is C's own. What a loop carries is a variable outside it; every other value is an expression
// or a constant, so that only two things need care: a value that is loaded has to be loaded before the next store, and
// the values that a loop yields are all computed before the first of its variables changes.
#include "compiler/emit/ProcedurePrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/ScalarPrinter.h"
#include "compiler/emit/Storage.h"

using namespace mlir;

namespace barecc {
namespace {

class ProcedurePrinter {
public:
    ProcedurePrinter(kernel::ProcedureOp procedure, ArrayRef<LoopOperand> arguments, ArrayRef<LoopOperand> results,
                     std::optional<unsigned> inPlace)
        : parameters(nameParameters(procedure, inPlace)), procedure(procedure), body(valueCType), scalars(body, {})
    {
        const auto buffers = procedure.getBody().getArguments();
        for (auto [i, buffer] : llvm::enumerate(buffers.take_front(arguments.size())))
            places[buffer] = {parameters.inputs[i], arguments[i].strides};
        for (auto [i, buffer] : llvm::enumerate(buffers.drop_front(arguments.size())))
            places[buffer] = {parameters.results[i], results[i].strides};
    }

    FailureOr<c::Function> print()
    {
        if (failed(printBlock(procedure.getBody().front())))
            return failure();
        return c::Function{{}, {}, {}, parameters.declarations, body.close()};
    }

private:
    /// Where a tensor lies.
    struct Place {
        std::string pointer;
        ArrayRef<int64_t> strides;
    };

    LogicalResult printBlock(Block &block)
    {
        for (Operation &op : block)
            if (failed(printOperation(&op)))
                return failure();
        return success();
    }

    LogicalResult printOperation(Operation *op)
    {
        return TypeSwitch<Operation *, LogicalResult>(op)
            .Case<memref::LoadOp, memref::StoreOp, scf::ForOp, scf::WhileOp, scf::IfOp>(
                [&](auto inner) { return printAs(inner); })
            .Case<scf::YieldOp, scf::ConditionOp>([](auto) { return success(); }) // printed by what they end
            .Default([&](Operation *other) { return scalars.print(other); });
    }

    // ---- Memory

    c::Expr element(Value buffer, ValueRange indices)
    {
        std::vector<c::Expr> expressions;
        for (Value index : indices)
            expressions.push_back(body.use(index));
        const Place &place = places[buffer];
        return elementAt(place.pointer, std::move(expressions), place.strides);
    }

    LogicalResult printAs(memref::LoadOp load)
    {
        if (!load->use_empty())
            body.define(load.getResult(), fromStorage(load.getType(), element(load.getMemRef(), load.getIndices())));
        return success();
    }

    LogicalResult printAs(memref::StoreOp store)
    {
        body.append(c::Assignment{element(store.getMemRef(), store.getIndices()),
                                  toStorage(store.getMemRefType().getElementType(), body.use(store.getValue()))});
        return success();
    }

    // ---- Variables

    std::string newVariable(Type type, c::Expr start = {})
    {
        const std::string name = "v" + std::to_string(variables++);
        body.append(c::Declaration{valueCType(type), name, std::move(start)});
        return name;
    }

    /// A variable for each value, which it starts with; the block's last arguments are called by them.
    SmallVector<std::string> startVariables(ValueRange inits, ValueRange arguments)
    {
        SmallVector<std::string> names;
        for (auto [init, argument] : llvm::zip_equal(inits, arguments)) {
            names.push_back(newVariable(init.getType(), body.use(init)));
            body.define(argument, c::Atom::name(names.back()));
        }
        return names;
    }

    void nameResults(Operation *op, ArrayRef<std::string> names)
    {
        for (auto [result, name] : llvm::zip_equal(op->getResults(), names))
            body.define(result, c::Atom::name(name));
    }

    // ---- Control flow

    /// A block of its own, which ends with the assignment of what it yields.
    FailureOr<c::Block> inner(Block &block, ArrayRef<std::string> variables, ValueRange yields)
    {
        body.open();
        if (failed(printBlock(block)))
            return failure();
        body.assign(variables, yields);
        return body.close();
    }

    LogicalResult printAs(scf::ForOp loop)
    {
        const SmallVector<std::string> carried = startVariables(loop.getInitArgs(), loop.getRegionIterArgs());
        const std::string i = loopVariable(loops);
        // Evaluated in each iteration, so that they have to be what no iteration changes.
        c::Expr end = body.atom(loop.getUpperBound()), step = body.atom(loop.getStep());
        c::Expr begin = body.use(loop.getLowerBound());
        body.define(loop.getInductionVar(), c::Atom::name(i));
        ++loops;
        FailureOr<c::Block> block = inner(*loop.getBody(), carried, loop.getYieldedValues());
        --loops;
        if (failed(block))
            return failure();
        body.append(c::countedLoop(i, std::move(begin), std::move(end), std::move(step), std::move(*block)));
        nameResults(loop, carried);
        return success();
    }

    LogicalResult printAs(scf::WhileOp loop)
    {
        const SmallVector<std::string> carried = startVariables(loop.getInits(), loop.getBeforeArguments());
        scf::ConditionOp condition = loop.getConditionOp();
        // What the condition hands on is a variable of its own, unless it is carried as it is.
        SmallVector<std::string> handed, computed;
        SmallVector<Value> values;
        for (Value value : condition.getArgs()) {
            auto argument = dyn_cast<BlockArgument>(value);
            if (argument && argument.getOwner() == loop.getBeforeBody()) {
                handed.push_back(carried[argument.getArgNumber()]);
                continue;
            }
            handed.push_back(newVariable(value.getType()));
            computed.push_back(handed.back());
            values.push_back(value);
        }
        body.open();
        if (failed(printBlock(*loop.getBeforeBody())))
            return failure();
        body.assign(computed, values);
        c::Expr goesOn = body.use(condition.getCondition());
        c::Block block = body.close();
        // A condition that takes statements is tested inside.
        if (!block.empty())
            block.push_back(
                c::If{c::unary(c::Operator::Not, std::exchange(goesOn, c::Expr())), c::block(c::Break()), {}});
        for (auto [argument, name] : llvm::zip_equal(loop.getAfterArguments(), handed))
            body.define(argument, c::Atom::name(name));
        FailureOr<c::Block> after = inner(*loop.getAfterBody(), carried, loop.getYieldOp().getResults());
        if (failed(after))
            return failure();
        llvm::move(*after, std::back_inserter(block));
        body.append(c::While{std::move(goesOn), std::move(block)});
        nameResults(loop, handed);
        return success();
    }

    LogicalResult printAs(scf::IfOp branch)
    {
        SmallVector<std::string> names;
        for (Type type : branch.getResultTypes())
            names.push_back(newVariable(type));
        c::Expr condition = body.use(branch.getCondition());
        FailureOr<c::Block> then = inner(*branch.thenBlock(), names, branch.thenYield().getResults());
        FailureOr<c::Block> otherwise = c::Block();
        if (branch.elseBlock())
            otherwise = inner(*branch.elseBlock(), names, branch.elseYield().getResults());
        if (failed(then) || failed(otherwise))
            return failure();
        body.append(c::If{std::move(condition), std::move(*then), std::move(*otherwise)});
        nameResults(branch, names);
        return success();
    }

    LoopParameters parameters;
    kernel::ProcedureOp procedure;
    DenseMap<Value, Place> places;
    BodyBuilder body;
    ScalarPrinter scalars;
    size_t loops = 0;
    unsigned variables = 0;
};

} // namespace

FailureOr<c::Function> printProcedure(kernel::ProcedureOp procedure, ArrayRef<LoopOperand> arguments,
                                      ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace)
{
    return ProcedurePrinter(procedure, arguments, results, inPlace).print();
}

} // namespace barecc
