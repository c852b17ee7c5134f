#include "compiler/emit/ControlPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Constants.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {
namespace {

std::vector<Parameter> inputParameters(ValueRange arguments)
{
    std::vector<Parameter> parameters;
    for (auto [i, argument] : llvm::enumerate(arguments))
        parameters.push_back({storageCType(elementOf(argument)), operandName(unsigned(i))});
    return parameters;
}

std::vector<Parameter> outputParameters(ValueRange results)
{
    std::vector<Parameter> parameters;
    for (auto [i, value] : llvm::enumerate(results))
        parameters.push_back({storageCType(elementOf(value)), resultName(unsigned(i))});
    return parameters;
}

std::vector<c::Parameter> parameterList(ArrayRef<Parameter> inputs, ArrayRef<Parameter> outputs, StringRef memory)
{
    std::vector<c::Parameter> items;
    for (const Parameter &input : inputs)
        items.push_back({"const " + input.type + " *", input.name});
    for (const Parameter &output : outputs)
        items.push_back({output.type + " *", output.name});
    items.push_back({"unsigned char *", memory.str()});
    return items;
}

c::Expr dereferenced(const Parameter &pointer)
{
    return c::unary(c::Operator::Dereference, c::Atom::name(pointer.name));
}

FailureOr<std::string> subgraphFunction(ModelText &model, FlatSymbolRefAttr symbol)
{
    std::string &name = model.subgraphs[symbol.getValue().str()];
    if (!name.empty())
        return name;
    const FunctionPlan &plan = model.plan.subgraphs.find(symbol.getAttr())->second;
    func::FuncOp function = plan.function;
    const std::vector<Parameter> inputs = inputParameters(function.getArguments()),
                                 outputs = outputParameters(function.front().getTerminator()->getOperands());
    FunctionPrinter printer(model, plan, inputs, outputs);
    if (failed(printer.print()))
        return failure();
    return name = model.layers.function(
               baseName(symbol.getValue()),
               c::Function{{}, {}, {}, parameterList(inputs, outputs, "arena"), printer.takeBody()});
}

/// Prints the function of one kernel.loop. A carried value lies in the result's memory and in a second place in turns,
/// so that the body reads one and writes the other, and nothing is copied between iterations.
class LoopPrinter {
public:
    LoopPrinter(ModelText &model, kernel::LoopOp loop)
        : model(model), loop(loop), inputs(inputParameters(loop->getOperands())),
          outputs(outputParameters(loop->getResults())), trips(int64_t(loop.getTrips()))
    {
    }

    FailureOr<std::string> print()
    {
        FailureOr<std::string> body = subgraphFunction(model, loop.getBodyAttr());
        if (failed(body))
            return failure();
        layout = loopWorkspace(loop, model.plan.subgraphs.find(loop.getBodyAttr().getAttr())->second,
                               model.plan.bufferAlignment);
        c::Block block = declarations();
        block.push_back(iterations(*body));
        for (c::Stmt &stmt : results())
            block.push_back(std::move(stmt));
        return model.layers.function(
            loop.getName().str() + "_loop",
            c::Function{{}, {}, {}, parameterList(inputs, outputs, "workspace"), std::move(block)});
    }

private:
    const Parameter &parameterOf(OpOperand &operand) { return inputs[operand.getOperandNumber()]; }
    const Parameter &finalOf(size_t carried) { return outputs[carried]; }
    const Parameter &stackedOf(size_t slice) { return outputs[loop.getFinals().size() + slice]; }
    static std::string now(size_t i) { return "now" + std::to_string(i); }
    static std::string next(size_t i) { return "next" + std::to_string(i); }
    static std::string other(size_t i) { return "other" + std::to_string(i); }
    static c::Expr inWorkspace(const std::string &offset)
    {
        return c::binary(c::Operator::Add, c::Atom::name("workspace"), c::Atom::name(offset));
    }

    /// Where in the workspace what lies, by names.
    c::Block workspaceMap()
    {
        c::Block block;
        auto add = [&](const std::string &name, int64_t offset, const std::string &comment) {
            block.push_back(c::Declaration{"const size_t", name, c::Atom::literal(offset), std::nullopt, comment});
        };
        for (auto [i, offset] : llvm::enumerate(layout.carried))
            add(other(i), offset, "a second place for " + finalOf(i).name + ", to alternate with it");
        add("body_arena", layout.body, "of the function that is run");
        return block;
    }

    c::Block declarations()
    {
        // The last iteration writes the result: with an even number of them that is the second place.
        const bool resultFirst = !loop.isCounted() || trips % 2 == 1;
        c::Block block = workspaceMap();
        for (auto [i, init] : llvm::enumerate(loop.getInitsMutable())) {
            const std::string pointer = finalOf(i).type + " *";
            c::Expr final = c::Atom::name(finalOf(i).name),
                    second = c::cast(pointer, c::cast("void *", inWorkspace(other(i))));
            if (!resultFirst)
                std::swap(final, second);
            block.push_back(c::Declaration{"const " + pointer, now(i), c::Atom::name(parameterOf(init).name)});
            block.push_back(c::Declaration{pointer + "const", next(i),
                                           c::initializer(c::list(std::move(final), std::move(second))), 2});
        }
        if (loop.getStart())
            block.push_back(c::Declaration{"uint8_t", "going", dereferenced(parameterOf(loop.getStartMutable()[0]))});
        if (loop.getLimit())
            block.push_back(
                c::Declaration{"const int64_t", "limit", dereferenced(parameterOf(loop.getLimitMutable()[0]))});
        block.push_back(c::Declaration{"int64_t", "i", {}});
        return block;
    }

