#include "compiler/import/onnx/Trees.h"

#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

std::optional<int64_t> Ensemble::depth() const
{
    // Depths of inner nodes, children first: a node is pushed again under its children, and a child that is still open
    // when it is met leads back to itself.
    enum : int64_t { Unknown = -1, Open = -2 };
    std::vector<int64_t> depths(inner.size(), Unknown);
    int64_t deepest = 0;
    for (int64_t start = 0; start < int64_t(inner.size()); ++start) {
        Shape stack{start};
        while (!stack.empty()) {
            const int64_t here = stack.back();
            int64_t &depth = depths[size_t(here)];
            const int64_t children[] = {inner[size_t(here)].yes, inner[size_t(here)].no};
            if (depth == Unknown) {
                depth = Open;
                for (int64_t child : children) {
                    if (child < 0)
                        continue;
                    if (depths[size_t(child)] == Open)
                        return std::nullopt;
                    if (depths[size_t(child)] == Unknown)
                        stack.push_back(child);
                }
                continue;
            }
            stack.pop_back();
            if (depth != Open)
                continue;
            depth = 1;
            for (int64_t child : children)
                if (child >= 0)
                    depth = std::max(depth, depths[size_t(child)] + 1);
            deepest = std::max(deepest, depth);
        }
    }
    return deepest;
}

FailureOr<std::vector<double>> tensorAttribute(const Node &node, StringRef name, bool &isDouble)
{
    const onnx::AttributeProto *attribute = node.attribute(name);
    if (!attribute)
        return std::vector<double>();
    llvm::Expected<ElementsAttr> tensor =
        readTensor(node.g.b.getContext(), attribute->t(), node.context.externalFiles());
    if (!tensor)
        return node.error("attribute " + name + " " + llvm::toString(tensor.takeError()));
    std::optional<std::vector<double>> numbers = numbersOf(*tensor);
    if (!numbers)
        return node.error("attribute " + name + " holds no numbers");
    isDouble |= tensor->getElementType().isF64();
    return *numbers;
}

FailureOr<std::vector<double>> realAttribute(const Node &node, StringRef name, bool &isDouble)
{
    if (std::optional<SmallVector<double>> floats = node.numbers(name); floats && !floats->empty())
        return std::vector<double>(floats->begin(), floats->end());
    return tensorAttribute(node, (name + "_as_tensor").str(), isDouble);
}

/// The test that a node's mode names; nothing for a leaf.
static FailureOr<std::optional<TreeTest>> testNamed(const Node &node, StringRef mode)
{
    static const std::pair<StringRef, TreeTest> names[] = {
        {"BRANCH_LEQ", TreeTest::LessOrEqual}, {"BRANCH_LT", TreeTest::Less},  {"BRANCH_GTE", TreeTest::GreaterOrEqual},
        {"BRANCH_GT", TreeTest::Greater},      {"BRANCH_EQ", TreeTest::Equal}, {"BRANCH_NEQ", TreeTest::NotEqual}};
    for (auto [name, test] : names)
        if (mode == name)
            return std::optional(test);
    if (mode == "LEAF")
        return std::optional<TreeTest>();
    return node.error("a tree has a node of the unknown mode '" + mode + "'");
}

FailureOr<Ensemble> readTreesByNode(const Node &node, StringRef prefix)
{
    Ensemble e;
    auto integers = [&](const Twine &name) { return node.integers(name.str()).value_or(Shape()); };
    const Shape trees = integers("nodes_treeids"), ids = integers("nodes_nodeids"),
                features = integers("nodes_featureids"), yes = integers("nodes_truenodeids"),
                no = integers("nodes_falsenodeids"), missing = integers("nodes_missing_value_tracks_true");
    FailureOr<std::vector<double>> thresholds = realAttribute(node, "nodes_values", e.isDouble);
    if (failed(thresholds))
        return failure();
    const onnx::AttributeProto *modes = node.attribute("nodes_modes");
    const size_t count = ids.size();
    if (count == 0 || trees.size() != count || features.size() != count || yes.size() != count || no.size() != count ||
        thresholds->size() != count || !modes || size_t(modes->strings_size()) != count ||
        (!missing.empty() && missing.size() != count))
        return node.error("the lists nodes_* have different lengths, or are missing");

    // The place of each node, and whether another one leads to it.
    std::map<std::pair<int64_t, int64_t>, int64_t> places;
    std::vector<std::optional<TreeTest>> tests;
    Shape parts; // of the ensemble, one for each node
    for (size_t i = 0; i < count; ++i) {
        FailureOr<std::optional<TreeTest>> test = testNamed(node, modes->strings(int(i)));
        if (failed(test))
            return failure();
        tests.push_back(*test);
        if (*test) {
            parts.push_back(int64_t(e.inner.size()));
            e.inner.push_back({features[i], (*thresholds)[i], **test, !missing.empty() && missing[i] != 0, 0, 0});
        } else {
            parts.push_back(~int64_t(e.leaves.size()));
            e.leaves.emplace_back();
        }
        if (!places.try_emplace({trees[i], ids[i]}, int64_t(i)).second)
            return node.error("tree " + Twine(trees[i]) + " has the node " + Twine(ids[i]) + " twice");
    }
    std::vector<bool> isChild(count, false);
    for (size_t i = 0; i < count; ++i) {
        if (!tests[i])
            continue;
        Ensemble::Inner &inner = e.inner[size_t(parts[i])];
        for (auto [id, child] : {std::pair(yes[i], &inner.yes), {no[i], &inner.no}}) {
            auto place = places.find({trees[i], id});
            if (place == places.end())
                return node.error("node " + Twine(ids[i]) + " of tree " + Twine(trees[i]) +
                                  " leads to a node that is not there, " + Twine(id));
            isChild[size_t(place->second)] = true;
            *child = parts[size_t(place->second)];
        }
    }
    std::map<int64_t, unsigned> rootsOf; // of any number: hash maps of LLVM have two that are no keys
    for (size_t i = 0; i < count; ++i) {
        if (isChild[i]) {
            rootsOf.try_emplace(trees[i], 0);
            continue;
        }
        if (rootsOf[trees[i]]++ > 0)
            return node.error("tree " + Twine(trees[i]) + " has more than one root");
        e.roots.push_back(parts[i]);
    }
    for (auto [tree, roots] : rootsOf)
        if (roots == 0)
            return node.error("tree " + Twine(tree) + " has no root");

    const Shape voteTrees = integers(prefix + "_treeids"), voteNodes = integers(prefix + "_nodeids"),
                targets = integers(prefix + "_ids");
    FailureOr<std::vector<double>> weights = realAttribute(node, (prefix + "_weights").str(), e.isDouble);
    if (failed(weights))
        return failure();
    if (voteTrees.size() != weights->size() || voteNodes.size() != weights->size() || targets.size() != weights->size())
        return node.error("the lists " + prefix + "_* have different lengths, or are missing");
    for (size_t i = 0; i < weights->size(); ++i) {
        auto place = places.find({voteTrees[i], voteNodes[i]});
        if (place == places.end())
            return node.error("a vote is for the node " + Twine(voteNodes[i]) + " of tree " + Twine(voteTrees[i]) +
                              ", which is not there");
        if (const int64_t part = parts[size_t(place->second)]; part < 0)
            e.leaves[size_t(~part)].push_back({targets[i], (*weights)[i]});
    }
    return e;
}

