#include "compiler/emit/Layers.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/LoopNest.h"
#include "compiler/emit/ProcedurePrinter.h"
#include "compiler/emit/Text.h"
#include "compiler/emit/c/Print.h"
#include "compiler/emit/c/Uses.h"
#include "compiler/select/Params.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

StringRef baseName(StringRef symbol) { return symbol.take_front(symbol.find_last_not_of("0123456789") + 1).rtrim('_'); }

std::string Layers::function(StringRef base, ArrayRef<std::string> parameters, const std::string &body)
{
    std::string &name = known[llvm::join(parameters, ", ") + body];
    if (name.empty()) {
        name = names.unique(base);
        printed += wrapped("BARECC_LAYER void " + name, parameters, "\n") + body + "\n";
    }
    return name;
}

std::string Layers::function(StringRef base, c::Function function)
{
    for (const std::string &header : c::usesOf(function.body).headers)
        kernels.addHeader(header);
    std::string &name = known[c::print(function)];
    if (name.empty()) {
        name = function.name = names.unique(base);
        function.specifiers = "BARECC_LAYER void";
        printed += c::print(function) + "\n";
    }
    return name;
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
    // The ending keeps clear of keywords, of the C library and of the kernels: if, exp, matmul.
    return function(op.getName() + "_loop", std::move(*loops));
}

static void printFields(llvm::raw_ostream &os, DictionaryAttr fields)
{
    SmallVector<NamedAttribute> sorted(fields.begin(), fields.end());
    llvm::sort(sorted, [](NamedAttribute a, NamedAttribute b) {
        return fieldOrder(a.getName().strref()) < fieldOrder(b.getName().strref());
    });
    os << '{';
    for (auto [i, field] : llvm::enumerate(sorted)) {
        os << (i ? ", " : "") << '.' << field.getName().strref() << " = ";
        if (auto nested = dyn_cast<DictionaryAttr>(field.getValue()))
            printFields(os, nested);
        else
            os << cLiteral(cast<TypedAttr>(field.getValue()));
    }
    os << '}';
}

/// Replaces the field of a stride, which may be nested, by what the plan found.
static DictionaryAttr withStride(DictionaryAttr fields, StringRef name, int64_t stride)
{
    NamedAttrList list(fields);
    for (NamedAttribute field : fields)
        if (auto nested = dyn_cast<DictionaryAttr>(field.getValue()))
            list.set(field.getName(), withStride(nested, name, stride));
    if (fields.contains(name))
        list.set(name, IntegerAttr::get(IntegerType::get(fields.getContext(), 32), stride));
    return list.getDictionary(fields.getContext());
}

std::string Layers::geometry(const PlannedCall &call, kernel::CallOp op)
{
    DictionaryAttr params = op.getParams();
    for (NamedAttribute field : op.getStrided()) {
        const bool isResult = field.getName() == "result";
        unsigned operand = 0;
        (void)field.getName().strref().getAsInteger(10, operand);
        const BufferPlace &place = isResult ? call.outputs[0] : call.inputs[operand];
        Value value = isResult ? op.getOutputs()[0] : op.getInputs()[operand];
        params = withStride(params, cast<StringAttr>(field.getValue()).getValue(),
                            *rowStride(place.strides, shapeOf(value)));
    }
    std::string text;
    llvm::raw_string_ostream os(text);
    printFields(os, params);
    std::string &name = known[(op.getParamsType() + text).str()];
    if (name.empty()) {
        name = names.unique((op.getCallee() + "_geometry").str());
        std::string definition = ("static const " + op.getParamsType() + " " + name + " = ").str();
        // Wrapped at the fields.
        size_t column = definition.size();
        for (size_t begin = 0; begin < text.size();) {
            size_t end = text.find(", ", begin);
            end = end == std::string::npos ? text.size() : end + 2;
            if (column + (end - begin) > 116) {
                definition += "\n    ";
                column = 4;
            }
            definition += text.substr(begin, end - begin);
            column += end - begin;
            begin = end;
        }
        for (size_t at = definition.find(" \n"); at != std::string::npos; at = definition.find(" \n"))
            definition.erase(at, 1);
        printed += definition + ";\n\n";
    }
    return name;
}

std::vector<std::string> pointerParameters(Operation *op, std::optional<unsigned> inPlace)
{
    std::vector<std::string> parameters;
    for (auto [i, input] : llvm::enumerate(op->getOperands()))
        if (inPlace != i)
            parameters.push_back("const " + storageCType(elementOf(input)) + " *" + operandName(unsigned(i)));
    for (auto [i, output] : llvm::enumerate(op->getResults()))
        parameters.push_back(storageCType(elementOf(output)) + " *" + resultName(unsigned(i)));
    return parameters;
}

std::string kernelCall(kernel::CallOp kernel, const std::string &geometry, const std::string &begin,
                       const std::string &end, const std::string &indent)
{
    std::vector<std::string> arguments{"&" + geometry};
    unsigned operand = 0;
    for (bool present : kernel.getSlotsAttr().asArrayRef())
        arguments.push_back(present ? operandName(operand++) : "NULL");
    arguments.push_back(resultName(0));
    if (std::optional<uint64_t> workspace = kernel.getWorkspace())
        arguments.push_back(*workspace > 0 ? "workspace" : "NULL");
    arguments.insert(arguments.end(), {begin, end});
    return wrapped(indent + kernel.getCallee().str(), arguments, ";\n");
}

std::string Layers::specialised(kernel::CallOp op, const std::string &geometry)
{
    std::vector<std::string> parameters = pointerParameters(op);
    if (op.getWorkspaceBytes() > 0)
        parameters.push_back("void *workspace");
    return function((op.getCallee() + "_layer").str(), parameters,
                    "{\n" + kernelCall(op, geometry, "0", std::to_string(op.getRows()), "    ") + "}\n");
}

} // namespace barecc
