// A TFLite file to a module: constants as they are asked for, operators in the file's order, which is that of
// execution.
#include "compiler/import/Import.h"

#include "compiler/import/tflite/File.h"
#include "compiler/import/tflite/Node.h"

#include "mlir/IR/Verifier.h"

#include "llvm/Support/Error.h"

using namespace mlir;

namespace barecc {

namespace tflite_import {

static ArrayRef<ArrayRef<Entry>> families()
{
    static const ArrayRef<Entry> all[] = {
        activationOperators(), arithmeticOperators(),   constantOperators(),  convolutionOperators(),
        indexOperators(),      logicOperators(),        matrixOperators(),    normalizationOperators(),
        poolingOperators(),    quantizationOperators(), reductionOperators(), resizeOperators(),
        shapeOperators(),      sliceOperators(),        spaceOperators(),     spectrumOperators(),
    };
    return all;
}

static const Entry *findEntry(tflite::BuiltinOperator op)
{
    for (ArrayRef<Entry> family : families())
        for (const Entry &entry : family)
            if (entry.op == op)
                return &entry;
    return nullptr;
}

namespace {

class Importer {
public:
    Importer(File file, const ImportOptions &options, MLIRContext *context)
        : file(std::move(file)), options(options), builder(context), values(this->file.tensors.size()),
          graph(builder, UnknownLoc::get(context))
    {
    }

    OwningOpRef<ModuleOp> run();

private:
    LogicalResult fail(const Twine &message) { return emitError(graph.loc) << message; }
    LogicalResult checkOperators();
    LogicalResult fixShapes();
    LogicalResult importInputs(func::FuncOp function);
    LogicalResult importOperator(const tflite::Operator &op);
    LogicalResult importOutputs(func::FuncOp function);
    FailureOr<Value> valueOf(int64_t tensor);
    FailureOr<Value> checked(Value value, const Tensor &tensor, unsigned output);
    RankedTensorType boundaryType(const Tensor &tensor);
    DictionaryAttr boundaryAttributes(const Tensor &tensor);
    Value moveBytes(Value value);
    Location locationOf(const tflite::Operator &op);