FailureOr<Ensemble> readTreesByBranch(const Node &node)
{
    Ensemble e;
    auto integers = [&](StringRef name) { return node.integers(name).value_or(Shape()); };
    const Shape roots = integers("tree_roots"), features = integers("nodes_featureids"),
                missing = integers("nodes_missing_value_tracks_true"), targets = integers("leaf_targetids");
    const Shape children[] = {integers("nodes_truenodeids"), integers("nodes_falsenodeids")},
                isLeaf[] = {integers("nodes_trueleafs"), integers("nodes_falseleafs")};
    bool ignored = false;
    FailureOr<std::vector<double>> thresholds = tensorAttribute(node, "nodes_splits", e.isDouble),
                                   modes = tensorAttribute(node, "nodes_modes", ignored),
                                   members = tensorAttribute(node, "membership_values", e.isDouble),
                                   weights = tensorAttribute(node, "leaf_weights", e.isDouble);
    if (failed(thresholds) || failed(modes) || failed(members) || failed(weights))
        return failure();
    const size_t count = features.size();
    if (count == 0 || roots.empty() || thresholds->size() != count || modes->size() != count ||
        (!missing.empty() && missing.size() != count))
        return node.error("the lists nodes_* have different lengths, or are missing");
    for (int side = 0; side < 2; ++side)
        if (children[side].size() != count || isLeaf[side].size() != count)
            return node.error("the lists nodes_* have different lengths, or are missing");
    if (targets.size() != weights->size())
        return node.error("leaf_targetids and leaf_weights have different lengths");
    for (auto [target, weight] : llvm::zip(targets, *weights))
        e.leaves.push_back({{target, weight}});

    auto nodeOrLeaf = [&](int64_t id, bool leaf) -> FailureOr<int64_t> {
        if (id < 0 || id >= int64_t(leaf ? e.leaves.size() : count))
            return node.error("a tree leads to the " + Twine(leaf ? "leaf " : "node ") + Twine(id) +
                              ", which is not there");
        return leaf ? ~id : id;
    };
    // The first `count` inner nodes are those of the attributes.
    constexpr int memberMode = 6;
    e.inner.resize(count);
    size_t nextMember = 0;
    for (size_t i = 0; i < count; ++i) {
        FailureOr<int64_t> yes = nodeOrLeaf(children[0][i], isLeaf[0][i] != 0),
                           no = nodeOrLeaf(children[1][i], isLeaf[1][i] != 0);
        if (failed(yes) || failed(no))
            return failure();
        const int64_t mode = integerOf((*modes)[i]);
        if (mode < 0 || mode > memberMode)
            return node.error("a tree has a node of the unknown mode " + Twine(mode));
        Ensemble::Inner inner{features[i], (*thresholds)[i], TreeTest(mode), !missing.empty() && missing[i] != 0, *yes,
                              *no};
        if (mode == memberMode) {
            // A set, up to the next NaN: one test for equality after the other.
            inner.test = TreeTest::Equal;
            std::vector<double> set;
            while (nextMember < members->size() && !std::isnan((*members)[nextMember]))
                set.push_back((*members)[nextMember++]);
            ++nextMember;
            if (set.empty())
                return node.error("membership_values has no set for node " + Twine(i));
            for (size_t m = set.size(); m-- > 1;) {
                inner.threshold = set[m];
                e.inner.push_back(inner);
                inner.no = int64_t(e.inner.size()) - 1;
            }
            inner.threshold = set.front();
        }
        e.inner[i] = inner;
    }
    for (int64_t root : roots) {
        // A tree of nothing but a leaf has a node whose branches both lead there.
        FailureOr<int64_t> place = nodeOrLeaf(root, false);
        if (failed(place))
            return failure();
        e.roots.push_back(*place);
    }
    return e;
}

} // namespace barecc::onnx_import
