// LSTM, GRU and RNN. The products with the input are one matrix product for all steps; what the state goes through is a
// loop over the steps.
#include "compiler/import/onnx/Activation.h"
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/Matrix.h"
#include "compiler/import/onnx/Quantization.h"
#include "compiler/ir/Subgraph.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

namespace {

/// What the three operators have in common: sizes, checked inputs and attributes.
struct Layer {
    Node &node;
    GraphBuilder &g;
    int64_t gates;                               // 1, 3 or 4 blocks of rows in W and R
    int64_t steps, batch, inputSize, hiddenSize; // extents
    int64_t directions;
    bool reverses; // the only direction runs from the last step to the first
    Value input;   // [steps, batch, inputSize]
    Value lengths; // [batch], or null where every sequence has all steps
    SmallVector<Activation> activations;
    double clip; // of what goes into an activation; infinite without

    Layer(Node &node, int64_t gates) : node(node), g(node.g), gates(gates) {}

    LogicalResult read(ArrayRef<StringRef> functions);
    /// Input i, [directions, extent], for one direction, or null where it is absent.
    FailureOr<Value> vector(unsigned i, int64_t direction, int64_t extent) const;
    /// An initial state for one direction: input i, or zeros.
    FailureOr<Value> initialState(unsigned i, int64_t direction) const;
    Value activated(OpBuilder &b, Location loc, unsigned function, int64_t direction, Value x) const;

private:
    LogicalResult readActivations(ArrayRef<StringRef> functions);
    LogicalResult checkShape(unsigned i, ArrayRef<int64_t> shape) const;
    bool isTransposed() const { return node.integer("layout", 0) != 0; }
};

LogicalResult Layer::checkShape(unsigned i, ArrayRef<int64_t> shape) const
{
    if (node.shape(i) == shape)
        return success();
    return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " but should be " + shapeText(shape));
}

LogicalResult Layer::readActivations(ArrayRef<StringRef> functions)
{
    SmallVector<std::string> names;
    if (const onnx::AttributeProto *given = node.attribute("activations"))
        names.assign(given->strings().begin(), given->strings().end());
    if (names.empty())
        for (int64_t d = 0; d < directions; ++d)
            names.append(functions.begin(), functions.end());
    if (names.size() != functions.size() * size_t(directions))
        return node.error("activations names " + Twine(names.size()) + " functions where " +
                          Twine(functions.size() * size_t(directions)) + " are needed");
    // Parameters are listed for those functions alone that have them, in order.
    const SmallVector<double> alphas = node.numbers("activation_alpha").value_or(SmallVector<double>());
    const SmallVector<double> betas = node.numbers("activation_beta").value_or(SmallVector<double>());
    size_t alpha = 0, beta = 0;
    for (const std::string &name : names) {
        FailureOr<Activation> function = activationNamed(node, name);
        if (failed(function))
            return failure();
        if (function->hasAlpha() && alpha < alphas.size())
            function->alpha = alphas[alpha++];
        if (function->hasBeta() && beta < betas.size())
            function->beta = betas[beta++];
        activations.push_back(*function);
    }
    return success();
}