    c::Stmt iterations(const std::string &body)
    {
        c::Expr condition = c::binary(c::Operator::Less, counter, c::Atom::literal(trips));
        if (loop.getLimit())
            condition = c::binary(c::Operator::And, std::move(condition),
                                  c::binary(c::Operator::Less, counter, c::Atom::name("limit")));
        if (loop.getStart())
            condition = c::binary(c::Operator::And, std::move(condition), c::Atom::name("going"));
        c::Block block = c::block(c::Evaluation{c::call(body, arguments())});
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            block.push_back(c::Assignment{c::Atom::name(now(i)), written(i)});
        return c::For{{}, "i", c::Atom::literal(0), std::move(condition), c::Atom::literal(1), std::move(block)};
    }

    std::vector<c::Expr> arguments()
    {
        std::vector<c::Expr> list = c::list(c::unary(c::Operator::AddressOf, counter));
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            list.push_back(c::Atom::name(now(i)));
        for (auto [i, scanned] : llvm::enumerate(loop.getScannedMutable()))
            list.push_back(slice(parameterOf(scanned).name, scanned.get(), loop.getScannedBackwards(), i));
        for (OpOperand &captured : loop.getCapturedMutable())
            list.push_back(c::Atom::name(parameterOf(captured).name));
        if (loop.getStart())
            list.push_back(c::unary(c::Operator::AddressOf, c::Atom::name("going")));
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            list.push_back(written(i));
        for (auto [i, stacked] : llvm::enumerate(loop.getStacked()))
            list.push_back(slice(stackedOf(i).name, stacked, loop.getStackedBackwards(), i));
        list.push_back(inWorkspace("body_arena"));
        return list;
    }

    /// The place that this iteration writes a carried value to.
    c::Expr written(size_t i)
    {
        return c::index(c::Atom::name(next(i)), c::binary(c::Operator::BitAnd, counter, c::Atom::literal(1)));
    }

    c::Expr slice(const std::string &pointer, Value tensor, ArrayRef<bool> backwards, size_t i)
    {
        const int64_t elements = ShapedType::getNumElements(shapeOf(tensor).drop_front());
        const bool isBackwards = !backwards.empty() && backwards[i];
        c::Expr number =
            isBackwards ? c::binary(c::Operator::Subtract, c::Atom::literal(trips - 1), counter) : counter.expr();
        return c::sum(c::Atom::name(pointer), c::scaled(std::move(number), elements));
    }

    /// What is left to write after the last iteration.
    c::Block results()
    {
        c::Block block;
        if (loop.getCount())
            block.push_back(c::Assignment{dereferenced(outputs.back()), counter});
        if (loop.isCounted() && trips > 0)
            return block;
        for (auto [i, carried] : llvm::enumerate(loop.getFinals())) {
            const c::Atom last = c::Atom::name(now(i)), final = c::Atom::name(finalOf(i).name);
            const c::Atom bytes =
                c::Atom::literal(ShapedType::getNumElements(shapeOf(carried)) * byteWidth(elementOf(carried)));
            block.push_back(c::If{c::binary(c::Operator::NotEqual, last, final),
                                  c::block(c::Evaluation{c::call("memcpy", c::list(final, last, bytes))}),
                                  {}});
        }
        return block;
    }

    ModelText &model;
    kernel::LoopOp loop;
    const std::vector<Parameter> inputs, outputs;
    const int64_t trips;
    const c::Atom counter = c::Atom::name("i");
    LoopWorkspace layout;
};

FailureOr<std::string> printIf(ModelText &model, kernel::IfOp branch)
{
    const std::vector<Parameter> inputs = inputParameters(branch->getOperands()),
                                 outputs = outputParameters(branch->getResults());
    FailureOr<std::string> then = subgraphFunction(model, branch.getThenAttr()),
                           otherwise = subgraphFunction(model, branch.getOtherwiseAttr());
    if (failed(then) || failed(otherwise))
        return failure();
    auto callOf = [&](const std::string &function) {
        std::vector<c::Expr> arguments;
        for (const Parameter &captured : ArrayRef(inputs).drop_front())
            arguments.push_back(c::Atom::name(captured.name));
        for (const Parameter &output : outputs)
            arguments.push_back(c::Atom::name(output.name));
        arguments.push_back(c::Atom::name("workspace"));
        return c::block(c::Evaluation{c::call(function, std::move(arguments))});
    };
    return model.layers.function(
        branch.getName().str() + "_choice",
        c::Function{{},
                    {},
                    {},
                    parameterList(inputs, outputs, "workspace"),
                    c::block(c::If{dereferenced(inputs.front()), callOf(*then), callOf(*otherwise)})});
}

} // namespace

FailureOr<std::string> controlFunction(ModelText &model, Operation *op)
{
    if (auto loop = dyn_cast<kernel::LoopOp>(op))
        return LoopPrinter(model, loop).print();
    return printIf(model, cast<kernel::IfOp>(op));
}

} // namespace barecc
