// Loop and Scan. The body becomes a function that nn.loop runs. Where its shapes change from one iteration to the next,
// or it needs the number of the iteration to be known, the iterations are written out one after another instead.
#include "compiler/import/onnx/Loop.h"

#include "compiler/import/onnx/Extents.h"
#include "compiler/ir/Subgraph.h"

using namespace mlir;

namespace barecc::onnx_import {
namespace {

/// Iterations that are written out, at most.
constexpr int64_t mostWrittenOut = 1024;

RankedTensorType scalarType(Type element) { return RankedTensorType::get({}, element); }

Value truth(GraphBuilder &g, bool value) { return g.splat(scalarType(g.b.getI1Type()), value ? 1.0 : 0.0); }

const onnx::GraphProto *bodyOf(Node &node)
{
    const onnx::AttributeProto *body = node.attribute("body");
    return body && body->has_g() ? &body->g() : nullptr;
}

/// The one truth value of a constant.
std::optional<bool> knownTruth(Value value)
{
    std::optional<SmallVector<int64_t>> known = integersOf(constantOf(value));
    return known && known->size() == 1 ? std::optional<bool>(known->front() != 0) : std::nullopt;
}

bool sameTypes(ArrayRef<Tensor> before, ArrayRef<Tensor> after)
{
    return llvm::all_of(llvm::zip(before, after), [](const auto &pair) {
        const auto &[a, b] = pair;
        return a.value.getType() == b.value.getType() && a.element == b.element;
    });
}

/// A node Loop: for (i = 0; i < limit && condition; i++).
class Loop {
public:
    explicit Loop(Node &node, const onnx::GraphProto &body) : node(node), g(node.g), body(body) {}

    Outputs import()
    {
        if (failed(read()))
            return failure();
        std::string problem;
        Outputs compact = asLoop(problem);
        if (succeeded(compact) || problem.empty())
            return compact;
        if (!trips && node.hasInput(0))
            return node.unknown(0, "the trip count (" + problem + ")");
        if (start && !knownTruth(start))
            return node.unknown(1, "the condition (" + problem + ")");
        if (!trips || *trips > mostWrittenOut || !startsTrue)
            return node.error(problem);
        return writtenOut();
    }

private:
    LogicalResult read()
    {
        if (body.input_size() < 2 || body.output_size() < 1 || int(node.inputCount()) < body.input_size())
            return node.error("the body has " + Twine(body.input_size()) + " inputs and " + Twine(body.output_size()) +
                              " outputs, which does not fit the node");
        carriedCount = size_t(body.input_size() - 2);
        if (body.output_size() < int(carriedCount) + 1)
            return node.error("the body has too few outputs for what it carries");
        for (unsigned i = 0; i < carriedCount; ++i) {
            if (!node.hasInput(i + 2))
                return node.error("input " + Twine(i + 2) + " is missing");
            carried.push_back({node.onnxElement(i + 2), node.input(i + 2)});
        }
        if (node.hasInput(0)) {
            if (node.type(0).getNumElements() != 1 || !node.element(0).isInteger(64))
                return node.error("the trip count should be one int64");
            limit = g.reshape(node.input(0), {});
            if (std::optional<SmallVector<int64_t>> known = integersOf(constantOf(limit)))
                trips = std::max<int64_t>(known->front(), 0);
        }
        if (node.hasInput(1)) {
            if (node.type(1).getNumElements() != 1 || !node.element(1).isInteger(1))
                return node.error("the condition should be one boolean");
            start = g.reshape(node.input(1), {});
        }
        if (std::optional<bool> known = start ? knownTruth(start) : true) {
            startsTrue = *known;
            if (!*known)
                trips = 0;
        }
        return success();
    }

    /// The inputs of the body: number of the iteration, true, and what is carried.
    SmallVector<Tensor> bodyInputs(Value number, ArrayRef<Tensor> state)
    {
        auto shaped = [&](Value value, int input) { // a scalar, or a vector of one element
            const bool isVector = body.input(input).type().tensor_type().shape().dim_size() == 1;
            return isVector ? g.reshape(value, {1}) : value;
        };
        SmallVector<Tensor> inputs{{g.b.getI64Type(), shaped(number, 0)}, {g.b.getI1Type(), shaped(truth(g, true), 1)}};
        inputs.append(state.begin(), state.end());
        return inputs;
    }