LogicalResult Layer::read(ArrayRef<StringRef> functions)
{
    if (failed(node.checkRank(0, 3)) || failed(node.checkRank(1, 3)) || failed(node.checkRank(2, 3)))
        return failure();
    for (unsigned i : {1u, 2u, 3u, 5u, 6u, 7u})
        if (node.hasInput(i) && failed(node.checkSameType(0, i)))
            return failure();
    input = isTransposed() ? g.transpose(node.input(0), {1, 0, 2}) : node.input(0);
    const ArrayRef<int64_t> shape = GraphBuilder::shapeOf(input);
    steps = shape[0];
    batch = shape[1];
    inputSize = shape[2];
    hiddenSize = node.shape(2)[2];
    const std::string direction = node.text("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        return node.error("direction is '" + direction + "'; it has to be forward, reverse or bidirectional");
    directions = direction == "bidirectional" ? 2 : 1;
    reverses = direction == "reverse";
    if (failed(node.checkShape(shape)) || failed(checkShape(1, {directions, gates * hiddenSize, inputSize})) ||
        failed(checkShape(2, {directions, gates * hiddenSize, hiddenSize})) ||
        failed(node.checkShape({steps, batch, gates * hiddenSize})) ||
        failed(node.checkShape({steps, directions, batch, hiddenSize})))
        return failure();
    if (node.integer("hidden_size", hiddenSize) != hiddenSize)
        return node.error("hidden_size does not fit the weights, which have " + Twine(hiddenSize));
    if (node.hasInput(4)) {
        if (failed(checkShape(4, {batch})) || !isa<IntegerType>(node.element(4)))
            return node.error("sequence_lens should hold an integer for each sequence");
        lengths = node.input(4);
        std::optional<Shape> known = integersOf(constantOf(lengths));
        if (known && llvm::all_of(*known, [&](int64_t length) { return length == steps; }))
            lengths = {};
    }
    clip = node.number("clip", std::numeric_limits<double>::infinity());
    return readActivations(functions);
}

FailureOr<Value> Layer::vector(unsigned i, int64_t direction, int64_t extent) const
{
    if (!node.hasInput(i))
        return Value();
    if (failed(checkShape(i, {directions, extent})))
        return failure();
    return g.reshape(g.slice(node.input(i), {direction, 0}, {1, extent}, {1, 1}), {extent});
}

FailureOr<Value> Layer::initialState(unsigned i, int64_t direction) const
{
    const Shape state{batch, hiddenSize};
    if (!node.hasInput(i))
        return g.splat(RankedTensorType::get(state, GraphBuilder::elementOf(input)), 0.0);
    if (failed(checkShape(i, isTransposed() ? Shape{batch, directions, hiddenSize}
                                            : Shape{directions, batch, hiddenSize})))
        return failure();
    Value all = isTransposed() ? g.transpose(node.input(i), {1, 0, 2}) : node.input(i);
    return g.reshape(g.slice(all, {direction, 0, 0}, {1, batch, hiddenSize}, {1, 1, 1}), state);
}

Value Layer::activated(OpBuilder &b, Location loc, unsigned function, int64_t direction, Value x) const
{
    if (std::isfinite(clip)) {
        x = arith::MinimumFOp::create(b, loc, x, GraphBuilder::scalar(b, loc, x.getType(), clip));
        x = arith::MaximumFOp::create(b, loc, x, GraphBuilder::scalar(b, loc, x.getType(), -clip));
    }
    const size_t perDirection = activations.size() / size_t(directions);
    return activations[size_t(direction) * perDirection + function].apply(b, loc, x);
}

/// What a layer keeps from step to step; `cell` is null but in an LSTM.
struct State {
    Value hidden, cell;
};

/// One direction of a layer. Subclasses say what a step computes.
class Direction {
public:
    Direction(const Layer &layer, int64_t index) : layer(layer), g(layer.g), index(index) {}
    virtual ~Direction() = default;

    /// Outputs of all steps, [steps, batch, hiddenSize], and the final state.
    struct Result {
        Value outputs;
        State last;
    };
    FailureOr<Result> run();

protected:
    virtual bool hasCell() const { return false; }
    /// Inputs or the state as weights are multiplied with them.
    virtual Value factor(Value activations) const { return activations; }
    /// Reads what a cell has beside the weights.
    virtual LogicalResult prepare() { return success(); }
    /// The state after a step. `input` holds the products with the input, [batch, gates * hiddenSize], and the biases
    /// that may be added before the activation.
    virtual State step(Value input, const State &before) = 0;
    /// The bias that is added to the products with the input, from both halves of B.
    virtual Value inputBias() const { return bias ? add(g, biasHalf(0), biasHalf(1)) : Value(); }

    Value biasHalf(int64_t half) const
    {
        const int64_t extent = layer.gates * layer.hiddenSize;
        return g.slice(bias, {half * extent}, {extent}, {1});
    }
    /// Block `gate` of a row of gates.
    Value gate(Value all, int64_t gate) const
    {
        return g.slice(all, {0, gate * layer.hiddenSize}, {layer.batch, layer.hiddenSize}, {1, 1});
    }
    /// Blocks [first, first + count) of the recurrence weights.
    Value recurrence(int64_t first, int64_t count) const
    {
        return g.slice(weights, {first * layer.hiddenSize, 0}, {count * layer.hiddenSize, layer.hiddenSize}, {1, 1});
    }
    Value elementwise(ValueRange inputs, GraphBuilder::Body body) const
    {
        return g.elementwise(inputs, GraphBuilder::elementOf(layer.input), body);
    }
    Value activated(OpBuilder &b, Location loc, unsigned function, Value x) const
    {
        return layer.activated(b, loc, function, index, x);
    }

    const Layer &layer;
    GraphBuilder &g;
    const int64_t index;
    Value weights, bias; // recurrence weights [gates * hiddenSize, hiddenSize]; [2 * gates * hiddenSize] or null

private:
    Value weightsOf(unsigned i, int64_t columns) const
    {
        const int64_t rows = layer.gates * layer.hiddenSize;
        return g.reshape(g.slice(layer.node.input(i), {index, 0, 0}, {1, rows, columns}, {1, 1, 1}), {rows, columns});
    }
    bool isBackwards() const { return index == 1 || layer.reverses; }
    /// One step with what sequences of different lengths ask for: the state after it, and what it puts out.
    Result advance(Value number, Value input, const State &before);
    /// Steps over the products with the input, [steps, batch, gates * hiddenSize].
    FailureOr<Result> oneStep(Value products, const State &state);
    FailureOr<Result> allSteps(Value products, const State &state);
};

Direction::Result Direction::advance(Value number, Value input, const State &before)
{
    State next = step(input, before);
    if (!layer.lengths)
        return {next.hidden, next};
    Value inside =
        g.elementwise({layer.lengths, number}, g.b.getI1Type(), [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
            Value length = GraphBuilder::castScalar(b, loc, x[0], b.getI64Type()), t = x[1];
            if (isBackwards())
                t = arith::SubIOp::create(b, loc, GraphBuilder::scalar(b, loc, t.getType(), layer.steps - 1), t);
            return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, t, length);
        });
    inside = g.reshape(inside, {layer.batch, 1});
    auto choose = [&](Value yes, Value no) {
        return elementwise({inside, yes, no}, [](OpBuilder &b, Location loc, ValueRange x) -> Value {
            return arith::SelectOp::create(b, loc, x[0], x[1], x[2]);
        });
    };
    // Beyond its end a sequence keeps its state and gives zeros.
    Value output = choose(next.hidden, g.splat(GraphBuilder::typeOf(next.hidden), 0.0));
    return {output, {choose(next.hidden, before.hidden), next.cell ? choose(next.cell, before.cell) : Value()}};
}

