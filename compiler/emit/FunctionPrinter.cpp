#include "compiler/emit/FunctionPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/ControlPrinter.h"
#include "compiler/emit/RowBandPrinter.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Constants.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace barecc {

std::string FunctionPrinter::pointer(const BufferPlace &place, Value value, bool isConst)
{
    if (place.space == MemorySpace::Constant)
        return model.weights.symbol(place.index);
    const std::string type = storageCType(elementOf(value));
    // By way of void, since compilers cannot know that the place is aligned.
    const std::string cast = std::string("(") + (isConst ? "const " : "") + type + " *)";
    if (place.space == MemorySpace::Region) {
        usedRegions.insert(place.index);
        const std::string offset = place.index == arenaRegion ? arena.offset(place) : std::to_string(place.offset);
        return cast + "(void *)(" + plan.regions[place.index].name + " + " + offset + ")";
    }
    if (place.space == MemorySpace::Argument)
        usedInputs.insert(place.index);
    const Parameter &parameter = (place.space == MemorySpace::Argument ? inputs : outputs)[place.index];
    std::string text = parameter.name;
    if (const int64_t elements = place.offset / byteWidth(elementOf(value)); elements != 0)
        text = "(" + text + " + " + std::to_string(elements) + ")";
    return parameter.type == type ? text : cast + (isConst ? "(const void *)" : "(void *)") + text;
}

void FunctionPrinter::printStatement(const PlannedCall &call, const std::string &function,
                                     ArrayRef<std::string> arguments)
{
    begins.push_back(calls.size());
    calls += comments.of(call, begins.size()) + wrapped("    " + function, arguments, ";\n");
}

/// The memory that a call may use while it runs.
std::string FunctionPrinter::workspace(const PlannedCall &call)
{
    usedRegions.insert(arenaRegion);
    return plan.arena().name + " + " + arena.workspace(begins.size());
}

/// Whether an operand is overwritten by the result.
static bool lieAtOnePlace(const BufferPlace &input, const BufferPlace &output)
{
    return input.space == MemorySpace::Region && output.isIn(input.index) && input.offset == output.offset;
}

LogicalResult FunctionPrinter::printGenerated(const PlannedCall &call)
{
    kernel::KernelOpInterface op = call.op;
    std::optional<unsigned> inPlace;
    for (int64_t operand : op.getInPlaceOperands())
        if (lieAtOnePlace(call.inputs[operand], call.outputs[0]))
            inPlace = unsigned(operand);
    auto rows = dyn_cast<kernel::RowsOp>(*op);
    const bool isControl = isa<kernel::LoopOp, kernel::IfOp>(op);
    FailureOr<std::string> name = rows        ? rowBandFunction(model, call, rows, inPlace)
                                  : isControl ? controlFunction(model, op)
                                              : model.layers.loops(call, inPlace);
    if (failed(name))
        return failure();
    std::vector<std::string> arguments;
    for (auto [i, input] : llvm::enumerate(call.inputs))
        if (inPlace != i)
            arguments.push_back(pointer(input, op->getOperand(unsigned(i)), true));
    for (auto [output, value] : llvm::zip(call.outputs, op->getResults()))
        arguments.push_back(pointer(output, value, false));
    if (isControl)
        arguments.push_back(workspace(call));
    if (rows && needsWorkspace(rows, inPlace))
        arguments.push_back("(void *)(" + workspace(call) + ")");
    printStatement(call, *name, arguments);
    functions.push_back(*name);
    return success();
}

void FunctionPrinter::printKernel(const PlannedCall &call, kernel::CallOp op)
{
    const bool isShared = op.getShared();
    model.kernels.addKernel(op.getCallee(), isShared);
    const std::string constants = model.layers.geometry(call, op);
    std::vector<std::string> arguments;
    if (isShared)
        arguments.push_back("&" + constants);
    unsigned input = 0;
    for (const KernelOperand &operand : ArrayRef(op.getRecord().operands).drop_back()) {
        if (Value value = op.getInput(operand.role)) {
            arguments.push_back(pointer(call.inputs[input++], value, true));
        } else if (isShared) {
            arguments.push_back("NULL");
        }
    }
    arguments.push_back(pointer(call.outputs[0], op.getOutput(), false));
    if (op.getWorkspace() > 0)
        arguments.push_back("(void *)(" + workspace(call) + ")");
    else if (isShared && op.getRecord().workspace)
        arguments.push_back("NULL");
    if (isShared) {
        arguments.push_back("0");
        arguments.push_back(std::to_string(op.getRows()));
    }
    printStatement(call, isShared ? op.getCallee().str() : model.layers.specialised(op, constants), arguments);
    functions.push_back(op.getCallee().str());
}

LogicalResult FunctionPrinter::printCall(const PlannedCall &call)
{
    kernel::KernelOpInterface op = call.op;
    auto kernel = dyn_cast<kernel::CallOp>(*op);
    if (!kernel)
        return printGenerated(call);
    printKernel(call, kernel);
    return success();
}

LogicalResult FunctionPrinter::print()
{
    for (const PlannedCall &call : plan.calls)
        if (failed(printCall(call)))
            return failure();
    return success();
}

std::string FunctionPrinter::unusedParameters() const
{
    std::string text;
    if (!usesRegion(arenaRegion))
        text += "    (void)arena;\n";
    for (auto [i, input] : llvm::enumerate(inputs))
        if (!usedInputs.count(unsigned(i)))
            text += "    (void)" + input.name + ";\n";
    return text;
}

std::string FunctionPrinter::beginning() const { return unusedParameters() + arena.declarations(); }

std::string FunctionPrinter::body() const { return beginning() + calls; }

std::vector<int64_t> FunctionPrinter::lines() const
{
    std::vector<int64_t> lines;
    int64_t line = llvm::count(beginning(), '\n');
    size_t at = 0;
    for (size_t begin : begins) {
        line += std::count(calls.begin() + ptrdiff_t(at), calls.begin() + ptrdiff_t(begin), '\n');
        lines.push_back(line);
        at = begin;
    }
    return lines;
}

} // namespace barecc
