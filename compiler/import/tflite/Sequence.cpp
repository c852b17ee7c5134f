#include "compiler/import/tflite/Sequence.h"

#include "compiler/ir/Subgraph.h"

using namespace mlir;

namespace barecc::tflite_import {

Value stepsFirst(GraphBuilder &g, Value sequence, bool timeMajor)
{
    return timeMajor ? sequence : g.transpose(sequence, {1, 0, 2});
}

using Step = llvm::function_ref<FailureOr<SmallVector<Value>>(ValueRange, ValueRange)>;

static Type sliceType(Type sequence)
{
    auto type = cast<RankedTensorType>(sequence);
    return RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
}

static FailureOr<Steps> oneStep(GraphBuilder &g, ValueRange sequences, ValueRange states, Step step)
{
    SmallVector<Value> slices;
    for (Value sequence : sequences)
        slices.push_back(g.reshape(sequence, g.shapeOf(sequence).drop_front()));
    FailureOr<SmallVector<Value>> next = step(slices, states);
    if (failed(next))
        return failure();
    SmallVector<int64_t> shape{1};
    llvm::append_range(shape, g.shapeOf(next->front()));
    return Steps{g.reshape(next->front(), shape), std::move(*next)};
}

FailureOr<Steps> overSteps(GraphBuilder &g, ValueRange sequences, ValueRange states, bool backwards, Step step)
{
    const int64_t count = g.shapeOf(sequences.front()).front();
    if (count == 1)
        return oneStep(g, sequences, states, step);
    SmallVector<Type> types{RankedTensorType::get({}, g.b.getI64Type())};
    llvm::append_range(types, states.getTypes());
    for (Value sequence : sequences)
        types.push_back(sliceType(sequence.getType()));
    Subgraph body(g, "step", types);
    FailureOr<SmallVector<Value>> next =
        step(body.arguments().take_back(sequences.size()), body.arguments().drop_front().take_front(states.size()));
    if (failed(next))
        return failure();
    const RankedTensorType output = GraphBuilder::typeOf(next->front());
    next->push_back(next->front());
    body.finish(*next);
    SmallVector<int64_t> shape{count};
    llvm::append_range(shape, output.getShape());
    const SmallVector<bool> scanned(sequences.size(), backwards);
    const SmallVector<Value> captured = captureOuterValues({body.function()});
    auto loop = nn::LoopOp::create(g.b, g.loc, states.getTypes(), RankedTensorType::get(shape, output.getElementType()),
                                   Type(), body.function().getName(), Value(), Value(), states, sequences, captured,
                                   uint64_t(count), scanned, backwards);
    return Steps{loop.getStacked()[0], SmallVector<Value>(loop.getFinals())};
}

// ---- Two directions ----------------------------------------------------------------------------------------

FailureOr<BothInputs> readBothInputs(const Node &node, unsigned auxiliary, unsigned auxiliaryWeights, bool timeMajor)
{
    Value sequence = stepsFirst(node.g, node.input(0), timeMajor);
    BothInputs inputs{sequence, sequence, {}};
    if (!node.input(auxiliary))
        return inputs;
    if (failed(node.requireRank(auxiliary, 3)) || failed(node.requireFloat(auxiliary)))
        return failure();
    if (node.shape(auxiliary).take_front(2) != node.shape(0).take_front(2))
        return node.error("has an auxiliary input of another length; the file is damaged");
    (node.input(auxiliaryWeights) ? inputs.auxiliary : inputs.backward) =
        stepsFirst(node.g, node.input(auxiliary), timeMajor);
    return inputs;
}

SmallVector<Value> bothOutputs(const Node &node, Value forward, Value backward, bool timeMajor, bool merged)
{
    forward = stepsFirst(node.g, forward, timeMajor);
    backward = stepsFirst(node.g, backward, timeMajor);
    if (merged)
        return {node.g.concat({forward, backward}, 2)};
    return {forward, backward};
}

// ---- Operands ----------------------------------------------------------------------------------------------

FailureOr<Value> matrixOf(const Node &node, unsigned i, int64_t rows, int64_t columns)
{
    if (node.input(i) && node.shape(i) == ArrayRef<int64_t>{rows, columns})
        return node.storage(i);
    return node.error("needs input " + Twine(i) + " to be a matrix of " + Twine(rows) + " x " + Twine(columns) +
                      "; the file is damaged");
}

FailureOr<Value> vectorOf(const Node &node, unsigned i, int64_t size)
{
    if (node.input(i) && node.g.typeOf(node.input(i)).getNumElements() == size)
        return node.g.reshape(node.storage(i), size);
    return node.error("needs input " + Twine(i) + " to have " + Twine(size) + " elements; the file is damaged");
}

FailureOr<Value> stateOf(const Node &node, unsigned i, int64_t batch, int64_t size)
{
    FailureOr<Value> all = vectorOf(node, i, batch * size);
    if (failed(all))
        return failure();
    return node.g.reshape(*all, {batch, size});
}

LogicalResult updateState(const Node &node, unsigned i, Value value)
{
    return node.update(i, node.g.reshape(value, node.shape(i)));
}

// ---- Floats ------------------------------------------------------------------------------------------------

FailureOr<Value> activate(const Node &node, Value value, tflite::ActivationFunctionType function)
{
    if (function != tflite::ActivationFunctionType_TANH)
        return applyActivation(node, value, function);
    return node.map(value, node.g.elementOf(value), [](Scalar s, ValueRange in) { return s.op<math::TanhOp>(in[0]); });
}

Rows rowsFor(const Node &node, Value values, unsigned weights, bool asymmetric)
{
    if (!node.quantization(weights))
        return {values, std::nullopt};
    return {values, quantizeRows(node, values, asymmetric)};
}

FailureOr<Value> floatProduct(const Node &node, const Rows &rows, unsigned weights, Value addend)
{
    GraphBuilder &g = node.g;
    if (rows.quantized)
        return hybridSum(node, *rows.quantized, weights, addend);
    if (failed(node.requireFloat(weights)))
        return failure();
    const auto type = RankedTensorType::get({g.shapeOf(rows.values)[0], node.shape(weights)[0]}, g.b.getF32Type());
    const bool isBias = addend && g.typeOf(addend).getRank() == 1;
    return Value(nn::FullyConnectedOp::create(g.b, g.loc, type, rows.values, node.input(weights),
                                              isBias ? addend : Value(), isBias ? Value() : addend, FloatAttr(),
                                              FloatAttr()));
}

} // namespace barecc::tflite_import