FailureOr<Direction::Result> Direction::run()
{
    weights = weightsOf(2, layer.hiddenSize);
    FailureOr<Value> biases = layer.vector(3, index, 2 * layer.gates * layer.hiddenSize);
    FailureOr<Value> hidden = layer.initialState(5, index);
    if (failed(biases) || failed(hidden))
        return failure();
    bias = *biases;
    State state{*hidden, {}};
    if (failed(prepare()))
        return failure();
    if (hasCell()) {
        FailureOr<Value> cell = layer.initialState(6, index);
        if (failed(cell))
            return failure();
        state.cell = *cell;
    }

    const int64_t width = layer.gates * layer.hiddenSize;
    Value rows = g.reshape(layer.input, {layer.steps * layer.batch, layer.inputSize});
    Value products = fullyConnected(g, factor(rows), weightsOf(1, layer.inputSize), inputBias(), {});
    return layer.steps == 1 ? oneStep(products, state)
                            : allSteps(g.reshape(products, {layer.steps, layer.batch, width}), state);
}

FailureOr<Direction::Result> Direction::oneStep(Value products, const State &state)
{
    Result result = advance(g.splat(RankedTensorType::get({}, g.b.getI64Type()), 0.0), products, state);
    result.outputs = g.reshape(result.outputs, {1, layer.batch, layer.hiddenSize});
    return result;
}

