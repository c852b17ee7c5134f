// Recurrent layers of ONNX against a cell written out here, in double precision.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace barecc::test;

namespace {

constexpr int f64 = onnx::TensorProto::DOUBLE;
constexpr int64_t steps = 4, batch = 2, inputs = 3, hidden = 2;

Array numbers(Shape shape, int seed)
{
    Array array{f64, shape, {}};
    int64_t elements = 1;
    for (int64_t extent : shape)
        elements *= extent;
    for (int64_t i = 0; i < elements; ++i)
        array.values.push_back(std::sin(double(seed * 37 + i * 11)));
    return array;
}

/// A layer's tensors for one direction, as the operator has them.
struct Weights {
    int64_t gates;
    Array x = numbers({steps, batch, inputs}, 1);
    Array w, r, b;
    Array h = numbers({1, batch, hidden}, 5), c = numbers({1, batch, hidden}, 6), p = numbers({1, 3 * hidden}, 7);

    explicit Weights(int64_t gates)
        : gates(gates), w(numbers({1, gates * hidden, inputs}, 2)), r(numbers({1, gates * hidden, hidden}, 3)),
          b(numbers({1, 2 * gates * hidden}, 4))
    {
    }

    double inputSum(int64_t t, int64_t n, int64_t row) const
    {
        double sum = b.values[size_t(row)];
        for (int64_t i = 0; i < inputs; ++i)
            sum += x.values[size_t((t * batch + n) * inputs + i)] * w.values[size_t(row * inputs + i)];
        return sum;
    }
    double stateSum(const std::vector<double> &state, int64_t row) const
    {
        double sum = b.values[size_t(gates * hidden + row)];
        for (int64_t i = 0; i < hidden; ++i)
            sum += state[size_t(i)] * r.values[size_t(row * hidden + i)];
        return sum;
    }
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The state of one sequence after a step.
struct State {
    std::vector<double> h, c;
};
using Cell = std::function<State(int64_t t, int64_t n, const State &)>;

/// Y and Y_h (and Y_c) of a layer that runs over each sequence for its own length, forwards or backwards.
struct Result {
    Array y{f64, {steps, 1, batch, hidden}, std::vector<double>(size_t(steps * batch * hidden))};
    Array h{f64, {1, batch, hidden}, {}}, c{f64, {1, batch, hidden}, {}};
};
Result layer(const Weights &weights, const Cell &cell, std::vector<int64_t> lengths = {steps, steps},
             bool backwards = false)
{
    Result result;
    for (int64_t n = 0; n < batch; ++n) {
        State state;
        for (int64_t i = 0; i < hidden; ++i) {
            state.h.push_back(weights.h.values[size_t(n * hidden + i)]);
            state.c.push_back(weights.c.values[size_t(n * hidden + i)]);
        }
        for (int64_t s = 0; s < lengths[size_t(n)]; ++s) {
            const int64_t t = backwards ? lengths[size_t(n)] - 1 - s : s;
            state = cell(t, n, state);
            for (int64_t i = 0; i < hidden; ++i)
                result.y.values[size_t((t * batch + n) * hidden + i)] = state.h[size_t(i)];
        }
        result.h.values.insert(result.h.values.end(), state.h.begin(), state.h.end());
        result.c.values.insert(result.c.values.end(), state.c.begin(), state.c.end());
    }
    return result;
}

Cell lstm(const Weights &weights, bool peepholes = false, double clip = 1e9, bool coupled = false)
{
    return [=](int64_t t, int64_t n, const State &before) {
        State after;
        for (int64_t i = 0; i < hidden; ++i) {
            auto clipped = [&](double x) { return std::min(std::max(x, -clip), clip); };
            auto sum = [&](int64_t gate, int64_t peephole, double cell) {
                const double p =
                    peepholes && peephole >= 0 ? weights.p.values[size_t(peephole * hidden + i)] * cell : 0;
                return clipped(weights.inputSum(t, n, gate * hidden + i) +
                               weights.stateSum(before.h, gate * hidden + i) + p);
            };
            const double old = before.c[size_t(i)], in = sigmoid(sum(0, 0, old));
            const double forget = coupled ? 1 - in : sigmoid(sum(2, 2, old));
            const double cell = forget * old + in * std::tanh(sum(3, -1, 0));
            after.c.push_back(cell);
            after.h.push_back(sigmoid(sum(1, 1, cell)) * std::tanh(clipped(cell)));
        }
        return after;
    };
}

Cell gru(const Weights &weights, bool linearBeforeReset)
{
    return [=](int64_t t, int64_t n, const State &before) {
        State after;
        std::vector<double> reset(size_t(hidden), 0.0), scaled(size_t(hidden), 0.0);
        for (int64_t i = 0; i < hidden; ++i) {
            reset[size_t(i)] = sigmoid(weights.inputSum(t, n, hidden + i) + weights.stateSum(before.h, hidden + i));
            scaled[size_t(i)] = reset[size_t(i)] * before.h[size_t(i)];
        }
        for (int64_t i = 0; i < hidden; ++i) {
            const double z = sigmoid(weights.inputSum(t, n, i) + weights.stateSum(before.h, i));
            const int64_t row = 2 * hidden + i;
            const double inner =
                linearBeforeReset ? reset[size_t(i)] * weights.stateSum(before.h, row) : weights.stateSum(scaled, row);
            after.h.push_back((1 - z) * std::tanh(weights.inputSum(t, n, row) + inner) + z * before.h[size_t(i)]);
        }
        return after;
    };
}

void expectLayer(const Outcome &outcome, const Result &expected, bool hasCell)
{
    expectResult(outcome, expected.y);
    expectResult(outcome, expected.h, 1e-6, 1);
    if (hasCell)
        expectResult(outcome, expected.c, 1e-6, 2);
}

} // namespace

TEST(OnnxLSTM, StatesPeepholesAndOptions)
{
    const Weights w(4);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, std::nullopt, w.h, w.c}, {}, 14, 3), layer(w, lstm(w)), true);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, std::nullopt, w.h, w.c, w.p}, {}, 14, 3),
                layer(w, lstm(w, true)), true);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, std::nullopt, w.h, w.c}, {real("clip", 0.5f)}, 14, 3),
                layer(w, lstm(w, false, 0.5)), true);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, std::nullopt, w.h, w.c}, {integer("input_forget", 1)}, 14, 3),
                layer(w, lstm(w, false, 1e9, true)), true);
    expectLayer(
        runCompiled("LSTM", {w.x, w.w, w.r, w.b, std::nullopt, w.h, w.c}, {text("direction", "reverse")}, 14, 3),
        layer(w, lstm(w), {steps, steps}, true), true);
    Weights zero(4);
    zero.h.values.assign(zero.h.values.size(), 0);
    zero.c.values = zero.h.values;
    zero.b.values.assign(zero.b.values.size(), 0);
    expectLayer(runCompiled("LSTM", {zero.x, zero.w, zero.r}, {}, 14, 3), layer(zero, lstm(zero)), true);
}

