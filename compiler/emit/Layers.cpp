#include "compiler/emit/Layers.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/LoopNest.h"
#include "compiler/emit/ProcedurePrinter.h"
#include "compiler/emit/StepNames.h"
#include "compiler/emit/Text.h"
#include "compiler/emit/c/Print.h"
#include "compiler/emit/c/Uses.h"
#include "compiler/ir/Constants.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

StringRef baseName(StringRef symbol) { return symbol.take_front(symbol.find_last_not_of("0123456789") + 1).rtrim('_'); }

// Macros of kernels/abi: speed.h and size.h, and kernel.h.
static constexpr const char *layerSpecifiers = "BARECC_LAYER void", *loopsSpecifiers = "BARECC_LOOPS void",
                            *sharedSpecifiers = "BARECC_NOINLINE void";

std::string Layers::function(StringRef base, c::Function function)
{
    if (function.specifiers.empty())
        function.specifiers = layerSpecifiers;
    for (const std::string &header : c::usesOf(function.body).headers)
        kernels.addHeader(header);
    std::vector<std::string> comments = std::move(function.comments);
    function.comments.clear();
    Known &item = known[c::print(function)];
    if (item.name.empty()) {
        item = {uniqueName(base), items.size()};
        function.name = item.name;
        items.push_back(std::move(function));
    } else if (kernels.isSmall()) { // compilers take a soft float operation for one instruction, and repeat many
        std::get<c::Function>(items[item.position]).specifiers = sharedSpecifiers;
        kernels.addHeader("kernel.h");
    }
    // What it has been called for, in different shapes perhaps.
    std::vector<std::string> &all = std::get<c::Function>(items[item.position]).comments;
    for (std::string &comment : comments)
        if (!llvm::is_contained(all, comment))
            all.push_back(std::move(comment));
    return item.name;
}

/// What is called after a kernel of the level's instruction set has the level's name already.
std::string Layers::uniqueName(StringRef base)
{
    return names.unique(base.contains(suffix) ? base.str() : (base + suffix).str());
}

std::string Layers::text() const
{
    std::string text;
    for (const auto &item : items)
        text += std::visit([](const auto &declaration) { return c::print(declaration); }, item) + "\n";
    return text;
}

FailureOr<std::string> Layers::loops(const PlannedCall &call, std::optional<unsigned> inPlace,
                                     std::optional<LoopPart> part)
{
    SmallVector<LoopOperand> arguments, results;
    for (const BufferPlace &input : call.inputs)
        arguments.push_back({SmallVector<int64_t>(input.strides)});
    for (const BufferPlace &output : call.outputs)
        results.push_back({SmallVector<int64_t>(output.strides)});
    kernel::KernelOpInterface op = call.op;
    auto procedure = dyn_cast<kernel::ProcedureOp>(*op);
    FailureOr<c::Function> loops = procedure
                                       ? printProcedure(procedure, arguments, results, inPlace)
                                       : printLoopNest(cast<kernel::LoopsOp>(*op), arguments, results, inPlace, part);
    if (failed(loops))
        return failure();
    if (!part)
        loops->comments.push_back(describeShapes(op, inPlace));
    loops->specifiers = loopsSpecifiers;
    // The ending keeps clear of keywords, of the C library and of the kernels: if, exp, matmul.
    return function(op.getName() + "_loop", std::move(*loops));
}

static bool isZero(Attribute value)
{
    if (auto nested = dyn_cast<kernel::ParamsAttr>(value))
        return llvm::all_of(nested.getFields(), [](NamedAttribute field) { return isZero(field.getValue()); });
    if (auto real = dyn_cast<FloatAttr>(value))
        return real.getValue().isPosZero();
    return cast<IntegerAttr>(value).getValue().isZero();
}

/// The params without the fields that a kernel does not read.
static kernel::ParamsAttr readBy(const KernelText &kernels, StringRef kernel, kernel::ParamsAttr params)
{
    SmallVector<NamedAttribute> fields;
    for (NamedAttribute field : params.getFields()) {
        if (!kernels.readsField(kernel, field.getName()))
            continue;
        if (auto nested = dyn_cast<kernel::ParamsAttr>(field.getValue()))
            field.setValue(readBy(kernels, kernel, nested));
        fields.push_back(field);
    }
    return kernel::ParamsAttr::get(params.getContext(), params.getStructName(), fields);
}

