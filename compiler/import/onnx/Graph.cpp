#include "compiler/import/onnx/Graph.h"

#include "compiler/import/onnx/Extents.h"
#include "compiler/ir/ConstantName.h"

#include <queue>

using namespace mlir;

namespace barecc::onnx_import {

StringRef canonicalDomain(StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

Tensor *Scope::find(StringRef name)
{
    for (Scope *scope = this; scope; scope = scope->parent)
        if (auto found = scope->tensors.find(name); found != scope->tensors.end())
            return &found->second;
    return nullptr;
}

GraphImporter::GraphImporter(ModelMemory &memory, GraphBuilder &graph) : memory(memory), g(graph)
{
    for (const onnx::FunctionProto &function : memory.model.functions())
        functions[{canonicalDomain(function.domain()).str(), function.name()}] = &function;
}

LogicalResult GraphImporter::error(Location loc, const Twine &message)
{
    anyError = true;
    if (!isOverLimit)
        emitError(loc) << message;
    return failure();
}

LogicalResult GraphImporter::exceeded(Limit limit)
{
    (void)error(g.loc, "the model has " + Budget::of(g.b.getContext()).excess(limit));
    isOverLimit = true;
    return failure();
}

bool GraphImporter::takeNodes(int64_t count)
{
    return Budget::of(g.b.getContext()).take(Limit::Nodes, count) || succeeded(exceeded(Limit::Nodes));
}

Location GraphImporter::locationOf(const onnx::NodeProto &node) const
{
    // Nodes often have no name of their own; their first output does.
    StringRef name = node.name();
    for (int i = 0; name.empty() && i < node.output_size(); ++i)
        name = node.output(i);
    return sourceLocation(g.b.getContext(), name, node.op_type());
}

// ---- Order -------------------------------------------------------------------------------------------------

static void collectFreeNames(const onnx::GraphProto &graph, llvm::StringSet<> &names);

/// Every name that a node reads: its inputs, and what its subgraphs take from around them.
static void collectReadNames(const onnx::NodeProto &node, llvm::StringSet<> &names)
{
    for (const std::string &input : node.input())
        if (!input.empty())
            names.insert(input);
    for (const onnx::AttributeProto &attribute : node.attribute()) {
        if (attribute.has_g())
            collectFreeNames(attribute.g(), names);
        for (const onnx::GraphProto &graph : attribute.graphs())
            collectFreeNames(graph, names);
    }
}

static void collectFreeNames(const onnx::GraphProto &graph, llvm::StringSet<> &names)
{
    llvm::StringSet<> own, read;
    for (const onnx::ValueInfoProto &input : graph.input())
        own.insert(input.name());
    for (const onnx::TensorProto &initializer : graph.initializer())
        own.insert(initializer.name());
    for (const onnx::SparseTensorProto &initializer : graph.sparse_initializer())
        own.insert(initializer.values().name());
    for (const onnx::NodeProto &node : graph.node()) {
        for (const std::string &output : node.output())
            own.insert(output);
        collectReadNames(node, read);
    }
    for (const onnx::ValueInfoProto &output : graph.output())
        read.insert(output.name());
    for (const auto &entry : read)
        if (!own.contains(entry.getKey()))
            names.insert(entry.getKey());
}

std::vector<const onnx::NodeProto *> GraphImporter::schedule(const Nodes &nodes, ArrayRef<StringRef> outputs,
                                                             Scope &scope)
{
    llvm::StringMap<int> producers;
    for (int i = 0; i < nodes.size(); ++i)
        for (const std::string &output : nodes[i].output())
            if (!output.empty() && (scope.defines(output) || !producers.try_emplace(output, i).second))
                (void)error(locationOf(nodes[i]), "output '" + output +
                                                      "' is defined a second time; names of tensors "
                                                      "have to be unique");

    // From the outputs backwards: nodes that nothing needs are not imported.
    std::vector<std::vector<int>> consumers(nodes.size());
    std::vector<int> missing(nodes.size(), -1); // producers that still have to run; -1 for nodes not needed
    SmallVector<StringRef> work(outputs);
    while (!work.empty()) {
        const StringRef name = work.pop_back_val();
        if (!scope.needed.insert(name).second)
            continue;
        auto producer = producers.find(name);
        if (producer == producers.end() || missing[producer->second] >= 0)
            continue;
        const int node = producer->second;
        missing[node] = 0;
        llvm::StringSet<> names;
        collectReadNames(nodes[node], names);
        for (const auto &entry : names) {
            if (auto from = producers.find(entry.getKey()); from != producers.end()) {
                consumers[from->second].push_back(node);
                ++missing[node];
                work.push_back(from->first());
            } else {
                scope.needed.insert(entry.getKey());
            }
        }
    }

    // Of the nodes that are ready always the first in the file: a sorted file keeps its order.
    std::priority_queue<int, std::vector<int>, std::greater<int>> ready;
    int left = 0;
    for (int i = 0; i < nodes.size(); ++i) {
        left += missing[i] >= 0;
        if (missing[i] == 0)
            ready.push(i);
    }
    std::vector<const onnx::NodeProto *> order;
    while (!ready.empty()) {
        const int node = ready.top();
        ready.pop();
        order.push_back(&nodes[node]);
        for (int consumer : consumers[node])
            if (--missing[consumer] == 0)
                ready.push(consumer);
    }
    if (left != int(order.size())) {
        for (int i = 0; i < nodes.size(); ++i) {
            if (missing[i] > 0) {
                (void)error(locationOf(nodes[i]), "the node depends on its own output; the graph has a cycle");
                break;
            }
        }
    }
    return order;
}

// ---- Graphs ------------------------------------------------------------------------------------------------

void GraphImporter::importInitializers(const onnx::GraphProto &graph, Scope &scope)
{
    auto define = [&](const std::string &name, llvm::Expected<ElementsAttr> tensor) {
        g.loc = sourceLocation(g.b.getContext(), name, "Initializer");
        if (!tensor) {
            (void)error(g.loc, "tensor '" + name + "' " + llvm::toString(tensor.takeError()));
            scope.poison(name);
        } else if (scope.defines(name)) {
            (void)error(g.loc, "tensor '" + name + "' is defined a second time; names of tensors have to be unique");
        } else {
            GraphBuilder named(g.b, constantLocation(g.b.getContext(), name));
            scope.define(name, constantTensor(named, *tensor));
        }
    };
    MLIRContext *context = g.b.getContext();
    for (const onnx::TensorProto &initializer : graph.initializer())
        if (scope.needed.contains(initializer.name()))
            define(initializer.name(), readTensor(context, initializer, memory.files));
    for (const onnx::SparseTensorProto &initializer : graph.sparse_initializer())
        if (scope.needed.contains(initializer.values().name()))
            define(initializer.values().name(), readSparseTensor(context, initializer, memory.files));
}

void GraphImporter::importGraph(const onnx::GraphProto &graph, Scope &scope)
{
    scope.graph = &graph;
    SmallVector<StringRef> outputs;
    for (const onnx::ValueInfoProto &output : graph.output())
        outputs.push_back(output.name());
    if (!takeNodes(graph.node_size() + graph.initializer_size()))
        return;
    std::vector<const onnx::NodeProto *> order = schedule(graph.node(), outputs, scope);
    importInitializers(graph, scope);
    for (const onnx::NodeProto *node : order)
        importNode(*node, scope);
}

FailureOr<Tensor> GraphImporter::output(StringRef name, Scope &scope)
{
    const Tensor *tensor = scope.find(name);
    if (!tensor)
        return error(UnknownLoc::get(g.b.getContext()), "output '" + name + "' is produced by no node of the graph");
    if (Scope::isPoisoned(*tensor))
        return failure();
    return *tensor;
}

FailureOr<SmallVector<Tensor>> GraphImporter::inlineGraph(const onnx::GraphProto &graph, ArrayRef<Tensor> arguments)
{
    if (graph.input_size() != int(arguments.size()))
        return error(g.loc, "a subgraph has " + Twine(graph.input_size()) + " inputs, but " + Twine(arguments.size()) +
                                " are expected");
    Scope scope(current, current->opsets);
    scope.attributes = current->attributes;
    for (auto [input, argument] : llvm::zip(graph.input(), arguments))
        scope.define(input.name(), argument);
    const Location outer = g.loc;
    importGraph(graph, scope);
    g.loc = outer;
    SmallVector<Tensor> results;
    for (const onnx::ValueInfoProto &info : graph.output()) {
        FailureOr<Tensor> result = output(info.name(), scope);
        if (failed(result))
            return failure();
        results.push_back(*result);
    }
    return results;
}

FailureOr<SmallVector<Tensor>> GraphImporter::tryInlineGraph(const onnx::GraphProto &graph, ArrayRef<Tensor> arguments,
                                                             std::string &problem)
{
    const bool errorBefore = std::exchange(anyError, false);
    const int64_t unsupportedBefore = unsupported.nodes();
    std::vector<Diagnostic> held;
    FailureOr<SmallVector<Tensor>> results = failure();
    {
        ScopedDiagnosticHandler handler(g.b.getContext(),
                                        [&](Diagnostic &diagnostic) { held.push_back(std::move(diagnostic)); });
        results = inlineGraph(graph, arguments);
    }
    const bool isFinal =
        unsupported.nodes() > unsupportedBefore || isOverLimit; // another way to import the graph does not help
    for (Diagnostic &diagnostic : held) {
        if (isFinal) {
            g.b.getContext()->getDiagEngine().emit(std::move(diagnostic));
        } else if (problem.empty()) {
            const SourceNode node = sourceNode(diagnostic.getLocation());
            problem = ("node '" + node.name + "' (" + node.type + "): " + diagnostic.str()).str();
        }
    }
    anyError = errorBefore || isFinal;
    return results;
}

std::optional<SmallVector<int64_t>> GraphImporter::declaredShape(StringRef name) const
{
    if (!current->graph)
        return std::nullopt;
    auto shapeIn = [&](const auto &infos) -> std::optional<SmallVector<int64_t>> {
        auto info = llvm::find_if(infos, [&](const onnx::ValueInfoProto &info) { return info.name() == name; });
        if (info == infos.end() || !info->type().tensor_type().has_shape())
            return std::nullopt;
        SmallVector<int64_t> shape;
        for (const onnx::TensorShapeProto::Dimension &extent : info->type().tensor_type().shape().dim()) {
            if (!extent.has_dim_value())
                return std::nullopt;
            shape.push_back(extent.dim_value());
        }
        if (!isReasonable(shape))
            return std::nullopt;
        return shape;
    };
    std::optional<SmallVector<int64_t>> shape = shapeIn(current->graph->value_info());
    return shape ? shape : shapeIn(current->graph->output());
}

// ---- Nodes -------------------------------------------------------------------------------------------------

std::optional<SmallVector<Tensor *>> GraphImporter::inputsOf(const onnx::NodeProto &node, Scope &scope)
{
    SmallVector<Tensor *> inputs;
    bool complete = true;
    for (const std::string &name : node.input()) {
        inputs.push_back(name.empty() ? nullptr : scope.find(name));
        if (name.empty())
            continue;
        if (!inputs.back())
            (void)error(locationOf(node), "input '" + name +
                                              "' is neither produced by a node nor an input or "
                                              "initializer of the graph");
        complete &= inputs.back() && !Scope::isPoisoned(*inputs.back());
    }
    if (!complete)
        return std::nullopt;
    return inputs;
}

void GraphImporter::importNode(const onnx::NodeProto &unresolved, Scope &scope)
{
    if (isOverLimit)
        return;
    const onnx::NodeProto &node = withAttributes(unresolved, scope);
    Scope *const outer = std::exchange(current, &scope);
    const StringRef domain = canonicalDomain(node.domain());
    auto version = scope.opsets.find(domain.str());
    const int opset = version == scope.opsets.end() ? 1 : version->second;
    g.loc = locationOf(node);

    LogicalResult result = failure();
    if (++depth > Budget::of(g.b.getContext()).most(Limit::Nesting)) {
        result = exceeded(Limit::Nesting);
    } else if (const Entry *entry = findOperator(domain, node.op_type(), opset)) {
        result = importOperator(*entry, node, opset, scope);
    } else if (auto function = functions.find({domain.str(), node.op_type()}); function != functions.end()) {
        result = importCall(*function->second, node, scope);
    } else {
        anyError = true;
        const std::string full = (domain.empty() ? "" : domain + ".").str() + node.op_type();
        unsupported.add(full + " of opset " + std::to_string(opset), sourceNode(g.loc).name);
    }
    if (failed(result)) {
        for (const std::string &name : node.output())
            if (!name.empty() && !scope.defines(name))
                scope.poison(name);
    }
    --depth;
    current = outer;
}

/// Whether a comma-separated list names a type.
static bool listsType(StringRef list, StringRef name)
{
    SmallVector<StringRef> names;
    list.split(names, ',');
    return llvm::any_of(names, [&](StringRef entry) { return entry.trim() == name; });
}

LogicalResult GraphImporter::checkInputs(const Entry &entry, const Node &node)
{
    for (unsigned i = 0; i < entry.required; ++i)
        if (!node.hasInput(i))
            return error(g.loc, "input " + Twine(i) + " is missing");
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        const std::string input = ("input " + Twine(i) + " ('" + node.proto.input(int(i)) + "')").str();
        if (node.hasSequence(i) && !entry.takesSequences)
            return error(g.loc, input + " is a sequence or an empty optional, which the operator does not take");
        if (node.hasExtents(i) && computedSizesOf(entry) == ComputedSizes::Refused)
            return error(g.loc,
                         input + " has a size that is computed at run time, which the operator does not take yet");
    }
    if (entry.required == 0 || entry.types[0] == '\0' || node.hasSequence(0))
        return success();
    const StringRef name = elementName(node.onnxElement(0));
    if (!listsType(entry.types, name))
        return error(g.loc, "input 0 is of type " + name + ", but the operator takes " + entry.types);
    return success();
}

LogicalResult GraphImporter::importOperator(const Entry &entry, const onnx::NodeProto &proto, int opset, Scope &scope)
{
    std::optional<SmallVector<Tensor *>> inputs = inputsOf(proto, scope);
    if (!inputs)
        return failure();
    Node node(proto, opset, g, *inputs, *this);
    if (failed(checkInputs(entry, node)))
        return failure();
    const bool anyExtents = llvm::any_of(*inputs, [](const Tensor *input) { return input && !input->extents.empty(); });

    Outputs outputs = entry.import(node);
    if (failed(outputs) || (anyExtents && computedSizesOf(entry) == ComputedSizes::Elementwise &&
                            failed(broadcastExtents(node, *outputs)))) {
        anyError = true;
        return failure();
    }
    for (int i = 0; i < proto.output_size(); ++i) {
        if (!node.wantsOutput(unsigned(i)))
            continue;
        Tensor tensor = node.output(unsigned(i), i < int(outputs->size()) ? (*outputs)[i] : Value());
        if (Scope::isPoisoned(tensor))
            return error(g.loc, "output " + Twine(i) + " ('" + proto.output(i) + "') is not supported");
        if (const Value form = tensor.value ? tensor.value : tensor.quantized;
            form && failed(node.checkShape(GraphBuilder::shapeOf(form)))) {
            anyError = true;
            return failure();
        }
        scope.define(proto.output(i), withKnownExtents(g, std::move(tensor)));
    }
    if (Budget::of(g.b.getContext()).isOver(Limit::ConstantBytes))
        return exceeded(Limit::ConstantBytes);
    return success();
}

// ---- Functions of the model --------------------------------------------------------------------------------

using Attributes = std::map<std::string, onnx::AttributeProto>;

static bool mentionsCaller(const onnx::NodeProto &node)
{
    for (const onnx::AttributeProto &attribute : node.attribute()) {
        if (!attribute.ref_attr_name().empty())
            return true;
        for (const onnx::NodeProto &inner : attribute.g().node())
            if (mentionsCaller(inner))
                return true;
    }
    return false;
}

/// Puts the caller's attributes in the place of references to them; those that the caller leaves out vanish.
static void fillAttributes(onnx::NodeProto &node, const Attributes &attributes)
{
    google::protobuf::RepeatedPtrField<onnx::AttributeProto> filled;
    for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
        if (!attribute.ref_attr_name().empty()) {
            auto given = attributes.find(attribute.ref_attr_name());
            if (given == attributes.end())
                continue;
            onnx::AttributeProto *copy = filled.Add();
            *copy = given->second;
            copy->set_name(attribute.name());
            continue;
        }
        if (attribute.has_g())
            for (onnx::NodeProto &inner : *attribute.mutable_g()->mutable_node())
                fillAttributes(inner, attributes);
        filled.Add()->Swap(&attribute);
    }
    node.mutable_attribute()->Swap(&filled);
}