    /// As often as the loop can run, where results of each iteration are kept.
    FailureOr<int64_t> bound()
    {
        if (trips)
            return *trips;
        for (unsigned i = unsigned(carriedCount); i < unsigned(body.output_size()) - 1; ++i)
            if (std::optional<SmallVector<int64_t>> shape = node.declaredShape(i); shape && !shape->empty())
                return shape->front();
        if (body.output_size() == int(carriedCount) + 1)
            return INT32_MAX;
        if (node.hasInput(0))
            return node.unknown(0, "the trip count");
        return node.error("the loop runs until a condition turns false, and keeps a result of each iteration, so a "
                          "bound is needed; give it a trip count in the model");
    }

    /// Sets `problem` where the loop has to be written out instead.
    Outputs asLoop(std::string &problem)
    {
        const RankedTensorType number = scalarType(g.b.getI64Type());
        SmallVector<Type> types{number};
        for (const Tensor &tensor : carried)
            types.push_back(tensor.value.getType());
        Subgraph step(g, "loop_body", types);
        SmallVector<Tensor> state;
        for (auto [tensor, argument] : llvm::zip(carried, step.arguments().drop_front()))
            state.push_back({tensor.element, argument});
        FailureOr<SmallVector<Tensor>> results =
            node.context.tryInlineGraph(body, bodyInputs(step.arguments()[0], state), problem);
        if (failed(results) || failed(refuseExtents(node, *results)))
            return failure();
        for (Tensor &tensor : *results)
            (void)plainNumbers(g, tensor);
        const ArrayRef<Tensor> next = ArrayRef(*results).slice(1, carriedCount),
                               kept = ArrayRef(*results).drop_front(carriedCount + 1);
        if (GraphBuilder::typeOf(results->front().value).getNumElements() != 1 ||
            !GraphBuilder::elementOf(results->front().value).isInteger(1))
            return node.error("the body's condition should be one boolean");
        if (!sameTypes(state, next)) {
            problem = "a value that the loop carries changes its type or shape from one iteration to the next, which "
                      "needs a trip count that is known at compile time";
            return failure();
        }
        FailureOr<int64_t> most = bound();
        if (failed(most))
            return failure();
        const std::optional<bool> goesOn = knownTruth(results->front().value);
        if (goesOn == false)
            most = std::min<int64_t>(*most, 1);

        SmallVector<Value> returned;
        const bool stops = !goesOn || (start && !startsTrue);
        if (stops)
            returned.push_back(g.reshape(results->front().value, {}));
        SmallVector<Type> carriedTypes, stackedTypes;
        for (const Tensor &tensor : next) {
            returned.push_back(tensor.value);
            carriedTypes.push_back(tensor.value.getType());
        }
        for (const Tensor &tensor : kept) {
            returned.push_back(tensor.value);
            SmallVector<int64_t> shape{*most};
            llvm::append_range(shape, GraphBuilder::shapeOf(tensor.value));
            if (failed(node.checkShape(shape)))
                return failure();
            stackedTypes.push_back(RankedTensorType::get(shape, GraphBuilder::elementOf(tensor.value)));
        }
        step.finish(returned);

        const bool isCounted = trips && !stops;
        SmallVector<Value> inits;
        for (const Tensor &tensor : carried)
            inits.push_back(tensor.value);
        const SmallVector<Value> captured = captureOuterValues({step.function()});
        auto loop = nn::LoopOp::create(
            g.b, g.loc, carriedTypes, stackedTypes, !isCounted && !kept.empty() ? Type(number) : Type(),
            step.function().getName(), trips ? Value() : limit, stops ? (start ? start : truth(g, true)) : Value(),
            inits, ValueRange(), captured, uint64_t(*most), ArrayRef<bool>(), ArrayRef<bool>());
        SmallVector<Value> outputs(loop.getFinals());
        llvm::append_range(outputs, loop.getStacked());
        for (auto [i, tensor] : llvm::enumerate(ArrayRef(*results).drop_front()))
            node.setElement(unsigned(i), tensor.element);
        if (Value count = loop.getCount())
            for (size_t k = 0; k < kept.size(); ++k)
                node.setExtent(unsigned(carriedCount + k), 0, count);
        return outputs;
    }