/// The fields that are not zero, which C makes of those that an initialiser leaves out.
static c::Expr initializer(kernel::ParamsAttr params)
{
    if (isZero(params)) // C99 has no initialiser of nothing
        return c::initializer(c::list(c::Atom::literal(0)));
    std::vector<c::Expr> elements;
    for (NamedAttribute field : params.getFields()) {
        if (isZero(field.getValue()))
            continue;
        auto nested = dyn_cast<kernel::ParamsAttr>(field.getValue());
        elements.push_back(
            c::field(field.getName().str(), nested ? initializer(nested) : literal(cast<TypedAttr>(field.getValue()))));
    }
    return c::initializer(std::move(elements));
}

/// The params with the stride of an operand that the plan found.
static kernel::ParamsAttr withStride(kernel::ParamsAttr params, const KernelOperand &operand, const BufferPlace &place,
                                     Value value)
{
    return operand.stride.empty()
               ? params
               : params.withField(operand.stride, int32_t(*rowStride(place.strides, shapeOf(value))));
}

std::string Layers::geometry(const PlannedCall &call, kernel::CallOp op)
{
    kernel::ParamsAttr params = op.getParams();
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
        params = withStride(params, op.getOperandRecord(unsigned(i)), call.inputs[i], input);
    params = withStride(params, op.getRecord().operands.back(), call.outputs[0], op.getOutput());
    const std::string type = params.getStructName().str();
    c::Expr fields = initializer(readBy(kernels, op.getCalleeAt(level), params));
    Known &item = known[type + c::print(fields)];
    if (item.name.empty()) {
        item = {uniqueName((op.getCalleeAt(level) + "_geometry").str()), items.size()};
        items.push_back(c::Declaration{"static const " + type, item.name, std::move(fields)});
    }
    return item.name;
}

std::vector<c::Parameter> pointerParameters(Operation *op, std::optional<unsigned> inPlace)
{
    std::vector<c::Parameter> parameters;
    for (auto [i, input] : llvm::enumerate(op->getOperands()))
        if (inPlace != i)
            parameters.push_back({"const " + storageCType(elementOf(input)) + " *", parameterName(op, unsigned(i))});
    for (auto [i, output] : llvm::enumerate(op->getResults()))
        parameters.push_back({storageCType(elementOf(output)) + " *", resultName(unsigned(i))});
    return parameters;
}

c::Expr Layers::kernelCall(kernel::CallOp kernel, const std::string &geometry, c::Expr begin, c::Expr end)
{
    const c::Atom null = c::Atom::name("NULL");
    std::vector<c::Expr> arguments = c::list(c::unary(c::Operator::AddressOf, c::Atom::name(geometry)));
    auto rows = dyn_cast<kernel::RowsOp>(kernel->getParentOp());
    unsigned input = 0;
    for (const KernelOperand &operand : ArrayRef(kernel.getRecord().operands).drop_back()) {
        const Value value = kernel.getInput(operand.role);
        if (!value) {
            arguments.push_back(null);
            continue;
        }
        arguments.push_back(
            c::Atom::name(rows ? parameterName(rows, kernel::RowsOp::inputOf(value)) : parameterName(kernel, input)));
        ++input;
    }
    arguments.push_back(c::Atom::name(resultName(0)));
    if (findKernel(kernel.getCalleeAt(level))->workspace)
        arguments.push_back(kernel.getWorkspace() > 0 ? c::Atom::name("workspace") : null);
    arguments.push_back(std::move(begin));
    arguments.push_back(std::move(end));
    return c::call(kernel.getCalleeAt(level).str(), std::move(arguments));
}

/// "input[1][49][10][1] -> output[1][25][5][64], all rows, 0 to 25": what a kernel computes of what; the shapes of
/// constants stand above these.
static std::string describeCall(kernel::CallOp op)
{
    std::vector<std::string> inputs;
    for (auto [i, input] : llvm::enumerate(op.getInputs()))
        if (!constantOf(input))
            inputs.push_back(parameterName(op, unsigned(i)) + dimensionsText(shapeOf(input)));
    return llvm::join(inputs, ", ") + " -> " + resultName(0) + dimensionsText(shapeOf(op.getOutput())) +
           ", all rows, 0 to " + std::to_string(op.getRows());
}

std::string Layers::specialised(kernel::CallOp op, const std::string &geometry)
{
    c::Function layer{{describeCall(op)}, {}, {}, pointerParameters(op), {}};
    if (op.getWorkspaceBytes() > 0)
        layer.parameters.push_back({"void *", "workspace"});
    layer.body =
        c::block(c::Evaluation{kernelCall(op, geometry, c::Atom::literal(0), c::Atom::literal(int64_t(op.getRows())))});
    return function((op.getCalleeAt(level) + "_layer").str(), std::move(layer));
}

} // namespace barecc
