// Normalisations and softmax of ONNX. Expected numbers follow the standard's formulas, worked out by hand.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;

namespace {

constexpr int f64 = onnx::TensorProto::DOUBLE;

Array doubles(Shape shape, std::vector<double> values) { return {f64, shape, values}; }

const double root = std::sqrt(1.25 + 1e-5); // deviation of 1, 2, 3, 4
const std::vector<double> standard{-1.5 / root, -0.5 / root, 0.5 / root, 1.5 / root};

std::vector<double> scaled(std::vector<double> values, double scale, double shift)
{
    for (double &value : values)
        value = value * scale + shift;
    return values;
}

std::vector<double> joined(std::vector<double> a, const std::vector<double> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

} // namespace

TEST(OnnxBatchNormalization, OldNodesTrainWhereTheyNameStatisticsThatNobodyReads)
{
    onnx::ModelProto model = emptyModel(9);
    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("x", floats({2, 1}, {1, 3}));
    for (const auto &[name, value] : {std::pair{"scale", 1.0}, {"bias", 0.0}, {"mean", 100.0}, {"variance", 100.0}})
        *graph.add_initializer() = tensorProto(name, floats({1}, {value}));
    addNode(graph, "BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, {"y", "m", "v", "sm", "sv"},
            {real("epsilon", 0.0f)});
    addOutput(graph, "y");
    expectResult(import(model), floats({2, 1}, {-1, 1}));
}

TEST(OnnxBatchNormalization, InferenceIsScaleAndShift)
{
    const Array x = doubles({1, 2, 2}, {1, 2, 3, 4});
    const Array scale = doubles({2}, {2, 3}), bias = doubles({2}, {1, -1}), mean = doubles({2}, {1, 4}),
                variance = doubles({2}, {3, 15});
    // epsilon 1: deviations 2 and 4
    expectResult(run("BatchNormalization", {x, scale, bias, mean, variance}, {real("epsilon", 1)}, 15),
                 doubles({1, 2, 2}, {1, 2, -1.75, -1}));
    expectError(run("BatchNormalization", {x, doubles({3}, {1, 1, 1}), bias, mean, variance}),
                "2 floating-point numbers");
    const Array perElement = doubles({2, 2}, {1, 1, 2, 2});
    expectResult(run("BatchNormalization", {x, perElement, perElement, perElement, perElement},
                     {real("epsilon", 0), integer("spatial", 0)}, 7),
                 doubles({1, 2, 2}, {1, 2, 2 + 2 / std::sqrt(2.0), 2 + 4 / std::sqrt(2.0)}));
}

TEST(OnnxBatchNormalization, AVectorIsABatchOfOneChannel)
{
    const Array one = doubles({1}, {1});
    expectResult(run("BatchNormalization", {doubles({3}, {1, 2, 4}), one, one, one, doubles({1}, {3})},
                     {real("epsilon", 1)}, 15),
                 doubles({3}, {1, 1.5, 2.5}));
}

TEST(OnnxBatchNormalization, TrainingTakesTheStatisticsOfTheBatch)
{
    const Array x = doubles({2, 1, 2}, {1, 2, 3, 4}), one = doubles({1}, {1}), zero = doubles({1}, {0});
    const Outcome outcome = run("BatchNormalization", {x, one, zero, doubles({1}, {10}), doubles({1}, {5})},
                                {integer("training_mode", 1), real("momentum", 0.5f)}, 15, 3);
    expectResult(outcome, doubles({2, 1, 2}, standard));
    expectResult(outcome, doubles({1}, {6.25}), 1e-6, 1);
    expectResult(outcome, doubles({1}, {3.125}), 1e-6, 2);
}

TEST(OnnxBatchNormalization, OldOpsetsTrainWhereTheyHaveTheOutputs)
{
    const Array x = doubles({2, 1, 2}, {1, 2, 3, 4}), one = doubles({1}, {1}), zero = doubles({1}, {0});
    const std::vector<std::optional<Array>> inputs{x, one, zero, doubles({1}, {10}), doubles({1}, {5})};
    const Outcome outcome = run("BatchNormalization", inputs, {real("momentum", 0.5f)}, 6, 5);
    expectResult(outcome, doubles({2, 1, 2}, standard));
    expectResult(outcome, doubles({1}, {6.25}), 1e-6, 1);
    expectResult(outcome, doubles({1}, {3.125}), 1e-6, 2);
    expectResult(outcome, doubles({1}, {2.5}), 1e-6, 3);
    expectResult(outcome, doubles({1}, {1.25}), 1e-6, 4);
    const double deviation = std::sqrt(5 + 1e-5);
    expectResult(
        run("BatchNormalization", inputs, {integer("is_test", 1), list("consumed_inputs", {0, 0, 0, 1, 1})}, 1),
        doubles({2, 1, 2}, {-9 / deviation, -8 / deviation, -7 / deviation, -6 / deviation}));
}

TEST(OnnxNormalization, ImageScalerShiftsChannels)
{
    const Attribute bias{"bias", std::vector<float>{1, -1}};
    expectResult(run("ImageScaler", {floats({1, 2, 1, 2}, {1, 2, 3, 4})}, {real("scale", 2), bias}, 1),
                 floats({1, 2, 1, 2}, {3, 5, 5, 7}));
    expectError(run("ImageScaler", {floats({1, 3, 1, 1}, {1, 2, 3})}, {bias}, 1), "3 channels");
}

TEST(OnnxNormalization, Instance)
{
    const Array x = doubles({1, 2, 4}, {1, 2, 3, 4, 10, 20, 30, 40});
    const double wide = std::sqrt(125 + 1e-5);
    expectResult(run("InstanceNormalization", {x, doubles({2}, {2, 1}), doubles({2}, {5, 0})}),
                 doubles({1, 2, 4}, joined(scaled(standard, 2, 5), {-15 / wide, -5 / wide, 5 / wide, 15 / wide})));
}

TEST(OnnxNormalization, GroupBeforeAndAfterOpset21)
{
    const Array x = doubles({1, 4, 2}, {1, 2, 3, 4, 1, 2, 3, 4});
    const auto expected = joined(scaled(standard, 2, 1), scaled(standard, 3, -1));
    expectResult(
        run("GroupNormalization", {x, doubles({2}, {2, 3}), doubles({2}, {1, -1})}, {integer("num_groups", 2)}, 18),
        doubles({1, 4, 2}, expected));
    const Array scale = doubles({4}, {2, 2, 3, 3}), bias = doubles({4}, {1, 1, -1, -1});
    expectResult(run("GroupNormalization", {x, scale, bias}, {integer("num_groups", 2)}, 21),
                 doubles({1, 4, 2}, expected));
    expectError(run("GroupNormalization", {x, scale, bias}, {integer("num_groups", 3)}, 21), "num_groups is 3");
}

TEST(OnnxNormalization, LayerWithItsStatistics)
{
    const Array x = doubles({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), scale = doubles({4}, {1, 1, 2, 2}),
                bias = doubles({4}, {0, 0, 0, 1});
    const std::vector<double> row{standard[0], standard[1], 2 * standard[2], 2 * standard[3] + 1};
    const Outcome outcome = run("LayerNormalization", {x, scale, bias}, {}, 17, 3);
    expectResult(outcome, doubles({2, 4}, joined(row, row)));
    // Statistics are of type float unless stash_type says otherwise.
    expectResult(outcome, floats({2, 1}, {2.5, 6.5}), 1e-6, 1);
    expectResult(outcome, floats({2, 1}, {1 / root, 1 / root}), 1e-6, 2);
    expectResult(run("LayerNormalization", {x, scale, bias}, {integer("stash_type", f64)}, 17, 2),
                 doubles({2, 1}, {2.5, 6.5}), 1e-6, 1);
    expectError(run("LayerNormalization", {x, scale, bias}, {integer("stash_type", 7)}), "no floating-point type");
    // Over both axes.
    const double wide = std::sqrt(5.25 + 1e-5);
    expectResult(run("LayerNormalization",
                     {doubles({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), doubles({2, 4}, std::vector<double>(8, 1))},
                     {integer("axis", 0)}),
                 doubles({2, 4}, {-3.5 / wide, -2.5 / wide, -1.5 / wide, -0.5 / wide, 0.5 / wide, 1.5 / wide,
                                  2.5 / wide, 3.5 / wide}));
    expectError(run("LayerNormalization", {x, doubles({3}, {1, 1, 1})}), "does not broadcast");
}

TEST(OnnxNormalization, RootMeanSquare)
{
    const double norm = std::sqrt(12.5);
    expectResult(run("RMSNormalization", {doubles({1, 2}, {3, 4}), doubles({2}, {1, 2})}, {real("epsilon", 0)}, 23),
                 doubles({1, 2}, {3 / norm, 8 / norm}));
    expectResult(run("SimplifiedLayerNormalization", {doubles({1, 2}, {3, 4}), doubles({2}, {1, 2})},
                     {real("epsilon", 0)}, 17, 1, "com.microsoft"),
                 doubles({1, 2}, {3 / norm, 8 / norm}));
}

TEST(OnnxNormalization, SkipConnection)
{
    const Array x = doubles({1, 1, 4}, {1, 1, 1, 1}), skip = doubles({1, 1, 4}, {0, 0, 1, 1}),
                bias = doubles({4}, {0, 1, 1, 2});
    const Outcome outcome =
        run("SkipLayerNormalization", {x, skip, doubles({4}, {1, 1, 1, 1}), doubles({4}, {0, 0, 0, 1}), bias},
            {real("epsilon", 1e-5f)}, 17, 4, "com.microsoft");
    expectResult(outcome, doubles({1, 1, 4}, {standard[0], standard[1], standard[2], standard[3] + 1}));
    expectResult(outcome, doubles({1, 1, 4}, {1, 2, 3, 4}), 1e-6, 3);
}

TEST(OnnxNormalization, NormsMeanAndResponse)
{
    expectResult(run("LpNormalization", {doubles({2, 2}, {3, 4, 0, 0})}), doubles({2, 2}, {0.6, 0.8, 0, 0}));
    expectResult(run("LpNormalization", {doubles({2, 2}, {1, -2, 3, 2})}, {integer("p", 1), integer("axis", 0)}),
                 doubles({2, 2}, {0.25, -0.5, 0.75, 0.5}));
    const double exact = std::sqrt(1.25);
    expectResult(run("MeanVarianceNormalization", {doubles({1, 1, 2, 2}, {1, 2, 3, 4})}),
                 doubles({1, 1, 2, 2}, {-1.5 / exact, -0.5 / exact, 0.5 / exact, 1.5 / exact}));
    // Channel c takes channels c - 1 .. c + 2 with size 4: one before, two after.
    const Array x = doubles({1, 4, 1}, {1, 2, 3, 4});
    expectResult(run("LRN", {x}, {integer("size", 4), real("alpha", 4), real("beta", 1), real("bias", 1)}),
                 doubles({1, 4, 1}, {1.0 / 15, 2.0 / 31, 3.0 / 30, 4.0 / 26}));
    expectError(run("LRN", {x}), "size is 0");
}

TEST(OnnxSoftmax, AxisBeforeAndAfterOpset13)
{
    const double e = std::exp(1.0);
    const Array x = doubles({1, 2, 2}, {0, 1, 1, 0});
    const double all = 2 + 2 * e, pair = 1 + e;
    expectResult(run("Softmax", {x}, {}, 12), doubles({1, 2, 2}, {1 / all, e / all, e / all, 1 / all}));
    expectResult(run("Softmax", {x}, {}, 13), doubles({1, 2, 2}, {1 / pair, e / pair, e / pair, 1 / pair}));
    expectResult(run("Softmax", {x}, {integer("axis", 1)}, 13),
                 doubles({1, 2, 2}, {1 / pair, e / pair, e / pair, 1 / pair}));
    expectResult(run("LogSoftmax", {doubles({1, 2}, {1000, 1001})}, {}, 13),
                 doubles({1, 2}, {-std::log(pair), 1 - std::log(pair)}));
    expectResult(run("Softmax", {doubles({2}, {3, 4})}, {integer("axis", 1)}, 11), doubles({2}, {1, 1}));
    expectError(run("Softmax", {x}, {integer("axis", 3)}, 13), "outside");
}

TEST(OnnxSoftmax, HardmaxTakesTheFirst)
{
    expectResult(run("Hardmax", {doubles({2, 3}, {3, 5, 5, 2, 1, 0})}), doubles({2, 3}, {0, 1, 0, 1, 0, 0}));
    expectResult(run("Hardmax", {doubles({2, 3}, {3, 5, 5, 2, 1, 6})}, {integer("axis", 0)}),
                 doubles({2, 3}, {1, 1, 0, 0, 0, 1}));
    expectResult(run("Hardmax", {doubles({2, 3}, {3, 5, 5, 2, 1, 6})}, {integer("axis", 0)}, 11),
                 doubles({2, 3}, {0, 0, 0, 0, 0, 1}));
}
