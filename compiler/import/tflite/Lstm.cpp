#include "compiler/import/tflite/Lstm.h"

using namespace mlir;

namespace barecc::tflite_import {

// ---- A layer -----------------------------------------------------------------------------------------------

/// All matrices fit each other; a coupled input gate has none.
LogicalResult Lstm::checkSizes(Value sequence, Value auxiliary)
{
    const unsigned some = tensors.input + outputGate;
    if (!has(some) || !has(tensors.recurrent + outputGate) || !has(tensors.hidden) || !has(tensors.cell) ||
        failed(node.requireRank(some, 2)) || failed(node.requireRank(tensors.recurrent + outputGate, 2)))
        return node.error("lacks weights or state; the file is damaged");
    const ArrayRef<int64_t> shape = g.shapeOf(sequence);
    sizes = {shape[1], shape[2], node.shape(some)[0], node.shape(tensors.recurrent + outputGate)[1]};
    if (sizes.cells < 1 || sizes.outputs < 1)
        return node.error("has no cells; the file is damaged");
    for (unsigned gate = isCoupled() ? forgetGate : inputGate; gate < gateCount; ++gate) {
        if (failed(matrixOf(node, tensors.input + gate, sizes.cells, sizes.depth)) ||
            failed(matrixOf(node, tensors.recurrent + gate, sizes.cells, sizes.outputs)))
            return failure();
        if (auxiliary && failed(matrixOf(node, *tensors.auxWeights + gate, sizes.cells, g.shapeOf(auxiliary)[2])))
            return failure();
    }
    if (hasProjection())
        return matrixOf(node, tensors.projection, sizes.outputs, sizes.cells);
    if (sizes.cells != sizes.outputs)
        return node.error("has " + Twine(sizes.cells) + " cells for " + Twine(sizes.outputs) +
                          " outputs and no projection; the file is damaged");
    return success();
}

FailureOr<Value> Lstm::run(Value sequence, Value auxiliary, bool backwards)
{
    if (failed(checkSizes(sequence, auxiliary)) || failed(prepare()))
        return failure();
    FailureOr<Value> hidden = stateOf(node, tensors.hidden, sizes.batch, sizes.outputs),
                     cell = stateOf(node, tensors.cell, sizes.batch, sizes.cells);
    if (failed(hidden) || failed(cell))
        return failure();
    SmallVector<Value> sequences{sequence};
    if (auxiliary)
        sequences.push_back(auxiliary);
    FailureOr<Steps> steps = overSteps(g, sequences, {*hidden, *cell}, backwards,
                                       [&](ValueRange inputs, ValueRange states) -> FailureOr<SmallVector<Value>> {
                                           FailureOr<State> next =
                                               step(inputs[0], auxiliary ? inputs[1] : Value(), {states[0], states[1]});
                                           if (failed(next))
                                               return failure();
                                           return SmallVector<Value>{next->hidden, next->cell};
                                       });
    if (failed(steps) || failed(updateState(node, tensors.hidden, steps->states[0])) ||
        failed(updateState(node, tensors.cell, steps->states[1])))
        return failure();
    return steps->outputs;
}

// ---- Operators ---------------------------------------------------------------------------------------------

static FailureOr<Value> runLayer(const Node &node, const LstmTensors &tensors, const LstmOptions &options,
                                 Value sequence, Value auxiliary, bool backwards)
{
    const std::unique_ptr<Lstm> layer =
        node.quantization(0) ? makeIntegerLstm(node, tensors, options) : makeFloatLstm(node, tensors, options);
    return layer->run(sequence, auxiliary, backwards);
}

static LstmTensors tensorsOf(const Node &node)
{
    LstmTensors tensors{0, 1, 5, 9, 12, 16, 17, 18, 19, std::nullopt, std::nullopt, std::nullopt};
    if (node.inputCount() >= 24)
        tensors.norm = 20;
    return tensors;
}

static Outputs unidirectional(Node &node)
{
    auto found = node.options<tflite::UnidirectionalSequenceLSTMOptions>();
    if (failed(found) || failed(node.requireRank(0, 3)))
        return failure();
    const tflite::UnidirectionalSequenceLSTMOptions &options = **found;
    if (options.diagonal_recurrent_tensors())
        return node.error("has diagonal recurrent weights, which barecc does not take; store them as full matrices");
    const LstmOptions layer{options.fused_activation_function(), options.cell_clip(), options.proj_clip(),
                            options.time_major(), options.asymmetric_quantize_inputs()};
    Value sequence = stepsFirst(node.g, node.storage(0), layer.timeMajor);
    FailureOr<Value> outputs = runLayer(node, tensorsOf(node), layer, sequence, {}, false);
    if (failed(outputs))
        return failure();
    return one(stepsFirst(node.g, *outputs, layer.timeMajor));
}

static Outputs bidirectional(Node &node)
{
    auto found = node.options<tflite::BidirectionalSequenceLSTMOptions>();
    if (failed(found) || failed(node.requireRank(0, 3)))
        return failure();
    if (failed(node.requireFloat(0)))
        return failure();
    const tflite::BidirectionalSequenceLSTMOptions &options = **found;
    const LstmOptions layer{options.fused_activation_function(), options.cell_clip(), options.proj_clip(),
                            options.time_major(), options.asymmetric_quantize_inputs()};
    FailureOr<BothInputs> inputs = readBothInputs(node, 39, 40 + outputGate, layer.timeMajor);
    if (failed(inputs))
        return failure();
    FailureOr<Value> forward = runLayer(node, {0, 1, 5, 9, 12, 16, 17, 35, 36, std::nullopt, 39, 40}, layer,
                                        inputs->forward, inputs->auxiliary, /*backwards=*/false);
    FailureOr<Value> backward = runLayer(node, {0, 18, 22, 26, 29, 33, 34, 37, 38, std::nullopt, 39, 44}, layer,
                                         inputs->backward, inputs->auxiliary, /*backwards=*/true);
    if (failed(forward) || failed(backward))
        return failure();
    return bothOutputs(node, *forward, *backward, layer.timeMajor, options.merge_outputs());
}

/// One step with all tensors of the sequence operator.
static Outputs fullCell(Node &node, const tflite::LSTMOptions &options)
{
    if (node.inputCount() < 20 || failed(node.requireRank(0, 2)))
        return node.error("does not have the inputs of a full LSTM cell; the file is damaged");
    const LstmOptions layer{options.fused_activation_function(), options.cell_clip(), options.proj_clip(), true,
                            options.asymmetric_quantize_inputs()};
    const int64_t batch = node.shape(0)[0], depth = node.shape(0)[1];
    Value sequence = node.g.reshape(node.storage(0), {1, batch, depth});
    FailureOr<Value> outputs = runLayer(node, tensorsOf(node), layer, sequence, {}, false);
    if (failed(outputs))
        return failure();
    return one(node.g.reshape(*outputs, {batch, node.g.shapeOf(*outputs)[2]}));
}

/// The first kind of cell that TensorFlow Lite had: all gates in one matrix over input and output. Floats only.
static Outputs basicCell(Node &node)
{
    enum { input, lastOutput, weights, bias, lastCell };
    for (unsigned i : {input, lastOutput, weights, bias, lastCell})
        if (!node.input(i))
            return node.error("does not have the inputs of a basic LSTM cell; the file is damaged");
        else if (failed(node.requireFloat(i)))
            return failure();
    if (failed(node.requireRank(input, 2)) || failed(node.requireRank(lastCell, 2)))
        return failure();
    GraphBuilder &g = node.g;
    const int64_t batch = node.shape(input)[0], depth = node.shape(input)[1], cells = node.shape(lastCell)[1];
    FailureOr<Value> hidden = stateOf(node, lastOutput, batch, cells), cell = stateOf(node, lastCell, batch, cells),
                     matrix = matrixOf(node, weights, 4 * cells, depth + cells),
                     offset = vectorOf(node, bias, 4 * cells);
    if (failed(hidden) || failed(cell) || failed(matrix) || failed(offset))
        return failure();
    Value joined = g.concat({node.input(input), *hidden}, 1);
    FailureOr<Value> gates = floatProduct(node, {joined, std::nullopt}, weights, *offset);
    if (failed(gates))
        return failure();
    auto gate = [&](int64_t i) { return g.slice(*gates, {0, i * cells}, {batch, cells}, {1, 1}); };
    auto logistic = [](const Scalar &s, Value x) {
        return s.div(s.f32(1), s.add(s.f32(1), s.op<math::ExpOp>({s.op<arith::NegFOp>(x)})));
    };
    const Type f32 = g.b.getF32Type();
    // In the order input, candidate, forget, output.
    Value next = node.map({gate(0), gate(1), gate(2), *cell}, f32, [&](Scalar s, ValueRange in) {
        Value kept = s.mul(logistic(s, in[2]), in[3]);
        return s.add(s.mul(logistic(s, in[0]), s.op<math::TanhOp>(in[1])), kept);
    });
    Value output = node.map({gate(3), next}, f32, [&](Scalar s, ValueRange in) {
        return s.mul(logistic(s, in[0]), s.op<math::TanhOp>(in[1]));
    });
    for (auto [tensor, value] : {std::pair<unsigned, Value>(lastOutput, output), {lastCell, next}})
        if (node.inputTensor(tensor).isVariable && failed(updateState(node, tensor, value)))
            return failure();
    return SmallVector<Value>{output, next, joined, *gates};
}

static Outputs cell(Node &node)
{
    auto options = node.options<tflite::LSTMOptions>();
    if (failed(options))
        return failure();
    const bool isBasic = (*options)->kernel_type() == tflite::LSTMKernelType_BASIC;
    return isBasic ? basicCell(node) : fullCell(node, **options);
}

ArrayRef<Entry> lstmOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_LSTM, bidirectional, 1, "float32, float32 with int8 weights"},
        {tflite::BuiltinOperator_LSTM, cell, 1, "float32, float32 with int8 weights, int8"},
        {tflite::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_LSTM, unidirectional, 1,
         "float32, float32 with int8 weights, int8"},
    };
    return entries;
}

} // namespace barecc::tflite_import
