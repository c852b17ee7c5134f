// ai.onnx.ml tree ensembles. Two trees of one node each, so that every sum of votes can be read off.
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

/// Tree 0 asks whether x0 <= 0.5, tree 1 whether x1 <= -0.25. The leaves have the nodes 1 (yes) and 2 (no).
Attributes stumps(const char *mode = "BRANCH_LEQ")
{
    return {list("nodes_treeids", {0, 0, 0, 1, 1, 1}),
            list("nodes_nodeids", {0, 1, 2, 0, 1, 2}),
            list("nodes_featureids", {0, 0, 0, 1, 0, 0}),
            {"nodes_modes", Words{mode, "LEAF", "LEAF", mode, "LEAF", "LEAF"}},
            {"nodes_values", Reals{0.5f, 0, 0, -0.25f, 0, 0}},
            list("nodes_truenodeids", {1, 0, 0, 1, 0, 0}),
            list("nodes_falsenodeids", {2, 0, 0, 2, 0, 0})};
}

/// Votes of the leaves: yes and no of tree 0, yes and no of tree 1.
Attributes with(Attributes attributes, const std::string &prefix, Shape targets, Reals weights, Attributes more = {})
{
    static const char *names[2][4] = {{"class_treeids", "class_nodeids", "class_ids", "class_weights"},
                                      {"target_treeids", "target_nodeids", "target_ids", "target_weights"}};
    const auto &name = names[prefix == "target"];
    attributes.insert(attributes.end(), {list(name[0], {0, 0, 1, 1}), list(name[1], {1, 2, 1, 2}),
                                         list(name[2], targets), Attribute{name[3], weights}});
    attributes.insert(attributes.end(), more.begin(), more.end());
    return attributes;
}

// yes no, no no, yes yes, no yes
const Array rows = floats({4, 2}, {0, 0, 1, 0, 0, -1, 1, -1});

Outcome regressor(Attributes attributes, const Array &x = rows)
{
    return run("TreeEnsembleRegressor", {x}, attributes, 3, 1, ml);
}

Outcome classifier(Attributes attributes) { return run("TreeEnsembleClassifier", {rows}, attributes, 3, 2, ml); }

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

} // namespace

TEST(TreeEnsembleRegressor, AddsVotes)
{
    const Attributes attributes = with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20});
    expectResult(regressor(attributes), floats({4, 1}, {21, 22, 11, 12}));
    expectResult(regressor(attributes, arrayOf(onnx::TensorProto::INT64, {2, 2}, {0, -1, 1, 0})),
                 floats({2, 1}, {11, 22}));
    // Trees may have any numbers.
    Attributes numbered = attributes;
    for (auto &[name, value] : numbered)
        if (llvm::StringRef(name).ends_with("_treeids"))
            for (int64_t &tree : std::get<Shape>(value))
                tree = tree == 0 ? INT64_MAX : INT64_MIN;
    expectResult(regressor(numbered), floats({4, 1}, {21, 22, 11, 12}));
    // The same as a program.
    expectResult(runCompiled("TreeEnsembleRegressor", {rows}, attributes, 3, 1, ml), floats({4, 1}, {21, 22, 11, 12}));
}

TEST(TreeEnsembleRegressor, TargetsBaseValuesAndAggregates)
{
    const Attributes two{integer("n_targets", 2), {"base_values", Reals{0.5f, -0.5f}}};
    expectResult(regressor(with(stumps(), "target", {0, 1, 1, 0}, {1, 2, 10, 20}, two)),
                 floats({4, 2}, {21.5, -0.5, 20.5, 1.5, 1.5, 9.5, 0.5, 11.5}));
    const std::pair<const char *, std::vector<double>> aggregates[] = {
        {"AVERAGE", {10.5, 11, 5.5, 6}}, {"MIN", {1, 2, 1, 2}}, {"MAX", {20, 20, 10, 10}}};
    for (auto &[name, expected] : aggregates)
        expectResult(
            regressor(with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20}, {text("aggregate_function", name)})),
            floats({4, 1}, expected));
    // A leaf may vote for several targets.
    Attributes several = stumps();
    several.insert(several.end(), {list("target_treeids", {0, 0, 0, 1}), list("target_nodeids", {1, 1, 2, 1}),
                                   list("target_ids", {0, 1, 0, 1}), Attribute{"target_weights", Reals{1, 2, 4, 8}},
                                   integer("n_targets", 2)});
    expectResult(regressor(several), floats({4, 2}, {1, 2, 4, 0, 1, 10, 4, 8}));
}