    Outputs writtenOut()
    {
        SmallVector<Tensor> state = carried;
        SmallVector<SmallVector<Value>> kept(size_t(body.output_size()) - 1 - carriedCount);
        SmallVector<Type> keptElements(kept.size());
        for (int64_t i = 0; i < *trips; ++i) {
            Value number = g.reshape(g.constant({i}, g.b.getI64Type()), {});
            FailureOr<SmallVector<Tensor>> results = node.context.inlineGraph(body, bodyInputs(number, state));
            if (failed(results) || failed(refuseExtents(node, *results)))
                return failure();
            for (Tensor &tensor : *results)
                (void)plainNumbers(g, tensor);
            state.assign(results->begin() + 1, results->begin() + 1 + carriedCount);
            for (auto [k, tensor] : llvm::enumerate(ArrayRef(*results).drop_front(carriedCount + 1))) {
                SmallVector<int64_t> shape{1};
                llvm::append_range(shape, GraphBuilder::shapeOf(tensor.value));
                kept[k].push_back(g.reshape(tensor.value, shape));
                keptElements[k] = tensor.element;
                if (kept[k].back().getType() != kept[k].front().getType())
                    return node.error("what an iteration adds to an output changes its shape");
            }
            const std::optional<bool> goesOn = knownTruth(results->front().value);
            if (!goesOn)
                return node.error("shapes change from one iteration to the next, so the condition to go on has to be "
                                  "known at compile time");
            if (!*goesOn)
                break;
        }
        SmallVector<Value> outputs = llvm::map_to_vector(state, [](const Tensor &tensor) { return tensor.value; });
        for (auto [k, slices] : llvm::enumerate(kept)) {
            if (slices.empty())
                return node.error("the loop never runs, so the shape of its outputs is not known");
            outputs.push_back(g.concat(slices, 0));
            node.setElement(unsigned(carriedCount + k), keptElements[k]);
        }
        for (auto [i, tensor] : llvm::enumerate(state))
            node.setElement(unsigned(i), tensor.element);
        return outputs;
    }

    Node &node;
    GraphBuilder &g;
    const onnx::GraphProto &body;
    size_t carriedCount = 0;
    SmallVector<Tensor> carried;
    Value limit, start; // scalars, or null
    std::optional<int64_t> trips;
    bool startsTrue = false; // known to
};

// ---- Scan --------------------------------------------------------------------------------------------------

/// A node Scan over tensors whose scanned axis was moved to the front.
class Scan {
public:
    Scan(Node &node, const onnx::GraphProto &body) : node(node), g(node.g), body(body) {}

    LogicalResult read()
    {
        scannedCount = size_t(node.integer("num_scan_inputs", 0));
        if (scannedCount < 1 || scannedCount > size_t(body.input_size()))
            return node.error("num_scan_inputs does not fit the body");
        carriedCount = size_t(body.input_size()) - scannedCount;
        if (size_t(body.output_size()) < carriedCount)
            return node.error("the body has too few outputs for its state");
        stackedCount = size_t(body.output_size()) - carriedCount;
        return success();
    }

