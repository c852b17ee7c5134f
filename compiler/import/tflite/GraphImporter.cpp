#include "compiler/import/tflite/GraphImporter.h"

#include "compiler/import/Unsupported.h"
#include "compiler/import/Verify.h"
#include "compiler/ir/ConstantName.h"

#include "mlir/IR/Verifier.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace barecc::tflite_import {

LogicalResult checkOperators(const File &file, const FileGraph &graph, Location loc)
{
    UnsupportedOperators missing;
    for (const tflite::Operator *op : graph.operators) {
        const OperatorName name = file.nameOf(*op);
        if (findEntry(name))
            continue;
        const SmallVector<int64_t> outputs = listOf(op->outputs());
        missing.add((name.code == tflite::BuiltinOperator_CUSTOM ? "custom operator " : "") + name.name,
                    outputs.empty() ? "" : graph.tensors[outputs.front()].name, refusal(name.code));
    }
    return missing.nodes() == 0 ? success() : missing.report(loc);
}

/// TFLite operators have no names: their first output's stands for them.
Location GraphImporter::locationOf(const tflite::Operator &op)
{
    const SmallVector<int64_t> outputs = listOf(op.outputs());
    const std::string name = outputs.empty() ? "" : source.tensors[outputs.front()].name;
    return sourceLocation(g.b.getContext(), name, file.nameOf(op).name);
}

FailureOr<Value> GraphImporter::valueOf(int64_t index)
{
    if (values[index])
        return values[index];
    const Tensor &tensor = source.tensors[index];
    if (tensor.isVariable)
        return stateOf(index);
    const Type element = elementType(g.b.getContext(), tensor);
    if (!tensor.hasData && !(element && tensorElements(tensor.shape) == 0))
        return fail("reads tensor '" + tensor.name + "', which nothing before it computes; the file is damaged");
    llvm::Expected<ElementsAttr> constant = constantOf(g.b.getContext(), tensor);
    if (!constant)
        return fail(llvm::toString(constant.takeError()));
    Value value =
        arith::ConstantOp::create(g.b, constantLocation(g.b.getContext(), tensor.name), cast<TypedAttr>(*constant));
    return values[index] = g.quantized(value, RankedTensorType::get(moduleShape(tensor), element));
}

// ---- State -------------------------------------------------------------------------------------------------

/// State tensors are variables that go by their number in the file.
int64_t GraphImporter::variableOf(int64_t tensor) { return variables.find("tensor " + std::to_string(tensor)); }

/// What the last run has left in a state tensor; real zeros at first.
FailureOr<Value> GraphImporter::stateOf(int64_t index)
{
    const Tensor &tensor = source.tensors[index];
    const Type element = elementType(g.b.getContext(), tensor);
    if (!element || !tensorElements(moduleShape(tensor)) || &source != &file.main())
        return fail("keeps state in tensor '" + tensor.name + "' of an unknown shape or type; the file is damaged");
    const auto type = RankedTensorType::get(moduleShape(tensor), element);
    const auto quantized = dyn_cast<quant::UniformQuantizedType>(element);
    Value value = variables.read(variableOf(index), storageType(type), quantized ? quantized.getZeroPoint() : 0);
    return values[index] = g.quantized(value, type);
}

LogicalResult GraphImporter::update(int64_t index, Value value)
{
    const Tensor &tensor = source.tensors[index];
    if (!tensor.isVariable)
        return fail("keeps state in tensor '" + tensor.name + "', which is no variable; the file is damaged");
    FailureOr<Value> typed = checked(value, tensor, "state '" + tensor.name + "'");
    if (failed(typed))
        return failure();
    values[index] = *typed;
    variables.assign(variableOf(index), g.storage(*typed));
    return success();
}

LogicalResult GraphImporter::initialise(int64_t subgraph)
{
    FailureOr<const FileGraph *> called = findSubgraph(subgraph);
    if (failed(called))
        return failure();
    if (variables.isInitialising)
        return fail("initialises variables while others are being initialised; the file is damaged");
    variables.isInitialising = true;
    LogicalResult result = GraphImporter(file, **called, g, variables, neededInputs, this).importOperators();
    variables.isInitialising = false;
    return result;
}

// ---- Subgraphs ---------------------------------------------------------------------------------------------

