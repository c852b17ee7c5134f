#include "compiler/emit/WeightComments.h"

#include "compiler/emit/StepComments.h"
#include "compiler/emit/StepNames.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/ConstantName.h"
#include "compiler/ir/State.h"
#include "compiler/kernel/Registry.h"

#include "llvm/Support/ErrorHandling.h"

using namespace mlir;

namespace barecc {

static int64_t fieldOf(kernel::ParamsAttr params, StringRef name)
{
    for (NamedAttribute field : params.getFields())
        if (field.getName() == name)
            return cast<IntegerAttr>(field.getValue()).getInt();
    llvm::report_fatal_error(params.getStructName().getValue() + " has no field " + name);
}

/// The shape that an operation has its weights in, from the params of its kernel: [n][k] of fully connected layers,
/// HWC of depthwise convolutions, OHWI of others.
static SmallVector<int64_t> weightsShape(kernel::CallOp call)
{
    // The geometry is the first field, a struct of its own.
    const auto geometry = cast<kernel::ParamsAttr>(call.getParams().getFields().front().getValue());
    auto field = [&](StringRef name) { return fieldOf(geometry, name); };
    if (geometry.getStructName() == "gemm_params")
        return {field("n"), field("k")};
    const int64_t rows = field("kernel_h"), columns = field("kernel_w"), outputs = field("out_c");
    if (call.getRecord().op == "depthwise_conv2d")
        return {rows, columns, outputs};
    return {outputs, rows, columns, field("in_c") / field("groups")};
}

/// Shape and order of an operand of a kernel.
static std::string describeOperand(kernel::CallOp call, unsigned operand)
{
    const KernelRecord &record = call.getRecord();
    const Role role = call.getOperandRecord(operand).role;
    if (role == Role::Weights && record.weights)
        return dimensionsText(weightsShape(call)) + " in the order " + record.weights->describe();
    if (role == Role::Requant)
        return dimensionsText(shapeOf(call.getOutput()).back()) + " in the order " + record.requant->describe();
    return dimensionsText(shapeOf(call.getInputs()[operand]));
}

/// The kernel that reads an operand of a step, and which of its inputs that is.
static std::optional<std::pair<kernel::CallOp, unsigned>> readerOf(Operation *step, unsigned operand)
{
    if (auto call = dyn_cast<kernel::CallOp>(step))
        return std::pair(call, operand);
    if (auto rows = dyn_cast<kernel::RowsOp>(step))
        for (auto [i, value] : llvm::enumerate(rows.getProducer().getInputs()))
            if (kernel::RowsOp::inputOf(value) == operand)
                return std::pair(rows.getProducer(), unsigned(i));
    return std::nullopt;
}

static std::string describe(Operation *step, unsigned operand, const StepComments &steps)
{
    auto reader = readerOf(step, operand);
    const Value value = step->getOperand(operand);
    std::string text = reader ? roleName(reader->first.getOperandRecord(reader->second).role).str() : "constant";
    text += ": " + (reader ? describeOperand(reader->first, reader->second) : dimensionsText(shapeOf(value)));
    if (StringRef name = constantName(value); !name.empty())
        text += ", from '" + steps.ownName(name) + "'";
    return text;
}

std::vector<std::string> constantComments(const MemoryPlan &plan)
{
    std::vector<std::string> comments(plan.constants.size());
    auto commentThoseOf = [&](const FunctionPlan &function) {
        const StepComments steps(function);
        for (const PlannedCall &call : function.calls)
            for (auto [i, place] : llvm::enumerate(call.inputs))
                if (place.space == MemorySpace::Constant && comments[place.index].empty())
                    comments[place.index] = steps.nodeOf(call) + ", " + describe(call.op, unsigned(i), steps);
    };
    commentThoseOf(plan);
    for (const auto &[symbol, function] : plan.subgraphs)
        commentThoseOf(function);
    func::FuncOp main = plan.function;
    for (auto [state, argument] : llvm::zip(plan.states, stateArguments(main)))
        if (state.constant && comments[*state.constant].empty())
            comments[*state.constant] =
                "what state '" + commentText(main.getArgAttrOfType<StringAttr>(argument, boundary::state).getValue()) +
                "' is at first: " + dimensionsText(shapeOf(main.getArgument(argument)));
    return comments;
}

} // namespace barecc