    /// `state` and `inputs` without batch axis, the latter with the scanned axis in front.
    FailureOr<SmallVector<Tensor>> run(ArrayRef<Tensor> state, ArrayRef<Tensor> inputs, ArrayRef<bool> backwards,
                                       ArrayRef<bool> stackedBackwards)
    {
        const int64_t trips = GraphBuilder::shapeOf(inputs[0].value)[0];
        SmallVector<Type> types{scalarType(g.b.getI64Type())};
        SmallVector<Value> inits, scanned;
        for (const Tensor &tensor : state) {
            types.push_back(tensor.value.getType());
            inits.push_back(tensor.value);
        }
        for (const Tensor &tensor : inputs) {
            const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(tensor.value);
            if (shape[0] != trips)
                return node.error("the scanned inputs differ in length: " + Twine(trips) + " and " + Twine(shape[0]));
            types.push_back(RankedTensorType::get(shape.drop_front(), GraphBuilder::elementOf(tensor.value)));
            scanned.push_back(tensor.value);
        }
        Subgraph step(g, "scan_body", types);
        SmallVector<Tensor> arguments;
        for (auto [tensor, argument] :
             llvm::zip(llvm::concat<const Tensor>(state, inputs), step.arguments().drop_front()))
            arguments.push_back({tensor.element, argument});
        FailureOr<SmallVector<Tensor>> results = node.context.inlineGraph(body, arguments);
        if (failed(results) || failed(refuseExtents(node, *results)))
            return failure();
        SmallVector<Value> returned;
        for (Tensor &tensor : *results)
            returned.push_back(plainNumbers(g, tensor));
        if (!sameTypes(state, ArrayRef(*results).take_front(carriedCount)))
            return node.error("a state changes its type or shape from one step to the next");
        SmallVector<Type> carriedTypes, stackedTypes;
        for (auto [i, value] : llvm::enumerate(returned)) {
            SmallVector<int64_t> shape{trips};
            llvm::append_range(shape, GraphBuilder::shapeOf(value));
            if (i < carriedCount)
                carriedTypes.push_back(value.getType());
            else if (failed(node.checkShape(shape)))
                return failure();
            else
                stackedTypes.push_back(RankedTensorType::get(shape, GraphBuilder::elementOf(value)));
        }
        step.finish(returned);
        const SmallVector<Value> captured = captureOuterValues({step.function()});
        auto loop =
            nn::LoopOp::create(g.b, g.loc, carriedTypes, stackedTypes, Type(), step.function().getName(), Value(),
                               Value(), inits, scanned, captured, uint64_t(trips), backwards, stackedBackwards);
        for (auto [tensor, value] : llvm::zip(*results, llvm::concat<Value>(SmallVector<Value>(loop.getFinals()),
                                                                            SmallVector<Value>(loop.getStacked()))))
            tensor = {tensor.element, value};
        return results;
    }

    /// A list of axes or directions, one for each tensor; zeros by default.
    FailureOr<SmallVector<int64_t>> perTensor(StringRef name, size_t count)
    {
        SmallVector<int64_t> values = node.integers(name).value_or(SmallVector<int64_t>(count, 0));
        if (values.size() != count)
            return node.error(name + " has " + Twine(values.size()) + " values where there are " + Twine(count) +
                              " tensors");
        return values;
    }

    static SmallVector<bool> truths(ArrayRef<int64_t> values)
    {
        return llvm::map_to_vector(values, [](int64_t value) { return value != 0; });
    }

    Node &node;
    GraphBuilder &g;
    const onnx::GraphProto &body;
    size_t carriedCount = 0, scannedCount = 0, stackedCount = 0;
};

/// Axis `from` moved to place `to`.
Value moveAxis(GraphBuilder &g, Value value, int64_t from, int64_t to)
{
    SmallVector<int64_t> permutation;
    for (int64_t d = 0; d < GraphBuilder::typeOf(value).getRank(); ++d)
        if (d != from)
            permutation.push_back(d);
    permutation.insert(permutation.begin() + to, from);
    return g.transpose(value, permutation);
}

/// The inputs of a Scan node, from number `first` on; each has to be there.
FailureOr<SmallVector<Tensor>> inputsFrom(Node &node, unsigned first, size_t count)
{
    SmallVector<Tensor> inputs;
    for (unsigned i = first; i < first + count; ++i) {
        if (!node.hasInput(i))
            return node.error("input " + Twine(i) + " is missing");
        inputs.push_back({node.onnxElement(i), node.input(i)});
    }
    return inputs;
}

Outputs outputsOf(Node &node, ArrayRef<Tensor> tensors)
{
    SmallVector<Value> outputs;
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
        node.setElement(unsigned(i), tensor.element);
        outputs.push_back(tensor.value);
    }
    return outputs;
}

} // namespace

Outputs importLoop(Node &node)
{
    const onnx::GraphProto *body = bodyOf(node);
    return body ? Loop(node, *body).import() : Outputs(node.error("the body is missing"));
}

