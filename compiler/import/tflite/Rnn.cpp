// Plain recurrent layers: activation(W x + R h + b), in floats or with 8-bit weights.
#include "compiler/import/tflite/Sequence.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

/// Inputs of a node that one direction of a layer reads.
struct RnnTensors {
    unsigned weights, recurrent, bias, hidden;
    std::optional<unsigned> auxWeights;
};

struct RnnOptions {
    tflite::ActivationFunctionType activation;
    bool timeMajor, asymmetric;
};

/// The outputs of all steps, [steps, batch, units]; the state tensor gets its new value. `auxiliary` may be null.
FailureOr<Value> runLayer(const Node &node, const RnnTensors &tensors, const RnnOptions &options, Value sequence,
                          Value auxiliary, bool backwards)
{
    for (unsigned i : {tensors.weights, tensors.recurrent, tensors.bias, tensors.hidden})
        if (!node.input(i))
            return node.error("lacks input " + Twine(i) + "; the file is damaged");
    for (unsigned i : {tensors.bias, tensors.hidden})
        if (failed(node.requireFloat(i)))
            return failure();
    if (failed(node.requireRank(tensors.weights, 2)))
        return failure();
    const int64_t units = node.shape(tensors.weights)[0], batch = node.g.shapeOf(sequence)[1];
    FailureOr<Value> hidden = stateOf(node, tensors.hidden, batch, units), bias = vectorOf(node, tensors.bias, units);
    if (failed(hidden) || failed(bias) || failed(matrixOf(node, tensors.weights, units, node.g.shapeOf(sequence)[2])) ||
        failed(matrixOf(node, tensors.recurrent, units, units)) ||
        (auxiliary && failed(matrixOf(node, *tensors.auxWeights, units, node.g.shapeOf(auxiliary)[2]))))
        return failure();
    auto step = [&](ValueRange inputs, ValueRange states) -> FailureOr<SmallVector<Value>> {
        auto rows = [&](Value x, unsigned weights) { return rowsFor(node, x, weights, options.asymmetric); };
        FailureOr<Value> sum = floatProduct(node, rows(inputs[0], tensors.weights), tensors.weights, *bias);
        if (succeeded(sum) && auxiliary)
            sum = floatProduct(node, rows(inputs[1], *tensors.auxWeights), *tensors.auxWeights, *sum);
        if (succeeded(sum))
            sum = floatProduct(node, rows(states[0], tensors.recurrent), tensors.recurrent, *sum);
        if (succeeded(sum))
            sum = activate(node, *sum, options.activation);
        if (failed(sum))
            return failure();
        return SmallVector<Value>{*sum};
    };
    SmallVector<Value> sequences{sequence};
    if (auxiliary)
        sequences.push_back(auxiliary);
    FailureOr<Steps> steps = overSteps(node.g, sequences, *hidden, backwards, step);
    if (failed(steps) || failed(updateState(node, tensors.hidden, steps->states[0])))
        return failure();
    return steps->outputs;
}

Outputs rnn(Node &node)
{
    auto options = node.options<tflite::RNNOptions>();
    if (failed(options) || failed(node.requireFloat()) || failed(node.requireRank(0, 2)))
        return failure();
    const RnnOptions layer{(*options)->fused_activation_function(), true, (*options)->asymmetric_quantize_inputs()};
    const int64_t batch = node.shape(0)[0], depth = node.shape(0)[1];
    FailureOr<Value> outputs =
        runLayer(node, {1, 2, 3, 4, std::nullopt}, layer, node.g.reshape(node.input(0), {1, batch, depth}), {}, false);
    if (failed(outputs))
        return failure();
    return one(node.g.reshape(*outputs, node.g.shapeOf(*outputs).drop_front()));
}

Outputs unidirectional(Node &node)
{
    auto options = node.options<tflite::SequenceRNNOptions>();
    if (failed(options) || failed(node.requireFloat()) || failed(node.requireRank(0, 3)))
        return failure();
    const RnnOptions layer{(*options)->fused_activation_function(), (*options)->time_major(),
                           (*options)->asymmetric_quantize_inputs()};
    FailureOr<Value> outputs = runLayer(node, {1, 2, 3, 4, std::nullopt}, layer,
                                        stepsFirst(node.g, node.input(0), layer.timeMajor), {}, false);
    if (failed(outputs))
        return failure();
    return one(stepsFirst(node.g, *outputs, layer.timeMajor));
}

Outputs bidirectional(Node &node)
{
    auto found = node.options<tflite::BidirectionalSequenceRNNOptions>();
    if (failed(found) || failed(node.requireFloat()) || failed(node.requireRank(0, 3)))
        return failure();
    const tflite::BidirectionalSequenceRNNOptions &options = **found;
    const RnnOptions layer{options.fused_activation_function(), options.time_major(),
                           options.asymmetric_quantize_inputs()};
    FailureOr<BothInputs> inputs = readBothInputs(node, 9, 10, layer.timeMajor);
    if (failed(inputs))
        return failure();
    FailureOr<Value> forward =
        runLayer(node, {1, 2, 3, 4, 10}, layer, inputs->forward, inputs->auxiliary, /*backwards=*/false);
    FailureOr<Value> backward =
        runLayer(node, {5, 6, 7, 8, 11}, layer, inputs->backward, inputs->auxiliary, /*backwards=*/true);
    if (failed(forward) || failed(backward))
        return failure();
    return bothOutputs(node, *forward, *backward, layer.timeMajor, options.merge_outputs());
}

} // namespace

ArrayRef<Entry> rnnOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_RNN, bidirectional, 1, "float32, float32 with int8 weights"},
        {tflite::BuiltinOperator_RNN, rnn, 1, "float32, float32 with int8 weights"},
        {tflite::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_RNN, unidirectional, 1, "float32, float32 with int8 weights"},
    };
    return entries;
}

} // namespace barecc::tflite_import