TEST(OnnxLSTM, WeightsOfBytes)
{
    // [1, inputs, gates * hidden], with a scale for each column of one and one for all of the other.
    Weights w(4);
    const int64_t columns = 4 * hidden;
    auto bytes = [&](Array &weights, int64_t rows, const std::vector<double> &scales, double zero) {
        Array stored{onnx::TensorProto::UINT8, {1, rows, columns}, std::vector<double>(size_t(rows * columns))};
        for (int64_t column = 0; column < columns; ++column) {
            for (int64_t row = 0; row < rows; ++row) {
                const double byte = double((row * 41 + column * 17) % 256),
                             scale = scales[size_t(column) % scales.size()];
                stored.values[size_t(row * columns + column)] = byte;
                weights.values[size_t(column * rows + row)] = (byte - zero) * scale;
            }
        }
        return stored;
    };
    std::vector<double> scales;
    for (int64_t column = 0; column < columns; ++column)
        scales.push_back(0x1p-8 * double(column + 1));
    const Array input = bytes(w.w, inputs, scales, 128), state = bytes(w.r, hidden, {0x1p-7}, 100);
    auto f32 = [](Array array) {
        array.type = onnx::TensorProto::FLOAT;
        for (double &value : array.values)
            value = double(float(value));
        return array;
    };
    w.x = f32(w.x);
    w.b = f32(w.b);
    w.h = f32(w.h);
    w.c = f32(w.c);
    const auto u8 = [](Shape shape, std::vector<double> values) {
        return arrayOf(onnx::TensorProto::UINT8, std::move(shape), std::move(values));
    };
    const Outcome outcome = runCompiled(
        "DynamicQuantizeLSTM",
        {w.x, input, state, w.b, std::nullopt, w.h, w.c, std::nullopt, floats({1, columns}, scales),
         u8({1, columns}, std::vector<double>(size_t(columns), 128)), floats({1}, {0x1p-7}), u8({1}, {100})},
        {integer("hidden_size", hidden)}, 1, 3, "com.microsoft", {1, 2, 8, 9, 10, 11});
    // What goes into products is made bytes that cover its range and 0.
    auto rounded = [](std::vector<double> values) {
        const double low = std::min(0.0, *llvm::min_element(values)), high = std::max(0.0, *llvm::max_element(values));
        const double scale = (high - low) / 255, zero = std::nearbyint(-low / scale);
        for (double &value : values)
            value = (std::clamp(std::nearbyint(value / scale) + zero, 0.0, 255.0) - zero) * scale;
        return values;
    };
    w.x.values = rounded(w.x.values);
    const Cell cell = lstm(w);
    auto ofSequence = [](const std::vector<double> &values, int64_t n) {
        return std::vector<double>(values.begin() + n * hidden, values.begin() + (n + 1) * hidden);
    };
    std::vector<double> y, h = w.h.values, c = w.c.values;
    for (int64_t t = 0; t < steps; ++t) {
        std::vector<double> nextH, nextC;
        for (int64_t n = 0; n < batch; ++n) {
            const State next = cell(t, n, {ofSequence(rounded(h), n), ofSequence(c, n)});
            llvm::append_range(nextH, next.h);
            llvm::append_range(nextC, next.c);
        }
        h = nextH;
        c = nextC;
        llvm::append_range(y, h);
    }
    expectResult(outcome, floats({steps, 1, batch, hidden}, y), 1e-5);
    expectResult(outcome, floats({1, batch, hidden}, h), 1e-5, 1);
    expectResult(outcome, floats({1, batch, hidden}, c), 1e-5, 2);
}

