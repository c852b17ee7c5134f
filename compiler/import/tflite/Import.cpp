// A TFLite file to a module: constants as they are asked for, operators in the file's order, which is that of
// execution.
#include "compiler/import/Import.h"
#include "compiler/import/Verify.h"

#include "compiler/import/tflite/File.h"
#include "compiler/import/tflite/GraphImporter.h"
#include "compiler/ir/Boundary.h"
#include "compiler/ir/DeadCode.h"

#include "llvm/Support/Error.h"

using namespace mlir;

namespace barecc {

namespace tflite_import {

static ArrayRef<ArrayRef<Entry>> families()
{
    static const ArrayRef<Entry> all[] = {
        activationOperators(),  arithmeticOperators(),    constantOperators(), controlOperators(),
        convolutionOperators(), indexOperators(),         logicOperators(),    lstmOperators(),
        matrixOperators(),      normalizationOperators(), poolingOperators(),  quantizationOperators(),
        reductionOperators(),   resizeOperators(),        shapeOperators(),    sliceOperators(),
        spaceOperators(),       spectrumOperators(),      rnnOperators(),      svdfOperators(),
        unaryOperators(),       variableOperators(),      scatterOperators(),  detectionOperators(),
        mediaPipeOperators(),
    };
    return all;
}

const Entry *findEntry(const OperatorName &name)
{
    for (ArrayRef<Entry> family : families())
        for (const Entry &entry : family)
            if (entry.op == name.code && (!entry.customName || entry.customName == name.name))
                return &entry;
    return nullptr;
}

namespace {

class Importer {
public:
    Importer(File file, const ImportOptions &options, MLIRContext *context)
        : file(std::move(file)), options(options), builder(context), graph(builder, UnknownLoc::get(context))
    {
    }

    OwningOpRef<ModuleOp> run();

    std::vector<std::string> neededInputs; // see ImportedModel
    bool wrongOptions = false;

private:
    LogicalResult fail(const Twine &message) { return emitError(graph.loc) << message; }
    LogicalResult chooseSignature();
    FailureOr<int64_t> findInput(StringRef option, const std::string &name);
    LogicalResult takeOptions();
    LogicalResult checkShapes();
    LogicalResult takeShape(StringRef option, StringRef name, Tensor &tensor, ArrayRef<int64_t> shape);
    LogicalResult takeConstant(int64_t input, const std::string &name, ElementsAttr constant);
    void importInputs(func::FuncOp function, GraphImporter &importer);
    LogicalResult importOutputs(func::FuncOp function, GraphImporter &importer, Variables &variables);
    RankedTensorType moduleType(const Tensor &tensor);
    Type callersElement(const Tensor &tensor) { return callersElementType(builder.getContext(), tensor); }
    RankedTensorType boundaryType(const Tensor &tensor);
    DictionaryAttr boundaryAttributes(const Tensor &tensor);
    Value enter(Value given, const Tensor &tensor);
    Value leave(Value value, const Tensor &tensor);

