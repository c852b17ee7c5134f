// ai.onnx.ml linear models, support vector machines and preparation of features, by the formulas of their
// documentation.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;

namespace {

constexpr char ml[] = "ai.onnx.ml";
const float absent = std::nanf("");

using Reals = std::vector<float>;
using Words = std::vector<std::string>;
using Attributes = std::vector<Attribute>;

Outcome feature(const std::string &op, std::vector<std::optional<Array>> inputs, Attributes attributes, int opset = 3)
{
    return run(op, inputs, attributes, opset, 1, ml);
}

Outcome model(const std::string &op, const Array &x, Attributes attributes, int outputs = 1)
{
    return runCompiled(op, {x}, attributes, 3, outputs, ml);
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

const Array x = floats({2, 2}, {1, -2, 3, 4});

} // namespace

TEST(LinearRegressor, RowsTimesCoefficients)
{
    expectResult(model("LinearRegressor", x, {{"coefficients", Reals{2, 3}}, {"intercepts", Reals{0.5f}}}),
                 floats({2, 1}, {-3.5, 18.5}));
    expectResult(
        model("LinearRegressor", floats({2}, {1, -2}),
              {{"coefficients", Reals{2, 3, 1, 1}}, integer("targets", 2), text("post_transform", "LOGISTIC")}),
        floats({1, 2}, {logistic(-4), logistic(-1)}), 1e-5);
    // erfinv(0) is 0.
    expectResult(model("LinearRegressor", floats({1, 1}, {1}),
                       {{"coefficients", Reals{0.5f}}, text("post_transform", "PROBIT")}),
                 floats({1, 1}, {0}), 1e-3);
    expectError(feature("LinearRegressor", {x}, {{"coefficients", Reals{2, 3, 4}}}), "3 coefficients");
    expectError(feature("LinearRegressor", {x}, {{"coefficients", Reals{2, 3}}, text("post_transform", "X")}),
                "post_transform is 'X'");
}

TEST(LinearClassifier, LabelsAndScores)
{
    const Attributes two{
        {"coefficients", Reals{1, 1, 0, 2}}, {"intercepts", Reals{0, 1}}, list("classlabels_ints", {7, 8})};
    const Outcome outcome = model("LinearClassifier", x, two, 2);
    expectResult(outcome, int64s({2}, {7, 8}));
    expectResult(outcome, floats({2, 2}, {-1, -3, 7, 9}), 1e-6, 1);
    const Attributes one{{"coefficients", Reals{1, 1}}, {"intercepts", Reals{0}}, list("classlabels_ints", {7, 8})};
    const Outcome decision = model("LinearClassifier", x, one, 2);
    expectResult(decision, int64s({2}, {7, 8}));
    expectResult(decision, floats({2, 2}, {2, -1, -6, 7}), 1e-6, 1);
    expectError(feature("LinearClassifier", {x}, {{"coefficients", Reals{1, 1}}, {"classlabels_strings", Words{"a"}}}),
                "strings");
}

namespace {

/// A classifier of two classes, whose labels go to output "label" if they are wanted, and what follows its scores.
onnx::ModelProto classifier(const Attribute &labels, bool wantsLabels)
{
    onnx::ModelProto model = emptyModel(3, ml);
    onnx::GraphProto &graph = *model.mutable_graph();
    addInput(graph, "x", onnx::TensorProto::FLOAT, {2, 2});
    addNode(graph, "LinearClassifier", {"x"}, {"label", "scores"}, {{"coefficients", Reals{1, 1, 0, 2}}, labels})
        .set_domain(ml);
    if (wantsLabels)
        addOutput(graph, "label");
    return model;
}

} // namespace

TEST(LinearClassifier, LabelsOfStringsMayBeLeftUnread)
{
    const Attribute words{"classlabels_strings", Words{"a", "b"}};
    onnx::ModelProto model = classifier(words, false);
    addOutput(*model.mutable_graph(), "scores");
    expectResult(runCompiled(model, {x}), floats({2, 2}, {-1, -4, 7, 8}));
    expectError(import(classifier(words, true)), "take output 'label' out of the graph's outputs");
}

TEST(ZipMap, GivesTheScoresThemselves)
{
    onnx::ModelProto model = classifier(list("classlabels_ints", {7, 8}), true);
    onnx::GraphProto &graph = *model.mutable_graph();
    onnx::NodeProto &zip = addNode(graph, "ZipMap", {"scores"}, {"maps"}, {list("classlabels_int64s", {7, 8})});
    zip.set_domain(ml);
    addOutput(graph, "maps");
    const Outcome outcome = runCompiled(model, {x});
    expectResult(outcome, int64s({2}, {7, 8}));
    expectResult(outcome, floats({2, 2}, {-1, -4, 7, 8}), 1e-6, 1);
    EXPECT_NE(import(model).errors.find("in place of maps"), std::string::npos);
    zip.mutable_attribute(0)->add_ints(9);
    expectError(import(model), "3 classes for scores of shape 2x2");
}

TEST(SVMRegressor, Kernels)
{
    // Support vectors (1, 0) and (0, 1), coefficients 2 and -1, offset 0.5.
    auto with = [](const char *kernel) {
        return Attributes{text("kernel_type", kernel),    {"kernel_params", Reals{0.5f, 1, 2}},
                          integer("n_supports", 2),       {"support_vectors", Reals{1, 0, 0, 1}},
                          {"coefficients", Reals{2, -1}}, {"rho", Reals{0.5f}}};
    };
    const Array row = floats({1, 2}, {1, -2});
    expectResult(model("SVMRegressor", row, with("LINEAR")), floats({1, 1}, {4.5}));
    expectResult(model("SVMRegressor", row, with("POLY")), floats({1, 1}, {2 * 2.25 - 0 + 0.5}), 1e-5);
    expectResult(model("SVMRegressor", row, with("RBF")), floats({1, 1}, {2 * std::exp(-2) - std::exp(-5) + 0.5}),
                 1e-5);
    expectResult(model("SVMRegressor", row, with("SIGMOID")), floats({1, 1}, {2 * std::tanh(1.5) - 0 + 0.5}), 1e-5);
    Attributes oneClass = with("LINEAR");
    oneClass.push_back(integer("one_class", 1));
    expectResult(model("SVMRegressor", floats({2, 2}, {1, 0, -1, 0}), oneClass), floats({2, 1}, {1, -1}));
    expectResult(model("SVMRegressor", row, {{"coefficients", Reals{2, 3}}, {"rho", Reals{1}}}), floats({1, 1}, {-3}));
    expectError(feature("SVMRegressor", {floats({1, 3}, {1, 2, 3})}, with("LINEAR")), "2 supports of 3 features");
}

TEST(SVMClassifier, PairsVote)
{
    // One vector a class: 1, 2 and 3, compared by products. Decisions of (0, 1), (0, 2) and (1, 2) for x = 1:
    //   1 * c[0][0] + 2 * c[0][1] + rho, 1 * c[1][0] + 3 * c[0][2] + rho, 2 * c[1][1] + 3 * c[1][2] + rho
    const Attributes three{{"kernel_params", Reals{0, 0, 0}},   list("vectors_per_class", {1, 1, 1}),
                           {"support_vectors", Reals{1, 2, 3}}, {"coefficients", Reals{1, -1, -1, 1, 1, -1}},
                           {"rho", Reals{0.5f, 0.25f, 2}},      list("classlabels_ints", {4, 6, 8})};
    const Outcome outcome = model("SVMClassifier", floats({2, 1}, {1, -1}), three, 2);
    expectResult(outcome, int64s({2}, {6, 4}));
    expectResult(outcome, floats({2, 3}, {-0.5, -1.75, 1, 1.5, 2.25, 3}), 1e-6, 1);
    Attributes two{{"kernel_params", Reals{0, 0, 0}},
                   list("vectors_per_class", {1, 1}),
                   {"support_vectors", Reals{1, 2}},
                   {"coefficients", Reals{1, -1}},
                   {"rho", Reals{0.5f}},
                   list("classlabels_ints", {4, 6})};
    const Outcome decision = model("SVMClassifier", floats({2, 1}, {1, -1}), two, 2);
    expectResult(decision, int64s({2}, {6, 4}));
    expectResult(decision, floats({2, 2}, {0.5, -0.5, -1.5, 1.5}), 1e-6, 1);
    // Of two classes the coupled probabilities are the pair's own, up to where the iteration may stop.
    two.insert(two.end(), {{"prob_a", Reals{-2}}, {"prob_b", Reals{0.5f}}});
    expectResult(model("SVMClassifier", floats({1, 1}, {-1}), two, 2), floats({1, 2}, {logistic(2.5), logistic(-2.5)}),
                 5e-3, 1);
    two[0] = text("kernel_type", "NEAREST");
    expectError(feature("SVMClassifier", {x}, two), "do not fit");
}

TEST(SVMClassifier, CouplesProbabilities)
{
    // All three decisions are 0, so all pairs are even, and so are the classes.
    const Attributes even{{"kernel_params", Reals{0, 0, 0}},
                          list("vectors_per_class", {1, 1, 1}),
                          {"support_vectors", Reals{1, 2, 3}},
                          {"coefficients", Reals{0, 0, 0, 0, 0, 0}},
                          {"rho", Reals{0, 0, 0}},
                          {"prob_a", Reals{-1, -1, -1}},
                          {"prob_b", Reals{0, 0, 0}},
                          list("classlabels_ints", {4, 6, 8})};
    expectResult(model("SVMClassifier", floats({1, 1}, {5}), even, 2), floats({1, 3}, {1. / 3, 1. / 3, 1. / 3}), 1e-5,
                 1);
    // Pairs that follow from the probabilities 1/2, 1/3 and 1/6 give these back: log odds 3/2, 3 and 2.
    Attributes skewed = even;
    skewed[4] = {"rho", Reals{float(std::log(1.5)), float(std::log(3)), float(std::log(2))}};
    expectResult(model("SVMClassifier", floats({1, 1}, {5}), skewed, 2), floats({1, 3}, {1. / 2, 1. / 3, 1. / 6}), 3e-3,
                 1);
}

TEST(Features, ScalerNormalizerBinarizer)
{
    expectResult(feature("Scaler", {x}, {{"offset", Reals{1, 2}}, {"scale", Reals{0.5f, 3}}}),
                 floats({2, 2}, {0, -12, 1, 6}));
    expectResult(feature("Scaler", {int64s({1, 2}, {3, 5})}, {{"offset", Reals{1}}, {"scale", Reals{2}}}),
                 floats({1, 2}, {4, 8}));
    expectError(feature("Scaler", {x}, {{"offset", Reals{1, 2, 3}}}), "offset has 3 numbers for 2 features");
    const Array rows = floats({2, 2}, {3, -4, 0, 0});
    expectResult(feature("Normalizer", {rows}, {}), floats({2, 2}, {1, -4. / 3, 0, 0}));
    expectResult(feature("Normalizer", {rows}, {text("norm", "L1")}), floats({2, 2}, {3. / 7, -4. / 7, 0, 0}));
    expectResult(feature("Normalizer", {rows}, {text("norm", "L2")}), floats({2, 2}, {0.6, -0.8, 0, 0}));
    expectError(feature("Normalizer", {rows}, {text("norm", "L3")}), "norm is 'L3'");
    expectResult(feature("Binarizer", {x}, {real("threshold", 1)}), floats({2, 2}, {0, 0, 1, 1}));
    expectResult(feature("Binarizer", {int64s({4}, {-1, 0, 1, 2})}, {real("threshold", 0.5f)}),
                 int64s({4}, {0, 0, 1, 1}));
}

TEST(Features, ImputerPicksAndJoins)
{
    const Array gaps = floats({2, 2}, {1, absent, absent, 2});
    expectResult(
        feature("Imputer", {gaps}, {{"imputed_value_floats", Reals{9, 8}}, real("replaced_value_float", absent)}),
        floats({2, 2}, {1, 8, 9, 2}));
    expectResult(feature("Imputer", {int64s({3}, {1, -1, 2})},
                         {list("imputed_value_int64s", {7}), integer("replaced_value_int64", -1)}),
                 int64s({3}, {1, 7, 2}));
    expectError(feature("Imputer", {gaps}, {}), "0 numbers for 2 features");
    const Array table = floats({3, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    expectResult(feature("ArrayFeatureExtractor", {table, int64s({2}, {0, 1})}, {}),
                 floats({3, 2}, {0, 1, 4, 5, 8, 9}));
    expectResult(feature("ArrayFeatureExtractor", {floats({3}, {5, 6, 7}), int64s({1, 2}, {2, 0})}, {}),
                 floats({1, 2}, {7, 5}));
    expectError(feature("ArrayFeatureExtractor", {table, int64s({1}, {4})}, {}), "index 4 is outside 4");
    expectResult(feature("FeatureVectorizer", {x, floats({2, 1}, {5, 6})}, {list("inputdimensions", {2, 1})}),
                 floats({2, 3}, {1, -2, 5, 3, 4, 6}));
    expectError(feature("FeatureVectorizer", {x, floats({2, 1}, {5, 6})}, {list("inputdimensions", {2, 2})}),
                "inputdimensions");
}

TEST(Features, LabelEncoder)
{
    const Attributes integersToReals{
        list("keys_int64s", {3, 1}), {"values_floats", Reals{0.5f, 1.5f}}, real("default_float", -7)};
    expectResult(feature("LabelEncoder", {int64s({3}, {1, 2, 3})}, integersToReals), floats({3}, {1.5, -7, 0.5}));
    const Attributes realsToIntegers{{"keys_floats", Reals{3, absent, 3}}, list("values_int64s", {30, 10, 31})};
    expectResult(feature("LabelEncoder", {floats({1, 3}, {absent, 3, 4})}, realsToIntegers),
                 int64s({1, 3}, {10, 31, -1}));
    const Attributes tensors{{"keys_tensor", int64s({2}, {3, 1})},
                             {"values_tensor", arrayOf(onnx::TensorProto::INT16, {2}, {30, 10})},
                             {"default_tensor", arrayOf(onnx::TensorProto::INT16, {1}, {42})}};
    expectResult(feature("LabelEncoder", {int64s({3}, {1, 2, 3})}, tensors, 4),
                 arrayOf(onnx::TensorProto::INT16, {3}, {10, 42, 30}));
    expectError(feature("LabelEncoder", {int64s({1}, {1})}, {{"keys_strings", Words{"a"}}, list("values_int64s", {1})}),
                "strings");
    expectError(feature("LabelEncoder", {floats({1}, {1})}, integersToReals), "another type");
}

TEST(Features, OneHotEncoder)
{
    const Attributes categories{list("cats_int64s", {5, 2})};
    expectResult(feature("OneHotEncoder", {int64s({2, 2}, {5, 2, 9, 5})}, categories),
                 floats({2, 2, 2}, {1, 0, 0, 1, 0, 0, 1, 0}));
    expectResult(feature("OneHotEncoder", {floats({1}, {2.75})}, categories), floats({1, 2}, {0, 1}));
    expectError(feature("OneHotEncoder", {int64s({1}, {5})}, {{"cats_strings", Words{"a"}}}), "strings");
}
