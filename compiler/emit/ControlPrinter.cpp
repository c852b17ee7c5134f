#include "compiler/emit/ControlPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/Text.h"

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

std::vector<std::string> parameterList(ArrayRef<Parameter> inputs, ArrayRef<Parameter> outputs, StringRef memory)
{
    std::vector<std::string> items;
    for (const Parameter &input : inputs)
        items.push_back("const " + input.type + " *" + input.name);
    for (const Parameter &output : outputs)
        items.push_back(output.type + " *" + output.name);
    items.push_back(("unsigned char *" + memory).str());
    return items;
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
    return name = model.layers.function(baseName(symbol.getValue()), parameterList(inputs, outputs, "arena"),
                                        "{\n" + printer.body() + "}\n");
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
        llvm::raw_string_ostream os(text);
        os << "{\n";
        declare(os);
        printLoop(os, *body);
        finish(os);
        os << "}\n";
        return model.layers.function((loop.getName() + "_loop").str(), parameterList(inputs, outputs, "workspace"),
                                     text);
    }

private:
    const Parameter &parameterOf(OpOperand &operand) { return inputs[operand.getOperandNumber()]; }
    const Parameter &finalOf(size_t carried) { return outputs[carried]; }
    const Parameter &stackedOf(size_t slice) { return outputs[loop.getFinals().size() + slice]; }
    static std::string numbered(const char *name, size_t i) { return name + std::to_string(i); }

    void declare(llvm::raw_ostream &os)
    {
        // The last iteration writes the result: with an even number of them that is the second place.
        const bool resultFirst = !loop.isCounted() || trips % 2 == 1;
        for (auto [i, init] : llvm::enumerate(loop.getInitsMutable())) {
            const std::string &type = finalOf(i).type;
            const std::string other = "(" + type + " *)(void *)(workspace + " + std::to_string(layout.carried[i]) + ")";
            os << "    const " << type << " *now" << i << " = " << parameterOf(init).name << ";\n"
               << "    " << type << " *const next" << i << "[2] = {"
               << (resultFirst ? finalOf(i).name + ", " + other : other + ", " + finalOf(i).name) << "};\n";
        }
        if (loop.getStart())
            os << "    uint8_t going = *" << parameterOf(loop.getStartMutable()[0]).name << ";\n";
        if (loop.getLimit())
            os << "    const int64_t limit = *" << parameterOf(loop.getLimitMutable()[0]).name << ";\n";
        os << "    int64_t i;\n";
    }

    void printLoop(llvm::raw_ostream &os, const std::string &body)
    {
        os << "    for (i = 0; i < " << trips << (loop.getLimit() ? " && i < limit" : "")
           << (loop.getStart() ? " && going" : "") << "; i++) {\n";
        std::vector<std::string> arguments{"&i"};
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            arguments.push_back(numbered("now", i));
        for (auto [i, scanned] : llvm::enumerate(loop.getScannedMutable()))
            arguments.push_back(slice(parameterOf(scanned).name, scanned.get(), loop.getScannedBackwards(), i));
        for (OpOperand &captured : loop.getCapturedMutable())
            arguments.push_back(parameterOf(captured).name);
        if (loop.getStart())
            arguments.push_back("&going");
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            arguments.push_back(numbered("next", i) + "[i & 1]");
        for (auto [i, stacked] : llvm::enumerate(loop.getStacked()))
            arguments.push_back(slice(stackedOf(i).name, stacked, loop.getStackedBackwards(), i));
        arguments.push_back("workspace + " + std::to_string(layout.body));
        os << wrapped("        " + body, arguments, ";\n");
        for (size_t i = 0; i < loop.getInits().size(); ++i)
            os << "        now" << i << " = next" << i << "[i & 1];\n";
        os << "    }\n";
    }

    std::string slice(const std::string &pointer, Value tensor, ArrayRef<bool> backwards, size_t i)
    {
        const int64_t elements = ShapedType::getNumElements(shapeOf(tensor).drop_front());
        const std::string number =
            !backwards.empty() && backwards[i] ? "(" + std::to_string(trips - 1) + " - i)" : std::string("i");
        return pointer + " + " + number + " * " + std::to_string(elements);
    }

    void finish(llvm::raw_ostream &os)
    {
        if (loop.getCount())
            os << "    *" << outputs.back().name << " = i;\n";
        if (loop.isCounted() && trips > 0)
            return;
        for (auto [i, carried] : llvm::enumerate(loop.getFinals())) {
            const std::string &name = finalOf(i).name;
            const int64_t elements = ShapedType::getNumElements(shapeOf(carried));
            os << "    if (now" << i << " != " << name << ")\n        memcpy(" << name << ", now" << i << ", "
               << elements << " * sizeof *" << name << ");\n";
        }
    }

    ModelText &model;
    kernel::LoopOp loop;
    const std::vector<Parameter> inputs, outputs;
    const int64_t trips;
    LoopWorkspace layout;
    std::string text;
};

FailureOr<std::string> printIf(ModelText &model, kernel::IfOp branch)
{
    const std::vector<Parameter> inputs = inputParameters(branch->getOperands()),
                                 outputs = outputParameters(branch->getResults());
    const std::string &condition = inputs.front().name;
    std::vector<std::string> arguments;
    for (const Parameter &captured : ArrayRef(inputs).drop_front())
        arguments.push_back(captured.name);
    for (const Parameter &output : outputs)
        arguments.push_back(output.name);
    arguments.push_back("workspace");
    FailureOr<std::string> yes = subgraphFunction(model, branch.getThenAttr()),
                           no = subgraphFunction(model, branch.getOtherwiseAttr());
    if (failed(yes) || failed(no))
        return failure();
    return model.layers.function((branch.getName() + "_choice").str(), parameterList(inputs, outputs, "workspace"),
                                 "{\n    if (*" + condition + ")\n" + wrapped("        " + *yes, arguments, ";\n") +
                                     "    else\n" + wrapped("        " + *no, arguments, ";\n") + "}\n");
}

} // namespace

FailureOr<std::string> controlFunction(ModelText &model, Operation *op)
{
    if (auto loop = dyn_cast<kernel::LoopOp>(op))
        return LoopPrinter(model, loop).print();
    return printIf(model, cast<kernel::IfOp>(op));
}

} // namespace barecc