TEST(OnnxLSTM, LengthsOfSequences)
{
    const Weights w(4);
    const Array lengths = int32s({2}, {2, 4});
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, lengths, w.h, w.c}, {}, 14, 3), layer(w, lstm(w), {2, 4}),
                true);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, lengths, w.h, w.c}, {text("direction", "reverse")}, 14, 3),
                layer(w, lstm(w), {2, 4}, true), true);
    expectLayer(runCompiled("LSTM", {w.x, w.w, w.r, w.b, int32s({2}, {0, 1}), w.h, w.c}, {}, 14, 3),
                layer(w, lstm(w), {0, 1}), true);
}

TEST(OnnxGRU, BothFormsOfReset)
{
    const Weights w(3);
    expectLayer(runCompiled("GRU", {w.x, w.w, w.r, w.b, std::nullopt, w.h}, {}, 14, 2), layer(w, gru(w, false)), false);
    expectLayer(runCompiled("GRU", {w.x, w.w, w.r, w.b, std::nullopt, w.h}, {integer("linear_before_reset", 1)}, 14, 2),
                layer(w, gru(w, true)), false);
}

TEST(OnnxRNN, BothDirectionsAndLayouts)
{
    const Weights w(1);
    auto cell = [&](auto function) -> Cell {
        return [&w, function](int64_t t, int64_t n, const State &before) {
            State after;
            for (int64_t i = 0; i < hidden; ++i)
                after.h.push_back(function(w.inputSum(t, n, i) + w.stateSum(before.h, i)));
            return after;
        };
    };
    const Result forward = layer(w, cell([](double x) { return std::tanh(x); }));
    const Result backward = layer(w, cell([](double x) { return x > 0 ? x : 0.5 * x; }), {steps, steps}, true);
    expectLayer(runCompiled("RNN", {w.x, w.w, w.r, w.b, std::nullopt, w.h}, {}, 14, 2), forward, false);

    // Both directions with the same weights, each with a function of its own; only one of these has a parameter.
    auto twice = [](const Array &array) {
        Array two = array;
        two.shape[0] = 2;
        two.values.insert(two.values.end(), array.values.begin(), array.values.end());
        return two;
    };
    const std::vector<Attribute> both{text("direction", "bidirectional"),
                                      {"activations", std::vector<std::string>{"Tanh", "LeakyRelu"}},
                                      {"activation_alpha", std::vector<float>{0.5f}}};
    Array y{f64, {steps, 2, batch, hidden}, {}}, h{f64, {2, batch, hidden}, forward.h.values};
    h.values.insert(h.values.end(), backward.h.values.begin(), backward.h.values.end());
    const int64_t rows = batch * hidden;
    for (int64_t t = 0; t < steps; ++t)
        for (const Result *direction : {&forward, &backward})
            y.values.insert(y.values.end(), direction->y.values.begin() + t * rows,
                            direction->y.values.begin() + (t + 1) * rows);
    const Array twoStates = twice(w.h);
    const Outcome outcome =
        runCompiled("RNN", {w.x, twice(w.w), twice(w.r), twice(w.b), std::nullopt, twoStates}, both, 14, 2);
    expectResult(outcome, y);
    expectResult(outcome, h, 1e-6, 1);

    // Layout 1 has the batch first, everywhere: [batch, steps, ..] and [batch, directions, ..].
    auto transposed = [](const Array &array, std::vector<size_t> order) {
        Array result{array.type, {}, {}};
        for (size_t axis : order)
            result.shape.push_back(array.shape[axis]);
        std::vector<int64_t> strides(array.shape.size(), 1), index(order.size(), 0);
        for (size_t d = array.shape.size() - 1; d-- > 0;)
            strides[d] = strides[d + 1] * array.shape[d + 1];
        for (size_t n = 0; n < array.values.size(); ++n) {
            int64_t offset = 0;
            for (size_t d = 0; d < order.size(); ++d)
                offset += index[d] * strides[order[d]];
            result.values.push_back(array.values[size_t(offset)]);
            for (size_t d = order.size(); d-- > 0;) {
                if (++index[d] < result.shape[d])
                    break;
                index[d] = 0;
            }
        }
        return result;
    };
    std::vector<Attribute> batchFirst(both);
    batchFirst.push_back(integer("layout", 1));
    const Outcome turned = runCompiled("RNN",
                                       {transposed(w.x, {1, 0, 2}), twice(w.w), twice(w.r), twice(w.b), std::nullopt,
                                        transposed(twoStates, {1, 0, 2})},
                                       batchFirst, 14, 2);
    expectResult(turned, transposed(y, {2, 0, 1, 3}));
    expectResult(turned, transposed(h, {1, 0, 2}), 1e-6, 1);
}

TEST(OnnxRecurrent, Errors)
{
    const Weights w(4);
    expectError(run("LSTM", {w.x, w.w, numbers({1, 4, hidden}, 3)}), "should be 1x8x2");
    expectError(run("LSTM", {w.x, w.w, w.r, numbers({1, 5}, 4)}), "should be 1x16");
    expectError(run("LSTM", {w.x, w.w, w.r}, {text("direction", "sideways")}), "direction is 'sideways'");
    expectError(run("LSTM", {w.x, w.w, w.r}, {text("direction", "bidirectional")}), "should be 2x8x3");
    expectError(run("LSTM", {w.x, w.w, w.r}, {integer("hidden_size", 5)}), "hidden_size");
}