const onnx::NodeProto &GraphImporter::withAttributes(const onnx::NodeProto &node, const Scope &scope)
{
    if (!scope.attributes || !mentionsCaller(node))
        return node;
    memory.calledNodes.push_back(node);
    fillAttributes(memory.calledNodes.back(), *scope.attributes);
    return memory.calledNodes.back();
}

/// FunctionProto.attribute_proto, attributes with a default, which is newer than the protobuf schema that Debian ships.
static Attributes defaultAttributes(const onnx::FunctionProto &function)
{
    constexpr int attributeProtoField = 11;
    Attributes attributes;
    const google::protobuf::UnknownFieldSet &fields = function.unknown_fields();
    for (int i = 0; i < fields.field_count(); ++i) {
        onnx::AttributeProto attribute;
        const google::protobuf::UnknownField &field = fields.field(i);
        if (field.number() == attributeProtoField &&
            field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED &&
            attribute.ParseFromString(field.length_delimited()))
            attributes[attribute.name()] = attribute;
    }
    return attributes;
}

LogicalResult GraphImporter::importCall(const onnx::FunctionProto &function, const onnx::NodeProto &node, Scope &scope)
{
    const Location call = g.loc;
    if (llvm::is_contained(activeCalls, &function))
        return error(call, "function '" + function.name() + "' calls itself");
    std::optional<SmallVector<Tensor *>> inputs = inputsOf(node, scope);
    if (!inputs)
        return failure();
    if (int(inputs->size()) > function.input_size() || node.output_size() > function.output_size())
        return error(call, "function '" + function.name() + "' has " + Twine(function.input_size()) + " inputs and " +
                               Twine(function.output_size()) + " outputs, fewer than the call has");
    Opsets opsets;
    for (const onnx::OperatorSetIdProto &import : function.opset_import())
        opsets[canonicalDomain(import.domain()).str()] = int(std::clamp<int64_t>(import.version(), 1, INT_MAX));
    Attributes attributes = defaultAttributes(function);
    for (const onnx::AttributeProto &attribute : node.attribute())
        attributes[attribute.name()] = attribute;

    Scope body(nullptr, opsets);
    body.attributes = &attributes;
    SmallVector<StringRef> outputs(function.output().begin(), function.output().end());
    // Inputs that the call leaves away are absent in the body too: their readers see an empty name.
    llvm::StringSet<> absent;
    for (int i = 0; i < function.input_size(); ++i) {
        if (i < int(inputs->size()) && (*inputs)[i])
            body.define(function.input(i), *(*inputs)[i]);
        else
            absent.insert(function.input(i));
    }
    if (!takeNodes(function.node_size()))
        return failure();
    activeCalls.push_back(&function);
    for (const onnx::NodeProto *inner : schedule(function.node(), outputs, body)) {
        if (llvm::any_of(inner->input(), [&](const std::string &name) { return absent.contains(name); })) {
            onnx::NodeProto &copy = memory.calledNodes.emplace_back(*inner);
            for (std::string &name : *copy.mutable_input())
                if (absent.contains(name))
                    name.clear();
            inner = &copy;
        }
        importNode(*inner, body);
    }
    activeCalls.pop_back();
    g.loc = call;
    for (int i = 0; i < node.output_size(); ++i) {
        if (node.output(i).empty())
            continue;
        FailureOr<Tensor> result = output(function.output(i), body);
        if (failed(result))
            return failure();
        scope.define(node.output(i), *result);
    }
    return success();
}

} // namespace barecc::onnx_import