    File file;
    const ImportOptions &options;
    OpBuilder builder;
    std::map<int64_t, ElementsAttr> constants; // inputs that the user fixed, by tensor
    SmallVector<int64_t> arguments;            // inputs that are left, as tensors
    GraphBuilder graph;
};

} // namespace

/// Makes the main graph that of the signature which the user names. Without a name it stays the first, and where others
/// can be called too the user learns of it.
LogicalResult Importer::chooseSignature()
{
    std::string names;
    bool others = false;
    for (const Signature &signature : file.signatures()) {
        if (options.signature && signature.name == *options.signature) {
            file.mainGraph = signature.subgraph;
            return success();
        }
        names += (names.empty() ? "'" : ", '") + signature.name + "'";
        others |= signature.subgraph != file.mainGraph;
    }
    if (options.signature)
        return fail("--signature " + *options.signature + ": the model has no signature of that name; " +
                    (names.empty() ? "it has none" : "its signatures are " + names));
    if (others)
        emitWarning(graph.loc) << "the model has signatures " << names
                               << ", of which the first subgraph is compiled; --signature names one";
    return success();
}

/// Inputs go by their tensors' names, or by those of the signature.
FailureOr<int64_t> Importer::findInput(StringRef option, const std::string &name)
{
    std::string names;
    for (int64_t tensor : file.main().inputs) {
        if (file.main().tensors[tensor].name == name || file.signatureName(tensor) == name)
            return tensor;
        names += (names.empty() ? "'" : ", '") + file.main().tensors[tensor].name + "'";
    }
    return LogicalResult(fail(option + " " + name + ": the model has no input of that name; its inputs are " + names));
}

/// Files say 1 where a dimension is open, so only the rank can be checked. An empty shape stands for an unknown one,
/// too, unless the file says that it is a scalar's.
LogicalResult Importer::takeShape(StringRef option, StringRef name, Tensor &tensor, ArrayRef<int64_t> shape)
{
    if ((tensor.hasRank || !tensor.shape.empty()) && tensor.shape.size() != shape.size())
        return fail(option + " " + name + ": gives " + Twine(shape.size()) + " dimensions, but the input has " +
                    Twine(tensor.shape.size()));
    const auto scaled = size_t(tensor.quantizedDimension);
    if (tensor.scales.size() > 1 && (scaled >= shape.size() || shape[scaled] != int64_t(tensor.scales.size())))
        return fail(option + " " + name + ": gives another extent than " + Twine(tensor.scales.size()) +
                    ", the number of scales, to dimension " + Twine(scaled));
    tensor.shape.assign(shape.begin(), shape.end());
    tensor.isOpen = false;
    tensor.hasRank = true;
    return success();
}

LogicalResult Importer::takeConstant(int64_t input, const std::string &name, ElementsAttr constant)
{
    Tensor &tensor = file.main().tensors[input];
    const Type element = callersElement(tensor);
    if (!element || boundary::storage(element) != constant.getElementType())
        return fail("--constant " + name + ": the file holds another element type than that of the input, " +
                    typeName(tensor.type));
    constants.emplace(input, constant);
    return takeShape("--constant", name, tensor, constant.getShapedType().getShape());
}

/// Puts the user's shapes and constants in place of what the file leaves open.
LogicalResult Importer::takeOptions()
{
    if (failed(chooseSignature()))
        return failure();
    if (!options.dims.empty())
        return fail("--dim " + options.dims.begin()->first +
                    ": TFLite models have no named dimensions; fix whole shapes with --shape INPUT=D0,D1,...");
    for (const auto &[name, shape] : options.shapes) {
        FailureOr<int64_t> input = findInput("--shape", name);
        if (failed(input) || failed(takeShape("--shape", name, file.main().tensors[*input], shape)))
            return failure();
    }
    for (const auto &[name, constant] : options.constants) {
        FailureOr<int64_t> input = findInput("--constant", name);
        if (failed(input) || failed(takeConstant(*input, name, constant)))
            return failure();
    }
    return success();
}

LogicalResult Importer::checkShapes()
{
    for (int64_t index : file.main().inputs) {
        const Tensor &tensor = file.main().tensors[index];
        const std::string advice = "--shape " + tensor.name + "=D0,D1,...";
        if (tensor.isOpen)
            return fail("input '" + tensor.name + "' has an open shape; fix it with " + advice);
        if (!tensorElements(tensor.shape))
            return fail("input '" + tensor.name + "' has an excessive shape; give a smaller one with " + advice);
        if (tensor.shape.empty() && !tensor.hasRank)
            emitWarning(graph.loc) << "input '" << tensor.name << "' has no dimensions and is taken for one number; if "
                                   << "they are open, give them with " << advice;
        if (!constants.count(index))
            arguments.push_back(index);
    }
    return success();
}

// ---- The boundary ------------------------------------------------------------------------------------------

RankedTensorType Importer::moduleType(const Tensor &tensor)
{
    return RankedTensorType::get(moduleShape(tensor), elementType(builder.getContext(), tensor));
}

static bool crosses(const Tensor &tensor) { return tensor.type == tflite::TensorType_UINT8 && tensor.isQuantized(); }

RankedTensorType Importer::boundaryType(const Tensor &tensor)
{
    return RankedTensorType::get(moduleShape(tensor), callersElement(tensor));
}

DictionaryAttr Importer::boundaryAttributes(const Tensor &tensor)
{
    return builder.getDictionaryAttr(builder.getNamedAttr(boundary::name, builder.getStringAttr(tensor.name)));
}

/// A tensor of the caller as the module's.
Value Importer::enter(Value given, const Tensor &tensor)
{
    return crosses(tensor) ? graph.quantized(moveBytes(graph, graph.storage(given)), moduleType(tensor))
                           : boundary::entering(builder, given);
}

/// And back. The shape is what has been computed, since files may leave that of an output open.
Value Importer::leave(Value value, const Tensor &tensor)
{
    if (!crosses(tensor))
        return boundary::leaving(builder, value, callersElement(tensor));
    return graph.quantized(moveBytes(graph, graph.storage(value)),
                           GraphBuilder::typeOf(value).clone(callersElement(tensor)));
}

void Importer::importInputs(func::FuncOp function, GraphImporter &importer)
{
    SmallVector<DictionaryAttr> allAttributes;
    for (auto [number, index] : llvm::enumerate(arguments)) {
        NamedAttrList attributes(boundaryAttributes(file.main().tensors[index]));
        if (!constants.empty())
            attributes.append(boundary::position, builder.getI64IntegerAttr(llvm::find(file.main().inputs, index) -
                                                                            file.main().inputs.begin()));
        allAttributes.push_back(attributes.getDictionary(builder.getContext()));
        importer.define(index, enter(function.getArgument(unsigned(number)), file.main().tensors[index]));
    }
    function.setAllArgAttrs(allAttributes);
    for (const auto &[index, constant] : constants) {
        const Tensor &tensor = file.main().tensors[index];
        Value value = graph.constant(boundary::signless(constant));
        importer.define(index, crosses(tensor) ? enter(graph.quantized(value, boundaryType(tensor)), tensor)
                                               : graph.quantized(value, moduleType(tensor)));
    }
}

LogicalResult Importer::importOutputs(func::FuncOp function, GraphImporter &importer, Variables &variables)
{
    SmallVector<Value> results;
    SmallVector<DictionaryAttr> attributes;
    for (int64_t index : file.main().outputs) {
        graph.loc = sourceLocation(builder.getContext(), file.main().tensors[index].name, "output");
        FailureOr<Value> value = importer.valueOf(index);
        if (failed(value))
            return failure();
        results.push_back(leave(*value, file.main().tensors[index]));
        attributes.push_back(boundaryAttributes(file.main().tensors[index]));
    }
    variables.finish(results, attributes);
    func::ReturnOp::create(builder, graph.loc, results);
    function.setFunctionType(builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
    function.setAllResultAttrs(attributes);
    return success();
}

OwningOpRef<ModuleOp> Importer::run()
{
    if (failed(takeOptions())) {
        wrongOptions = true;
        return {};
    }
    if (file.main().outputs.empty()) {
        (void)fail("has no outputs; the file is damaged");
        return {};
    }
    if (failed(checkOperators(file, file.main(), graph.loc)) || failed(checkShapes()))
        return {};
    SmallVector<Type> types;
    for (int64_t index : arguments) {
        const Tensor &tensor = file.main().tensors[index];
        if (!elementType(builder.getContext(), tensor) || tensor.type == tflite::TensorType_COMPLEX64) {
            (void)fail("has an input '" + tensor.name + "' of type " + typeName(tensor.type) +
                       ", which barecc does not take");
            return {};
        }
        types.push_back(boundaryType(tensor));
    }
    OwningOpRef<ModuleOp> module = ModuleOp::create(graph.loc);
    builder.setInsertionPointToEnd(module->getBody());
    auto function = func::FuncOp::create(builder, graph.loc, "main", builder.getFunctionType(types, {}));
    builder.setInsertionPointToEnd(function.addEntryBlock());
    Variables variables(function, graph);
    GraphImporter importer(file, file.main(), graph, variables, neededInputs);
    importInputs(function, importer);
    if (failed(importer.importOperators()) || failed(importOutputs(function, importer, variables)))
        return {};
    eraseDeadOperations(function.front());
    if (failed(checkConstants(*module)) || failed(verifyImported(*module)))
        return {};
    return module;
}

} // namespace tflite_import

ImportedModel importTFLite(std::unique_ptr<llvm::MemoryBuffer> buffer, const ImportOptions &options,
                           MLIRContext *context)
{
    using namespace tflite_import;
    context->loadDialect<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                         memref::MemRefDialect, nn::NNDialect, quant::QuantDialect, scf::SCFDialect,
                         tensor::TensorDialect>();
    Budget &budget = Budget::of(context);
    budget.begin(options.limits);
    budget.addFile(buffer->getBufferSize());
    llvm::Expected<File> file = File::open(std::move(buffer));
    if (!file) {
        emitError(UnknownLoc::get(context)) << llvm::toString(file.takeError());
        return {};
    }
    ImportedModel model;
    model.memory = file->memory;
    Importer importer(std::move(*file), options, context);
    model.module = importer.run();
    model.neededInputs = std::move(importer.neededInputs);
    model.wrongOptions = importer.wrongOptions;
    return model;
}

std::vector<SupportedOperator> tfliteOperators()
{
    using namespace tflite_import;
    std::vector<SupportedOperator> operators;
    for (ArrayRef<Entry> family : families())
        for (const Entry &entry : family)
            operators.push_back(
                {"", entry.customName ? entry.customName : tflite::EnumNameBuiltinOperator(entry.op), 1, entry.types});
    llvm::sort(operators, [](const auto &a, const auto &b) { return a.name < b.name; });
    return operators;
}

} // namespace barecc