/// A subgraph that is there, has operators that barecc knows, and is not on its way to being imported already.
FailureOr<const FileGraph *> GraphImporter::findSubgraph(int64_t subgraph)
{
    if (subgraph < 0 || subgraph >= int64_t(file.graphs.size()))
        return fail("runs subgraph " + Twine(subgraph) + ", which is not there; the file is damaged");
    const FileGraph &found = file.graphs[size_t(subgraph)];
    int64_t depth = 0;
    for (const GraphImporter *active = this; active; active = active->caller, ++depth)
        if (&active->source == &found)
            return fail("runs subgraph " + Twine(subgraph) + " inside itself; the file is damaged");
    if (depth > budget().most(Limit::Nesting))
        return exceeded(Limit::Nesting);
    if (failed(checkOperators(file, found, g.loc)))
        return failure();
    return &found;
}

FailureOr<SmallVector<Value>> GraphImporter::importSubgraph(int64_t subgraph, ValueRange arguments)
{
    FailureOr<const FileGraph *> called = findSubgraph(subgraph);
    if (failed(called))
        return failure();
    if ((*called)->inputs.size() != arguments.size())
        return fail("runs subgraph " + Twine(subgraph) + " with " + Twine(arguments.size()) + " values, but it takes " +
                    Twine((*called)->inputs.size()) + "; the file is damaged");
    GraphImporter inner(file, **called, g, variables, neededInputs, this);
    for (auto [tensor, argument] : llvm::zip((*called)->inputs, arguments)) {
        const Tensor &input = (*called)->tensors[tensor];
        if (!elementType(g.b.getContext(), input))
            return fail("runs subgraph " + Twine(subgraph) +
                        " with an input of another type than barecc takes: " + typeName(input.type));
        FailureOr<Value> typed =
            checked(relabelled(g, argument, input), input, "an input of subgraph " + Twine(subgraph));
        if (failed(typed))
            return failure();
        inner.define(tensor, *typed);
    }
    const Location outer = g.loc;
    if (failed(inner.importOperators()))
        return failure();
    g.loc = outer;
    SmallVector<Value> results;
    for (int64_t tensor : (*called)->outputs) {
        FailureOr<Value> value = inner.valueOf(tensor);
        if (failed(value))
            return failure();
        results.push_back(*value);
    }
    return results;
}

// ---- Operators ---------------------------------------------------------------------------------------------

/// A value in the type that the file gives it.
FailureOr<Value> GraphImporter::checked(Value value, const Tensor &tensor, const Twine &what)
{
    const Type declared = elementType(g.b.getContext(), tensor);
    const ArrayRef<int64_t> shape = g.shapeOf(value);
    if (!tensorElements(shape))
        return fail("makes " + what + " too large to be meant; the file is damaged");
    if (tensor.type == tflite::TensorType_COMPLEX64 && (shape.empty() || shape.back() != 2))
        return fail("gives another type than " + what + " has; the file is damaged");
    if (g.elementOf(value) == declared)
        return value;
    if (isa<quant::QuantizedType>(declared) &&
        (Node::storageElement(g.elementOf(value)) != Node::storageElement(declared) ||
         !isa<quant::UniformQuantizedType>(declared)))
        return fail("gives another type than " + what + " has; the file is damaged");
    if (isa<quant::QuantizedType>(declared))
        return g.quantized(g.storage(value), RankedTensorType::get(g.shapeOf(value), declared));
    if (Node::storageElement(g.elementOf(value)) == declared && tensor.type != tflite::TensorType_UINT8)
        return g.storage(value);
    return fail("gives another type than " + what + " has; the file is damaged");
}

/// "FLOAT32, INT8 without a scale".
static std::string typesOf(ArrayRef<const Tensor *> tensors)
{
    std::string list;
    for (const Tensor *tensor : tensors) {
        if (!tensor)
            continue;
        const bool lacksScale = !tensor->isQuantized() &&
                                (tensor->type == tflite::TensorType_INT8 || tensor->type == tflite::TensorType_UINT8);
        list +=
            (list.empty() ? "" : ", ") + std::string(typeName(tensor->type)) + (lacksScale ? " without a scale" : "");
    }
    return list.empty() ? "none" : list;
}

