#include "compiler/emit/FunctionPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/ControlPrinter.h"
#include "compiler/emit/RowBandPrinter.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Constants.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace barecc {

c::Expr FunctionPrinter::pointer(const BufferPlace &place, Value value, bool isConst)
{
    if (place.space == MemorySpace::Constant)
        return c::Atom::name(model.weights.symbol(place.index));
    const std::string type = storageCType(elementOf(value)), qualifier = isConst ? "const " : "";
    // By way of void, since compilers cannot know that the place is aligned.
    if (place.space == MemorySpace::Region) {
        c::Expr address = place.index == arenaRegion ? arena.address(place) : state.address(place.buffer, place.offset);
        return c::cast(qualifier + type + " *", c::cast("void *", std::move(address)));
    }
    const Parameter &parameter = (place.space == MemorySpace::Argument ? inputs : outputs)[place.index];
    c::Expr element =
        c::sum(c::Atom::name(parameter.name), c::Atom::literal(place.offset / byteWidth(elementOf(value))));
    if (parameter.type == type)
        return element;
    return c::cast(qualifier + type + " *", c::cast(qualifier + "void *", std::move(element)));
}

void FunctionPrinter::printStatement(const PlannedCall &call, const std::string &function,
                                     std::vector<c::Expr> arguments)
{
    calls.push_back(comments.of(call, functions.size() + 1));
    calls.push_back(c::Evaluation{c::call(function, std::move(arguments))});
}

/// The memory that the next call may use while it runs.
c::Expr FunctionPrinter::workspace() { return arena.workspace(functions.size()); }

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
    std::vector<c::Expr> arguments;
    for (auto [i, input] : llvm::enumerate(call.inputs))
        if (inPlace != i)
            arguments.push_back(pointer(input, op->getOperand(unsigned(i)), true));
    for (auto [output, value] : llvm::zip(call.outputs, op->getResults()))
        arguments.push_back(pointer(output, value, false));
    if (isControl)
        arguments.push_back(workspace());
    if (rows && needsWorkspace(rows, inPlace))
        arguments.push_back(c::cast("void *", workspace()));
    printStatement(call, *name, std::move(arguments));
    functions.push_back(*name);
    return success();
}

void FunctionPrinter::printKernel(const PlannedCall &call, kernel::CallOp op)
{
    const bool isShared = op.getShared();
    const StringRef callee = op.getCalleeAt(model.level);
    model.kernels.addKernel(callee, isShared);
    const std::string constants = model.layers.geometry(call, op);
    const c::Atom null = c::Atom::name("NULL");
    std::vector<c::Expr> arguments;
    if (isShared)
        arguments.push_back(c::unary(c::Operator::AddressOf, c::Atom::name(constants)));
    unsigned input = 0;
    for (const KernelOperand &operand : ArrayRef(op.getRecord().operands).drop_back()) {
        if (Value value = op.getInput(operand.role)) {
            arguments.push_back(pointer(call.inputs[input++], value, true));
        } else if (isShared) {
            arguments.push_back(null);
        }
    }
    arguments.push_back(pointer(call.outputs[0], op.getOutput(), false));
    if (op.getWorkspace() > 0)
        arguments.push_back(c::cast("void *", workspace()));
    else if (isShared && op.getRecord().workspace)
        arguments.push_back(null);
    if (isShared) {
        arguments.push_back(c::Atom::literal(0));
        arguments.push_back(c::Atom::literal(int64_t(op.getRows())));
    }
    printStatement(call, isShared ? callee.str() : model.layers.specialised(op, constants), std::move(arguments));
    functions.push_back(callee.str());
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

c::Block FunctionPrinter::takeBody()
{
    c::Block body = arena.declarations();
    llvm::move(state.declarations(), std::back_inserter(body));
    llvm::move(calls, std::back_inserter(body));
    return body;
}

} // namespace barecc