FailureOr<Direction::Result> Direction::allSteps(Value products, const State &state)
{
    SmallVector<Value> inits{state.hidden};
    if (state.cell)
        inits.push_back(state.cell);
    SmallVector<Type> types{RankedTensorType::get({}, g.b.getI64Type())};
    llvm::append_range(types, ValueRange(inits).getTypes());
    const auto all = GraphBuilder::typeOf(products);
    types.push_back(RankedTensorType::get(all.getShape().drop_front(), all.getElementType()));

    Subgraph body(g, "step", types);
    ValueRange arguments = body.arguments();
    Result next = advance(arguments.front(), arguments.back(), {arguments[1], state.cell ? arguments[2] : Value()});
    SmallVector<Value> returned{next.last.hidden};
    if (next.last.cell)
        returned.push_back(next.last.cell);
    returned.push_back(next.outputs);
    body.finish(returned);

    const bool backwards = isBackwards();
    const Type outputs = RankedTensorType::get({layer.steps, layer.batch, layer.hiddenSize}, all.getElementType());
    const SmallVector<Value> captured = captureOuterValues({body.function()});
    auto loop =
        nn::LoopOp::create(g.b, g.loc, ValueRange(inits).getTypes(), outputs, Type(), body.function().getName(),
                           Value(), Value(), inits, products, captured, uint64_t(layer.steps), backwards, backwards);
    return Result{loop.getStacked()[0], {loop.getFinals()[0], state.cell ? loop.getFinals()[1] : Value()}};
}

// ---- Cells -------------------------------------------------------------------------------------------------

/// H = f(X W + H R + b)
class RNNDirection : public Direction {
public:
    using Direction::Direction;

private:
    State step(Value input, const State &before) override
    {
        Value sums = fullyConnected(g, before.hidden, weights, {}, input);
        return {elementwise(sums, [&](OpBuilder &b, Location loc, ValueRange x) { return activated(b, loc, 0, x[0]); }),
                {}};
    }
};

/// Gates z (update), r (reset), h (hidden).
class GRUDirection : public Direction {
public:
    using Direction::Direction;

private:
    LogicalResult prepare() override
    {
        resetsProduct = layer.node.integer("linear_before_reset", 0) != 0;
        return success();
    }

    /// With linear_before_reset the recurrence bias of h is scaled by the reset gate, so it is added in the step.
    Value inputBias() const override
    {
        if (!bias || !resetsProduct)
            return Direction::inputBias();
        const int64_t h = layer.hiddenSize;
        Value gates = g.slice(biasHalf(1), {0}, {2 * h}, {1});
        Value zeros = g.splat(RankedTensorType::get({h}, GraphBuilder::elementOf(bias)), 0.0);
        return add(g, biasHalf(0), g.concat({gates, zeros}, 0));
    }

    State step(Value input, const State &before) override
    {
        const int64_t h = layer.hiddenSize;
        Value hidden = before.hidden, candidate;
        auto gateOf = [&](Value sums) {
            return elementwise(sums,
                               [&](OpBuilder &b, Location loc, ValueRange x) { return activated(b, loc, 0, x[0]); });
        };
        Value inputGates = g.slice(input, {0, 0}, {layer.batch, 2 * h}, {1, 1});
        Value gates = gateOf(fullyConnected(g, hidden, recurrence(0, 2), {}, inputGates));
        Value update = gate(gates, 0), reset = gate(gates, 1), inputCandidate = gate(input, 2);
        auto activatedCandidate = [&](OpBuilder &b, Location loc, Value x) { return activated(b, loc, 1, x); };
        if (resetsProduct) {
            Value recurrenceBias = bias ? g.slice(biasHalf(1), {2 * h}, {h}, {1}) : Value();
            Value product = fullyConnected(g, hidden, recurrence(2, 1), recurrenceBias, {});
            candidate = elementwise({inputCandidate, reset, product}, [&](OpBuilder &b, Location loc, ValueRange x) {
                Value scaled = arith::MulFOp::create(b, loc, x[1], x[2]);
                return activatedCandidate(b, loc, arith::AddFOp::create(b, loc, x[0], scaled));
            });
        } else {
            Value sums = fullyConnected(g, multiply(g, reset, hidden), recurrence(2, 1), {}, inputCandidate);
            candidate = elementwise(
                sums, [&](OpBuilder &b, Location loc, ValueRange x) { return activatedCandidate(b, loc, x[0]); });
        }
        return {elementwise({update, candidate, hidden},
                            [&](OpBuilder &b, Location loc, ValueRange x) -> Value { // (1 - z) h + z H
                                Value one = GraphBuilder::scalar(b, loc, x[0].getType(), 1.0);
                                Value rest = arith::SubFOp::create(b, loc, one, x[0]);
                                Value fresh = arith::MulFOp::create(b, loc, rest, x[1]);
                                return arith::AddFOp::create(b, loc, fresh, arith::MulFOp::create(b, loc, x[0], x[2]));
                            }),
                {}};
    }

