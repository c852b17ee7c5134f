// One step of an optimiser: arithmetic over tensors. Operators that need the gradient of a graph are refused.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

namespace {

/// The inputs of an optimiser: learning rate, number of updates so far, and then n tensors of each of several kinds,
/// of which the first two are what is optimised and its gradient.
class Step {
public:
    static FailureOr<Step> read(Node &node, unsigned kinds)
    {
        const unsigned given = node.inputCount();
        if (given < 2 + kinds || (given - 2) % kinds != 0)
            return node.error("there should be a learning rate, an update count, and " + Twine(kinds) +
                              " inputs for each tensor, but there are " + Twine(given) + " inputs");
        Step step(node, (given - 2) / kinds);
        for (unsigned i = 0; i < given; ++i)
            if (!node.hasInput(i))
                return node.error("input " + Twine(i) + " is missing");
        if (node.type(0).getNumElements() != 1 || node.type(1).getNumElements() != 1)
            return node.error("learning rate and update count should be one number each");
        for (unsigned i = 0; i < step.tensors; ++i)
            for (unsigned kind = 0; kind < kinds; ++kind) {
                const unsigned input = step.place(kind, i);
                if (!isa<FloatType>(node.element(input)) || node.type(input) != node.type(step.place(0, i)))
                    return node.error("input " + Twine(input) + " differs in type or shape from the tensor " +
                                      Twine(i) + " that it belongs to");
            }
        return step;
    }

    unsigned count() const { return tensors; }
    Value tensor(unsigned kind, unsigned i) const { return node.input(place(kind, i)); }
    /// The scalars in the type of tensor i.
    Value rate(unsigned i) const { return scalar(0, i); }
    Value updates(unsigned i) const { return scalar(1, i); }
    /// The gradient of tensor i with that of a regularisation norm_coefficient / 2 * |x|^2.
    Value gradient(unsigned i) const
    {
        return add(node.g, multiply(node.g, tensor(0, i), node.number("norm_coefficient", 0)), tensor(1, i));
    }

private:
    Step(Node &node, unsigned tensors) : node(node), tensors(tensors) {}
    unsigned place(unsigned kind, unsigned i) const { return 2 + kind * tensors + i; }
    Value scalar(unsigned input, unsigned i) const
    {
        return node.g.cast(node.g.reshape(node.input(input), {}), GraphBuilder::elementOf(tensor(0, i)));
    }

    Node &node;
    unsigned tensors;
};

/// New tensors and new states, as the outputs want them: all of one kind, then all of the next.
Outputs byKind(std::initializer_list<SmallVector<Value>> kinds)
{
    SmallVector<Value> outputs;
    for (const SmallVector<Value> &kind : kinds)
        outputs.append(kind);
    return outputs;
}

Value map(GraphBuilder &g, ValueRange inputs, llvm::function_ref<Value(const ScalarMath &, ValueRange)> body)
{
    return mapElements(g, inputs, GraphBuilder::elementOf(inputs[0]), body);
}

} // namespace

/// H' = H + G^2; X' = X - R / (1 + T * decay) * G / (sqrt(H') + epsilon).
static Outputs importAdagrad(Node &node)
{
    FailureOr<Step> step = Step::read(node, 3);
    if (failed(step))
        return failure();
    GraphBuilder &g = node.g;
    const double decay = node.number("decay_factor", 0), epsilon = node.number("epsilon", 1e-6);
    SmallVector<Value> tensors, squares;
    for (unsigned i = 0; i < step->count(); ++i) {
        Value gradient = step->gradient(i);
        Value rate = divide(g, step->rate(i), add(g, multiply(g, step->updates(i), decay), 1.0));
        squares.push_back(add(g, step->tensor(2, i), multiply(g, gradient, gradient)));
        Value change = divide(g, multiply(g, gradient, rate), add(g, squareRoot(g, squares.back()), epsilon));
        tensors.push_back(subtract(g, step->tensor(0, i), change));
    }
    return byKind({tensors, squares});
}