TEST(TreeEnsembleRegressor, ModesAndMissingValues)
{
    const Array x = floats({4, 2}, {0.5, -0.25, 1, 0, 0, -1, absent, absent});
    const std::pair<const char *, std::vector<double>> modes[] = {
        {"BRANCH_LEQ", {11, 22, 11, 22}}, {"BRANCH_LT", {22, 22, 11, 22}}, {"BRANCH_GTE", {11, 11, 22, 22}},
        {"BRANCH_GT", {22, 11, 22, 22}},  {"BRANCH_EQ", {11, 22, 22, 22}}, {"BRANCH_NEQ", {22, 11, 11, 11}}};
    for (auto &[mode, expected] : modes)
        expectResult(regressor(with(stumps(mode), "target", {0, 0, 0, 0}, {1, 2, 10, 20}), x),
                     floats({4, 1}, expected));
    expectResult(regressor(with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20},
                                {list("nodes_missing_value_tracks_true", {1, 0, 0, 0, 0, 0})}),
                           x),
                 floats({4, 1}, {11, 22, 11, 21}));
    Attributes mixed = with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20});
    mixed[3] = {"nodes_modes", Words{"BRANCH_GT", "LEAF", "LEAF", "BRANCH_EQ", "LEAF", "LEAF"}};
    expectResult(regressor(mixed, x), floats({4, 1}, {12, 21, 22, 22}));
}

TEST(TreeEnsembleRegressor, DoublesDecideInDoublePrecision)
{
    // 0.1 as a double is less than 0.1f.
    Attributes attributes = with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20});
    attributes[4] = {"nodes_values_as_tensor", arrayOf(onnx::TensorProto::DOUBLE, {6}, {0.1, 0, 0, -0.25, 0, 0})};
    const Array x = arrayOf(onnx::TensorProto::DOUBLE, {2, 2}, {0.1, 0, double(0.1f), 0});
    expectResult(regressor(attributes, x), floats({2, 1}, {21, 22}));
}

TEST(TreeEnsembleRegressor, WalksDeepTreesOfUnequalDepth)
{
    // Node i of a chain asks whether x <= i and else goes on; 5 inner nodes, the last leaf for x > 4.
    Shape trees(11, 0), ids, features(11, 0), yes, no, voteNodes;
    Words modes;
    Reals thresholds, weights;
    for (int i = 0; i < 11; ++i) {
        ids.push_back(i);
        modes.push_back(i < 5 ? "BRANCH_LEQ" : "LEAF");
        thresholds.push_back(float(i));
        yes.push_back(i < 5 ? 5 + i : 0);
        no.push_back(i < 4 ? i + 1 : i == 4 ? 10 : 0);
        if (i >= 5) {
            voteNodes.push_back(i);
            weights.push_back(float(i));
        }
    }
    const Attributes chain{
        list("nodes_treeids", trees),    list("nodes_nodeids", ids),          list("nodes_featureids", features),
        {"nodes_modes", modes},          {"nodes_values", thresholds},        list("nodes_truenodeids", yes),
        list("nodes_falsenodeids", no),  list("target_treeids", Shape(6, 0)), list("target_nodeids", voteNodes),
        list("target_ids", Shape(6, 0)), {"target_weights", weights}};
    expectResult(regressor(chain, floats({4, 1}, {-1, 2, 4, 9})), floats({4, 1}, {5, 7, 9, 10}));
}

TEST(TreeEnsembleRegressor, Refuses)
{
    const Attributes good = with(stumps(), "target", {0, 0, 0, 0}, {1, 2, 10, 20});
    auto changed = [&](size_t i, Attribute attribute) {
        Attributes bad = good;
        bad[i] = attribute;
        return regressor(bad);
    };
    expectError(changed(0, list("nodes_treeids", {0, 0, 0, 1, 1})), "different lengths");
    expectError(changed(1, list("nodes_nodeids", {0, 1, 1, 0, 1, 2})), "the node 1 twice");
    expectError(changed(2, list("nodes_featureids", {2, 0, 0, 1, 0, 0})), "feature 2 of 2");
    expectError(changed(3, {"nodes_modes", Words{"BRANCH_X", "LEAF", "LEAF", "LEAF", "LEAF", "LEAF"}}), "unknown mode");
    expectError(changed(5, list("nodes_truenodeids", {7, 0, 0, 1, 0, 0})), "not there, 7");
    expectError(changed(5, list("nodes_truenodeids", {0, 0, 0, 1, 0, 0})), "leads back");
    expectError(changed(9, list("target_ids", {0, 0, 1, 0})), "target 1 of 1");
    expectError(changed(8, list("target_nodeids", {1, 2, 1, 5})), "node 5 of tree 1");
    // A ring below a root.
    Attributes ring = good;
    ring[3] = {"nodes_modes", Words{"BRANCH_LEQ", "BRANCH_LEQ", "BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF"}};
    ring[5] = list("nodes_truenodeids", {1, 2, 1, 1, 0, 0});
    ring[6] = list("nodes_falsenodeids", {2, 2, 1, 2, 0, 0});
    expectError(regressor(ring), "leads back");
}