    bool resetsProduct = false;
};

/// Gates i (input), o (output), f (forget), c (cell).
class LSTMDirection : public Direction {
public:
    using Direction::Direction;

private:
    bool hasCell() const override { return true; }

    LogicalResult prepare() override
    {
        couples = layer.node.integer("input_forget", 0) != 0;
        FailureOr<Value> peepholes = layer.vector(7, index, 3 * layer.hiddenSize);
        if (failed(peepholes))
            return failure();
        auto peephole = [&](int64_t block) {
            return *peepholes ? g.slice(*peepholes, {block * layer.hiddenSize}, {layer.hiddenSize}, {1}) : Value();
        };
        inputPeephole = peephole(0);
        outputPeephole = peephole(1);
        forgetPeephole = peephole(2);
        return success();
    }

    /// sum, or sum + peephole * cell where there are peepholes.
    static Value withPeephole(OpBuilder &b, Location loc, Value sum, Value peephole, Value cell)
    {
        if (!peephole)
            return sum;
        return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, peephole, cell));
    }

    State step(Value input, const State &before) override
    {
        Value sums = fullyConnected(g, factor(before.hidden), weights, {}, input);
        SmallVector<Value> operands{gate(sums, 0), gate(sums, 2), gate(sums, 3), before.cell};
        if (inputPeephole)
            operands.append({inputPeephole, forgetPeephole});
        Value cell = elementwise(operands, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
            Value inputPeephole = x.size() > 4 ? x[4] : Value(), forgetPeephole = x.size() > 4 ? x[5] : Value();
            Value i = activated(b, loc, 0, withPeephole(b, loc, x[0], inputPeephole, x[3]));
            Value f = couples
                          ? arith::SubFOp::create(b, loc, GraphBuilder::scalar(b, loc, i.getType(), 1.0), i).getResult()
                          : activated(b, loc, 0, withPeephole(b, loc, x[1], forgetPeephole, x[3]));
            Value c = activated(b, loc, 1, x[2]);
            Value kept = arith::MulFOp::create(b, loc, f, x[3]);
            return arith::AddFOp::create(b, loc, kept, arith::MulFOp::create(b, loc, i, c));
        });
        operands = {gate(sums, 1), cell};
        if (outputPeephole)
            operands.push_back(outputPeephole);
        Value hidden = elementwise(operands, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
            Value o = activated(b, loc, 0, withPeephole(b, loc, x[0], x.size() > 2 ? x[2] : Value(), x[1]));
            return arith::MulFOp::create(b, loc, o, activated(b, loc, 2, x[1]));
        });
        return {hidden, cell};
    }

    bool couples = false;
    Value inputPeephole, outputPeephole, forgetPeephole; // or null
};

/// The same with integer products: activations are made bytes of a scale of their own each time.
class QuantizedLSTMDirection : public LSTMDirection {
public:
    using LSTMDirection::LSTMDirection;

private:
    /// The bytes as the numbers that they stand for: products of these are the integer ones, scaled.
    Value factor(Value activations) const override
    {
        const Type f32 = g.b.getF32Type();
        const DynamicallyQuantized bytes = quantizeDynamically(g, activations);
        Value steps = subtract(g, g.cast(bytes.integers, f32, true), g.cast(bytes.zeroPoint, f32, true));
        return multiply(g, steps, bytes.scale);
    }
};