/// V' = alpha * V + (1 - alpha) * G; H' = beta * H + (1 - beta) * G^2; X' = X - R' * V' / (sqrt(H') + epsilon), where
/// R' makes up for the averages' start at zero.
static Outputs importAdam(Node &node)
{
    FailureOr<Step> step = Step::read(node, 4);
    if (failed(step))
        return failure();
    GraphBuilder &g = node.g;
    const double alpha = node.number("alpha", 0.9), beta = node.number("beta", 0.999);
    const double epsilon = node.number("epsilon", 1e-6), decay = node.number("norm_coefficient_post", 0);
    SmallVector<Value> tensors, averages, squares;
    for (unsigned i = 0; i < step->count(); ++i) {
        Value gradient = step->gradient(i);
        averages.push_back(add(g, multiply(g, step->tensor(2, i), alpha), multiply(g, gradient, 1 - alpha)));
        squares.push_back(
            add(g, multiply(g, step->tensor(3, i), beta), multiply(g, multiply(g, gradient, gradient), 1 - beta)));
        Value rate = map(g, {step->rate(i), step->updates(i)}, [&](const ScalarMath &m, ValueRange v) {
            auto missing = [&](double factor) {
                Value power = math::PowFOp::create(m.b, m.loc, m.number(v[1], factor), v[1]);
                return m.subtract(m.number(v[1], 1), power);
            };
            Value root = math::SqrtOp::create(m.b, m.loc, missing(beta));
            Value adjusted = m.divide(m.multiply(v[0], root), missing(alpha));
            return m.select(m.less(m.number(v[1], 0), v[1]), adjusted, v[0]);
        });
        Value change = divide(g, multiply(g, averages.back(), rate), add(g, squareRoot(g, squares.back()), epsilon));
        tensors.push_back(multiply(g, subtract(g, step->tensor(0, i), change), 1 - decay));
    }
    return byKind({tensors, averages, squares});
}

/// V' = alpha * V + beta * G, with beta = 1 in the first update; X' = X - R * V', or with Nesterov's momentum
/// X - R * (G + alpha * V').
static Outputs importMomentum(Node &node)
{
    FailureOr<Step> step = Step::read(node, 3);
    if (failed(step))
        return failure();
    const std::string mode = node.text("mode", "");
    if (mode != "standard" && mode != "nesterov")
        return node.error("mode is '" + mode + "', but should be standard or nesterov");
    GraphBuilder &g = node.g;
    const double alpha = node.number("alpha", 0), beta = node.number("beta", 0);
    SmallVector<Value> tensors, momenta;
    for (unsigned i = 0; i < step->count(); ++i) {
        Value gradient = step->gradient(i);
        Value share = map(g, step->updates(i), [&](const ScalarMath &m, ValueRange v) {
            return m.select(m.less(m.number(v[0], 0), v[0]), m.number(v[0], beta), m.number(v[0], 1));
        });
        momenta.push_back(add(g, multiply(g, step->tensor(2, i), alpha), multiply(g, gradient, share)));
        Value direction = momenta.back();
        if (mode == "nesterov")
            direction = add(g, gradient, multiply(g, direction, alpha));
        tensors.push_back(subtract(g, step->tensor(0, i), multiply(g, direction, step->rate(i))));
    }
    return byKind({tensors, momenta});
}

static Outputs importGradient(Node &node)
{
    return node.error("training ops: gradients are not derived; export the model for inference");
}

llvm::ArrayRef<Entry> trainingOperators()
{
    static const char domain[] = "ai.onnx.preview.training", types[] = "float, double";
    static const Entry table[] = {
        {domain, "Adagrad", 1, importAdagrad, types, 2},
        {domain, "Adam", 1, importAdam, types, 2},
        {domain, "Momentum", 1, importMomentum, types, 2},
        {domain, "Gradient", 1, importGradient, "", 0},
    };
    return table;
}

} // namespace barecc::onnx_import