    File file;
    const ImportOptions &options;
    OpBuilder builder;
    std::vector<Value> values; // by tensor; null until it is computed or asked for
    GraphBuilder graph;
};

} // namespace

/// TFLite operators have no names: their first output's stands for them.
Location Importer::locationOf(const tflite::Operator &op)
{
    const SmallVector<int64_t> outputs = listOf(op.outputs());
    const std::string name = outputs.empty() ? "" : file.tensors[outputs.front()].name;
    return sourceLocation(builder.getContext(), name, file.nameOf(op).name);
}

/// All that is missing in one message, so that a model's chances are known at once.
LogicalResult Importer::checkOperators()
{
    std::map<std::string, std::vector<const tflite::Operator *>> missing;
    for (const tflite::Operator *op : file.operators) {
        const OperatorName name = file.nameOf(*op);
        if (!findEntry(name.code))
            missing[(name.code == tflite::BuiltinOperator_CUSTOM ? "custom operator " : "") + name.name].push_back(op);
    }
    if (missing.empty())
        return success();
    std::string list;
    for (const auto &[name, ops] : missing) {
        const SmallVector<int64_t> outputs = listOf(ops.front()->outputs());
        list += (list.empty() ? "" : ", ") + name + " (" + std::to_string(ops.size()) +
                (ops.size() == 1 ? " node" : " nodes, first") + " '" +
                (outputs.empty() ? "" : file.tensors[outputs.front()].name) + "')";
    }
    return fail("has operators that barecc does not implement: " + list +
                "; replace them or split the model there (`barecc ops` lists what it takes)");
}

/// Puts the user's shapes in place of the file's. Inputs go by their tensors' names, or by those of the signature.
LogicalResult Importer::fixShapes()
{
    if (!options.dims.empty())
        return fail("has no named dimension '" + options.dims.begin()->first +
                    "': TFLite models have none; fix whole shapes with --shape");
    std::string names;
    std::map<std::string, int64_t> inputs;
    for (int64_t tensor : file.inputs) {
        inputs.emplace(file.tensors[tensor].name, tensor);
        inputs.emplace(file.signatureName(tensor), tensor);
        names += (names.empty() ? "" : ", ") + file.tensors[tensor].name;
    }
    for (const auto &[name, shape] : options.shapes) {
        auto found = inputs.find(name);
        if (found == inputs.end())
            return fail("has no input '" + name + "'; its inputs are " + names);
        Tensor &tensor = file.tensors[found->second];
        if (!tensor.shape.empty() && tensor.shape.size() != shape.size())
            return fail("has an input '" + name + "' of rank " + Twine(tensor.shape.size()) +
                        "; give --shape as many sizes");
        tensor.shape.assign(shape.begin(), shape.end());
    }
    for (int64_t tensor : file.inputs)
        if (!elementCount(file.tensors[tensor].shape) || elementCount(file.tensors[tensor].shape) == 0)
            return fail("has an input '" + file.tensors[tensor].name + "' whose shape is open; fix it with --shape");
    return success();
}

// ---- The boundary ------------------------------------------------------------------------------------------

/// Unsigned bytes are declared as the signed ones that they become, beside nn.unsigned.
RankedTensorType Importer::boundaryType(const Tensor &tensor)
{
    return RankedTensorType::get(moduleShape(tensor), elementType(builder.getContext(), tensor));
}

DictionaryAttr Importer::boundaryAttributes(const Tensor &tensor)
{
    SmallVector<NamedAttribute> attributes{builder.getNamedAttr("nn.name", builder.getStringAttr(tensor.name))};
    if (tensor.isUnsigned() || tensor.type == tflite::TensorType_UINT8)
        attributes.push_back(builder.getNamedAttr("nn.unsigned", builder.getUnitAttr()));
    return builder.getDictionaryAttr(attributes);
}

/// Between unsigned bytes and the module's signed ones, which lie 128 lower.
Value Importer::moveBytes(Value value)
{
    return graph.elementwise(graph.storage(value), builder.getI8Type(), [](OpBuilder &b, Location loc, ValueRange in) {
        return arith::XOrIOp::create(b, loc, in[0], GraphBuilder::scalar(b, loc, in[0].getType(), int64_t(-128)));
    });
}

static bool crosses(const Tensor &tensor) { return tensor.type == tflite::TensorType_UINT8 && tensor.isQuantized(); }

LogicalResult Importer::importInputs(func::FuncOp function)
{
    for (auto [number, index] : llvm::enumerate(file.inputs)) {
        const Tensor &tensor = file.tensors[index];
        Value argument = function.getArgument(unsigned(number));
        function.setArgAttrs(unsigned(number), boundaryAttributes(tensor));
        if (crosses(tensor))
            argument = graph.quantized(moveBytes(argument), boundaryType(tensor));
        values[index] = argument;
    }
    return success();
}

LogicalResult Importer::importOutputs(func::FuncOp function)
{
    SmallVector<Value> results;
    SmallVector<DictionaryAttr> attributes;
    for (int64_t index : file.outputs) {
        graph.loc = sourceLocation(builder.getContext(), file.tensors[index].name, "output");
        FailureOr<Value> value = valueOf(index);
        if (failed(value))
            return failure();
        if (crosses(file.tensors[index]))
            value = graph.quantized(moveBytes(*value), graph.typeOf(*value));
        results.push_back(*value);
        attributes.push_back(boundaryAttributes(file.tensors[index]));
    }
    func::ReturnOp::create(builder, graph.loc, results);
    function.setFunctionType(builder.getFunctionType(function.getArgumentTypes(), ValueRange(results).getTypes()));
    for (auto [number, attribute] : llvm::enumerate(attributes))
        function.setResultAttrs(unsigned(number), attribute);
    return success();
}

// ---- Operators ---------------------------------------------------------------------------------------------

FailureOr<Value> Importer::valueOf(int64_t index)
{
    if (values[index])
        return values[index];
    const Tensor &tensor = file.tensors[index];
    const Type element = elementType(builder.getContext(), tensor);
    if (!tensor.hasData && !(element && elementCount(tensor.shape) == 0))
        return fail("reads tensor '" + tensor.name + "', which nothing before it computes" +
                    (tensor.isVariable ? " (a state variable, which barecc does not take yet)" : "") +
                    "; the file is damaged or keeps state");
    llvm::Expected<ElementsAttr> constant = constantOf(builder.getContext(), tensor);
    if (!constant)
        return fail(llvm::toString(constant.takeError()));
    Value value = graph.constant(*constant);
    return values[index] = graph.quantized(value, RankedTensorType::get(moduleShape(tensor), element));
}

/// A result in the type that the file gives it.
FailureOr<Value> Importer::checked(Value value, const Tensor &tensor, unsigned output)
{
    const Type declared = elementType(builder.getContext(), tensor);
    if (graph.elementOf(value) == declared)
        return value;
    if (isa<quant::QuantizedType>(declared) &&
        (Node::storageElement(graph.elementOf(value)) != Node::storageElement(declared) ||
         !isa<quant::UniformQuantizedType>(declared)))
        return fail("gives another type than output " + Twine(output) + " has; the file is damaged");
    if (isa<quant::QuantizedType>(declared))
        return graph.quantized(graph.storage(value), RankedTensorType::get(graph.shapeOf(value), declared));
    if (Node::storageElement(graph.elementOf(value)) == declared && tensor.type != tflite::TensorType_UINT8)
        return graph.storage(value);
    return fail("gives another type than output " + Twine(output) + " has; the file is damaged");
}

LogicalResult Importer::importOperator(const tflite::Operator &op)
{
    graph.loc = locationOf(op);
    const Entry &entry = *findEntry(file.nameOf(op).code);
    const bool takesComplex = StringRef(entry.types).contains("complex64");
    SmallVector<Value> inputs;
    SmallVector<const Tensor *> inputTensors, outputTensors;
    for (auto [number, index] : llvm::enumerate(listOf(op.inputs()))) {
        if (index < 0 && number < entry.inputs)
            return fail("lacks input " + Twine(number) + "; the file is damaged");
        FailureOr<Value> value = index < 0 ? FailureOr<Value>(Value()) : valueOf(index);
        if (failed(value))
            return failure();
        inputs.push_back(*value);
        inputTensors.push_back(index < 0 ? nullptr : &file.tensors[index]);
        if (index < 0)
            continue;
        if (file.tensors[index].type == tflite::TensorType_COMPLEX64 && !takesComplex)
            return fail("computes on complex numbers, which barecc does not take here; use real ones");
        if (!graph.elementOf(*value).isIntOrIndexOrFloat() && !isa<quant::QuantizedType>(graph.elementOf(*value)))
            return fail("has an input of an unknown type; the file is damaged");
    }
    if (inputs.size() < entry.inputs)
        return fail("has " + Twine(inputs.size()) + " inputs and needs " + Twine(entry.inputs) +
                    "; the file is damaged");
    for (int64_t index : listOf(op.outputs())) {
        outputTensors.push_back(&file.tensors[index]);
        if (!elementType(builder.getContext(), file.tensors[index]))
            return fail("has a result of type " + Twine(typeName(file.tensors[index].type)) +
                        ", which barecc does not take");
        if (values[index])
            return fail("computes tensor '" + file.tensors[index].name + "' a second time; the file is damaged");
    }
    if (outputTensors.empty())
        return fail("has no output; the file is damaged");
    Node node(op, graph, inputs, inputTensors, outputTensors);
    Outputs outputs = entry.import(node);
    if (failed(outputs))
        return failure();
    if (outputs->size() < outputTensors.size())
        return fail("has " + Twine(outputTensors.size()) + " outputs where there are " + Twine(outputs->size()) +
                    "; the file is damaged");
    for (auto [number, index] : llvm::enumerate(listOf(op.outputs()))) {
        FailureOr<Value> value = checked((*outputs)[number], file.tensors[index], unsigned(number));
        if (failed(value))
            return failure();
        values[index] = *value;
    }
    return success();
}

/// Constants that folding has used up.
static void eraseUnused(func::FuncOp function)
{
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
        if (isOpTriviallyDead(&op))
            op.erase();
}

OwningOpRef<ModuleOp> Importer::run()
{
    if (failed(checkOperators()) || failed(fixShapes()))
        return {};
    SmallVector<Type> arguments;
    for (int64_t index : file.inputs) {
        const Tensor &tensor = file.tensors[index];
        if (!elementType(builder.getContext(), tensor) || tensor.type == tflite::TensorType_COMPLEX64) {
            (void)fail("has an input '" + tensor.name + "' of type " + typeName(tensor.type) +
                       ", which barecc does not take");
            return {};
        }
        arguments.push_back(boundaryType(tensor));
    }
    OwningOpRef<ModuleOp> module = ModuleOp::create(graph.loc);
    builder.setInsertionPointToEnd(module->getBody());
    auto function = func::FuncOp::create(builder, graph.loc, "main", builder.getFunctionType(arguments, {}));
    builder.setInsertionPointToEnd(function.addEntryBlock());
    if (failed(importInputs(function)))
        return {};
    for (const tflite::Operator *op : file.operators)
        if (failed(importOperator(*op)))
            return {};
    if (failed(importOutputs(function)))
        return {};
    eraseUnused(function);
    if (failed(verify(*module)))
        return {};
    return module;
}

} // namespace tflite_import

ImportedModel importTFLite(std::unique_ptr<llvm::MemoryBuffer> buffer, const ImportOptions &options,
                           MLIRContext *context)
{
    using namespace tflite_import;
    context->loadDialect<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                         nn::NNDialect, quant::QuantDialect, tensor::TensorDialect>();
    llvm::Expected<File> file = File::open(std::move(buffer));
    if (!file) {
        emitError(UnknownLoc::get(context)) << llvm::toString(file.takeError());
        return {};
    }
    ImportedModel model;
    model.memory = file->memory;
    model.module = Importer(std::move(*file), options, context).run();
    return model;
}

std::vector<SupportedOperator> tfliteOperators()
{
    using namespace tflite_import;
    std::vector<SupportedOperator> operators;
    for (ArrayRef<Entry> family : families())
        for (const Entry &entry : family)
            operators.push_back({"", tflite::EnumNameBuiltinOperator(entry.op), 1, entry.types});
    llvm::sort(operators, [](const auto &a, const auto &b) { return a.name < b.name; });
    return operators;
}

} // namespace barecc