/// Y [steps, directions, batch, hiddenSize], Y_h [directions, batch, hiddenSize] and for an LSTM Y_c; with layout 1 the
/// batch comes first.
template <typename Cell> Outputs importLayer(Node &node, int64_t gates, ArrayRef<StringRef> functions)
{
    GraphBuilder &g = node.g;
    Layer layer(node, gates);
    if (failed(layer.read(functions)))
        return failure();
    SmallVector<Value> outputs, hidden, cells;
    for (int64_t d = 0; d < layer.directions; ++d) {
        FailureOr<Direction::Result> result = Cell(layer, d).run();
        if (failed(result))
            return failure();
        outputs.push_back(g.reshape(result->outputs, {layer.steps, 1, layer.batch, layer.hiddenSize}));
        hidden.push_back(g.reshape(result->last.hidden, {1, layer.batch, layer.hiddenSize}));
        if (result->last.cell)
            cells.push_back(g.reshape(result->last.cell, {1, layer.batch, layer.hiddenSize}));
    }
    const bool batchFirst = node.integer("layout", 0) != 0;
    auto states = [&](ArrayRef<Value> parts) {
        Value all = g.concat(parts, 0);
        return batchFirst ? g.transpose(all, {1, 0, 2}) : all;
    };
    Value y = g.concat(outputs, 1);
    SmallVector<Value> results{batchFirst ? g.transpose(y, {2, 0, 1, 3}) : y, states(hidden)};
    if (!cells.empty())
        results.push_back(states(cells));
    return results;
}

Outputs importRNN(Node &node) { return importLayer<RNNDirection>(node, 1, {"Tanh"}); }

Outputs importGRU(Node &node) { return importLayer<GRUDirection>(node, 3, {"Sigmoid", "Tanh"}); }

Outputs importLSTM(Node &node) { return importLayer<LSTMDirection>(node, 4, {"Sigmoid", "Tanh", "Tanh"}); }

/// The weights that input i holds as bytes, [directions, inputs, gates * hidden], with scales and zero points of one or
/// of one for each column in inputs `scale` and `scale` + 1, as LSTM has them: floats, transposed.
FailureOr<Value> weightsOfBytes(const Node &node, unsigned i, unsigned scale)
{
    GraphBuilder &g = node.g;
    const Type f32 = g.b.getF32Type();
    if (failed(node.checkRank(i, 3)) || !node.hasInput(scale) || !node.element(i).isInteger(8) ||
        !node.element(scale).isF32())
        return node.error("input " + Twine(i) + " should be bytes of rank 3, with scales that are floats");
    Value weights = g.cast(node.input(i), f32, node.isUnsigned(i));
    for (unsigned parameter : {scale + 1, scale}) {
        if (!node.hasInput(parameter))
            continue;
        const Shape shape(node.shape(parameter));
        const int64_t directions = node.shape(i)[0], columns = node.shape(i)[2];
        if (shape != Shape{directions} && shape != Shape{directions, columns})
            return node.error("input " + Twine(parameter) + " is " + shapeText(shape) + ", which does not fit input " +
                              Twine(i));
        Value numbers = g.reshape(g.cast(node.input(parameter), f32, node.isUnsigned(parameter)),
                                  {directions, 1, shape.size() == 2 ? columns : 1});
        weights = parameter == scale ? multiply(g, weights, numbers) : subtract(g, weights, numbers);
    }
    return g.transpose(weights, {0, 2, 1});
}

/// LSTM whose weights are bytes, and what they are multiplied with too, as in ONNX Runtime.
Outputs importDynamicQuantizeLSTM(Node &node)
{
    SmallVector<Tensor> tensors(8);
    SmallVector<Tensor *> inputs(8, nullptr);
    for (unsigned i = 0; i < 8; ++i) {
        if (i == 1 || i == 2) {
            FailureOr<Value> weights = weightsOfBytes(node, i, i == 1 ? 8 : 10);
            if (failed(weights))
                return failure();
            tensors[i] = {node.g.b.getF32Type(), *weights};
            inputs[i] = &tensors[i];
        } else if (node.hasInput(i)) {
            inputs[i] = &node.tensor(i);
        }
    }
    Node unquantized(node.proto, node.opset, node.g, inputs, node.context);
    return importLayer<QuantizedLSTMDirection>(unquantized, 4, {"Sigmoid", "Tanh", "Tanh"});
}

} // namespace

ArrayRef<Entry> recurrentOperators()
{
    static const Entry entries[] = {
        {"", "RNN", 1, importRNN, floatTypes, 3},
        {"", "GRU", 1, importGRU, floatTypes, 3},
        {"", "LSTM", 1, importLSTM, floatTypes, 3},
        {"com.microsoft", "DynamicQuantizeLSTM", 1, importDynamicQuantizeLSTM, "float", 3},
    };
    return entries;
}

} // namespace barecc::onnx_import