/// Whether the nn operations behind `begin` are what kernels can rely on. An operator's own checks are about what it does;
/// that its tensors fit each other is seen here, for all of them.
LogicalResult GraphImporter::checkBuilt(Operation *begin, ArrayRef<const Tensor *> inputs,
                                        ArrayRef<const Tensor *> outputs)
{
    std::string problem;
    {
        ScopedDiagnosticHandler handler(g.b.getContext(), [&](Diagnostic &diagnostic) {
            if (problem.empty())
                problem = diagnostic.str();
        });
        for (Operation *op = begin->getNextNode(); op && problem.empty(); op = op->getNextNode())
            if (isa_and_nonnull<nn::NNDialect>(op->getDialect()))
                (void)verify(op);
    }
    if (problem.empty())
        return success();
    return fail("has inputs of types " + typesOf(inputs) + " and outputs of types " + typesOf(outputs) +
                ", which do not go together: it " + verifierReason(problem) + "; the file is damaged");
}

LogicalResult GraphImporter::importOperator(const tflite::Operator &op)
{
    g.loc = locationOf(op);
    const Entry &entry = entryOf(op);
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
        inputTensors.push_back(index < 0 ? nullptr : &source.tensors[index]);
        if (index < 0)
            continue;
        if (source.tensors[index].type == tflite::TensorType_COMPLEX64 && !takesComplex)
            return fail("computes on complex numbers, which barecc does not take here; use real ones");
        if (!g.elementOf(*value).isIntOrIndexOrFloat() && !isa<quant::QuantizedType>(g.elementOf(*value)))
            return fail("has an input of an unknown type; the file is damaged");
    }
    if (inputs.size() < entry.inputs)
        return fail("has " + Twine(inputs.size()) + " inputs and needs " + Twine(entry.inputs) +
                    "; the file is damaged");
    for (int64_t index : listOf(op.outputs())) {
        outputTensors.push_back(&source.tensors[index]);
        if (!elementType(g.b.getContext(), source.tensors[index]))
            return fail("has a result of type " + Twine(typeName(source.tensors[index].type)) +
                        ", which barecc does not take");
        if (values[index])
            return fail("computes tensor '" + source.tensors[index].name + "' a second time; the file is damaged");
    }
    if (outputTensors.size() < entry.outputs)
        return fail("has no output; the file is damaged");
    std::optional<Tensor> moved;
    if (entry.moves.inputs && isNarrow(outputTensors.front()->type)) {
        moved = movedAs(entry.moves, *outputTensors.front());
        for (auto [number, input] : llvm::enumerate(inputs)) {
            if (!input || !entry.moves.takes(number) || inputTensors[number]->type != moved->type)
                continue;
            input = relabelled(g, input, *moved);
            inputTensors[number] = &*moved;
        }
        for (const Tensor *&output : outputTensors)
            output = output->type == moved->type ? &*moved : output;
    }
    Node node(op, *this, inputs, inputTensors, outputTensors);
    // A mark behind which the operator builds: of what was there before, folding may erase anything.
    Operation *begin = arith::ConstantIntOp::create(g.b, g.loc, /*value=*/0, /*width=*/1);
    const auto eraseMark = llvm::make_scope_exit([&] { begin->erase(); });
    Outputs outputs = entry.import(node);
    if (failed(outputs) || failed(checkBuilt(begin, inputTensors, outputTensors)))
        return failure();
    if (outputs->size() < outputTensors.size())
        return fail("has " + Twine(outputTensors.size()) + " outputs where there are " + Twine(outputs->size()) +
                    "; the file is damaged");
    for (auto [number, index] : llvm::enumerate(listOf(op.outputs()))) {
        FailureOr<Value> value = checked((*outputs)[number], *outputTensors[number], "output " + Twine(number));
        if (failed(value))
            return failure();
        values[index] = moved ? relabelled(g, *value, source.tensors[index]) : *value;
    }
    if (budget().isOver(Limit::ConstantBytes))
        return exceeded(Limit::ConstantBytes);
    return success();
}

LogicalResult GraphImporter::importOperators()
{
    // The tensors of a graph are listed each time that it is imported, which costs little, but not nothing.
    if (!budget().take(Limit::Nodes, int64_t(source.operators.size() + source.tensors.size() / 16)))
        return exceeded(Limit::Nodes);
    for (const tflite::Operator *op : source.operators)
        if (failed(importOperator(*op)))
            return failure();
    return success();
}

} // namespace barecc::tflite_import