Outputs importScan(Node &node)
{
    const onnx::GraphProto *body = bodyOf(node);
    if (!body)
        return node.error("the body is missing");
    Scan scan(node, *body);
    if (failed(scan.read()))
        return failure();
    FailureOr<SmallVector<Tensor>> inputs = inputsFrom(node, 0, scan.carriedCount + scan.scannedCount);
    FailureOr<SmallVector<int64_t>> inAxes = scan.perTensor("scan_input_axes", scan.scannedCount),
                                    outAxes = scan.perTensor("scan_output_axes", scan.stackedCount),
                                    inTurns = scan.perTensor("scan_input_directions", scan.scannedCount),
                                    outTurns = scan.perTensor("scan_output_directions", scan.stackedCount);
    if (failed(inputs) || failed(inAxes) || failed(outAxes) || failed(inTurns) || failed(outTurns))
        return failure();
    for (auto [tensor, given] : llvm::zip(MutableArrayRef(*inputs).drop_front(scan.carriedCount), *inAxes)) {
        FailureOr<int64_t> axis = node.axis(given, GraphBuilder::typeOf(tensor.value).getRank());
        if (failed(axis))
            return failure();
        tensor.value = moveAxis(node.g, tensor.value, *axis, 0);
    }
    FailureOr<SmallVector<Tensor>> results =
        scan.run(ArrayRef(*inputs).take_front(scan.carriedCount), ArrayRef(*inputs).drop_front(scan.carriedCount),
                 Scan::truths(*inTurns), Scan::truths(*outTurns));
    if (failed(results))
        return failure();
    for (auto [tensor, given] : llvm::zip(MutableArrayRef(*results).drop_front(scan.carriedCount), *outAxes)) {
        FailureOr<int64_t> axis = node.axis(given, GraphBuilder::typeOf(tensor.value).getRank());
        if (failed(axis))
            return failure();
        tensor.value = moveAxis(node.g, tensor.value, 0, *axis);
    }
    return outputsOf(node, *results);
}

Outputs importScan8(Node &node)
{
    const onnx::GraphProto *body = bodyOf(node);
    if (!body)
        return node.error("the body is missing");
    if (node.hasInput(0))
        return node.error(
            "sequence_lens is not taken; fix the model to sequences of one length, or convert it to opset 9");
    Scan scan(node, *body);
    if (failed(scan.read()))
        return failure();
    FailureOr<SmallVector<Tensor>> inputs = inputsFrom(node, 1, scan.carriedCount + scan.scannedCount);
    FailureOr<SmallVector<int64_t>> turns = scan.perTensor("directions", scan.scannedCount);
    if (failed(inputs) || failed(turns))
        return failure();

    // The batch is a loop around the scan: everything is a slice of what goes in, and what comes out is stacked.
    GraphBuilder &g = node.g;
    SmallVector<Type> types{scalarType(g.b.getI64Type())};
    SmallVector<Value> batches;
    for (auto [i, tensor] : llvm::enumerate(*inputs)) {
        const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(tensor.value);
        if (shape.size() < (i < scan.carriedCount ? 1u : 2u) ||
            shape[0] != GraphBuilder::shapeOf(inputs->front().value)[0])
            return node.error("an input lacks the batch or sequence axis, or has another batch");
        types.push_back(RankedTensorType::get(shape.drop_front(), GraphBuilder::elementOf(tensor.value)));
        batches.push_back(tensor.value);
    }
    const int64_t batch = GraphBuilder::shapeOf(batches[0])[0];
    Subgraph sample(g, "scan_sample", types);
    for (auto [tensor, argument] : llvm::zip(*inputs, sample.arguments().drop_front()))
        tensor.value = argument;
    FailureOr<SmallVector<Tensor>> results =
        scan.run(ArrayRef(*inputs).take_front(scan.carriedCount), ArrayRef(*inputs).drop_front(scan.carriedCount),
                 Scan::truths(*turns), {});
    if (failed(results))
        return failure();
    SmallVector<Value> returned;
    SmallVector<Type> stackedTypes;
    for (const Tensor &tensor : *results) {
        SmallVector<int64_t> shape{batch};
        llvm::append_range(shape, GraphBuilder::shapeOf(tensor.value));
        if (failed(node.checkShape(shape)))
            return failure();
        stackedTypes.push_back(RankedTensorType::get(shape, GraphBuilder::elementOf(tensor.value)));
        returned.push_back(tensor.value);
    }
    sample.finish(returned);
    const SmallVector<Value> captured = captureOuterValues({sample.function()});
    auto loop =
        nn::LoopOp::create(g.b, g.loc, TypeRange(), stackedTypes, Type(), sample.function().getName(), Value(), Value(),
                           ValueRange(), batches, captured, uint64_t(batch), ArrayRef<bool>(), ArrayRef<bool>());
    for (auto [tensor, value] : llvm::zip(*results, loop.getStacked()))
        tensor = {tensor.element, value};
    return outputsOf(node, *results);
}

} // namespace barecc::onnx_import