TEST(TreeEnsembleClassifier, TheBestOfSeveralClasses)
{
    const Attributes three =
        with(stumps(), "class", {0, 1, 2, 1}, {0.5f, 0.25f, 1, 2}, {list("classlabels_int64s", {5, 6, 7})});
    const Outcome outcome = classifier(three);
    expectResult(outcome, int64s({4}, {6, 6, 7, 7}));
    expectResult(outcome, floats({4, 3}, {0.5, 2, 0, 0, 2.25, 0, 0.5, 0, 1, 0, 0.25, 1}), 1e-6, 1);
    Attributes zero = three;
    zero.push_back(text("post_transform", "SOFTMAX_ZERO"));
    const double big = std::exp(1.5), sum = 1 + big;
    expectResult(runCompiled("TreeEnsembleClassifier", {floats({1, 2}, {0, 0})}, zero, 3, 2, ml),
                 floats({1, 3}, {1 / sum, big / sum, 0}), 1e-5, 1);
}

TEST(TreeEnsembleClassifier, VotesForOneOfTwoClassesDecide)
{
    const Attributes labels{list("classlabels_int64s", {10, 20})};
    // None is negative: probabilities, and a half decides.
    const Outcome positive = classifier(with(stumps(), "class", {0, 0, 0, 0}, {0.125f, 0.25f, 0.25f, 0.5f}, labels));
    expectResult(positive, int64s({4}, {20, 20, 10, 10}));
    expectResult(positive, floats({4, 2}, {0.375, 0.625, 0.25, 0.75, 0.625, 0.375, 0.5, 0.5}), 1e-6, 1);
    // Some are: scores, and 0 decides.
    Attributes mixed = with(stumps(), "class", {0, 0, 0, 0}, {-1, 2, -3, 0.5f}, labels);
    const Outcome outcome = classifier(mixed);
    expectResult(outcome, int64s({4}, {10, 20, 10, 10}));
    expectResult(outcome, floats({4, 2}, {0.5, -0.5, -2.5, 2.5, 4, -4, 1, -1}), 1e-6, 1);
    mixed.push_back(text("post_transform", "LOGISTIC"));
    mixed.push_back({"base_values", Reals{1}});
    const Outcome odds = classifier(mixed);
    expectResult(odds, int64s({4}, {20, 20, 10, 10}));
    expectResult(odds,
                 floats({4, 2}, {logistic(-0.5), logistic(0.5), logistic(-3.5), logistic(3.5), logistic(3),
                                 logistic(-3), 0.5, 0.5}),
                 1e-6, 1);
    expectError(
        classifier(with(stumps(), "class", {0, 0, 0, 0}, {1, 1, 1, 1}, {{"classlabels_strings", Words{"a", "b"}}})),
        "take output");
}

TEST(TreeEnsemble, SeparateLeavesAndSets)
{
    // Node 0: x0 <= 0.5 ? node 1 : leaf 1; node 1: x1 > 0.1 ? leaf 0 : leaf 1. Node 2: x1 in {7, -1} ? leaf 2 : leaf 3.
    Attributes attributes{integer("n_targets", 2),
                          list("tree_roots", {0, 2}),
                          list("nodes_featureids", {0, 1, 1}),
                          {"nodes_modes", arrayOf(onnx::TensorProto::UINT8, {3}, {0, 3, 6})},
                          {"nodes_splits", floats({3}, {0.5, 0.1, 0})},
                          {"membership_values", floats({3}, {7, -1, absent})},
                          list("nodes_truenodeids", {1, 0, 2}),
                          list("nodes_trueleafs", {0, 1, 1}),
                          list("nodes_falsenodeids", {1, 1, 3}),
                          list("nodes_falseleafs", {1, 1, 1}),
                          list("leaf_targetids", {0, 1, 0, 1}),
                          {"leaf_weights", floats({4}, {1, 2, 4, 8})}};
    const Array x = floats({4, 2}, {0, 1, 0, -1, 1, 7, 0, 0});
    expectResult(run("TreeEnsemble", {x}, attributes, 5, 1, ml), floats({4, 2}, {1, 8, 4, 2, 4, 2, 0, 10}));
    attributes.push_back(integer("post_transform", 2)); // LOGISTIC
    expectResult(run("TreeEnsemble", {floats({1, 2}, {0, 1})}, attributes, 5, 1, ml),
                 floats({1, 2}, {logistic(1), logistic(8)}));
    attributes[5] = {"membership_values", floats({1}, {absent})};
    expectError(run("TreeEnsemble", {x}, attributes, 5, 1, ml), "no set for node 2");
    for (auto [mode, number] :
         {std::pair(7.0, "7"), {-INFINITY, "-9223372036854775808"}, {1e300, "9223372036854775807"}}) {
        attributes[3] = {"nodes_modes", arrayOf(onnx::TensorProto::DOUBLE, {3}, {mode, 3, 6})};
        expectError(run("TreeEnsemble", {x}, attributes, 5, 1, ml), std::string("unknown mode ") + number);
    }
}
