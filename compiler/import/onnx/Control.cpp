// Branches. Loops are in Loop.cpp.
#include "compiler/import/onnx/Extents.h"
#include "compiler/import/onnx/Loop.h"
#include "compiler/ir/Subgraph.h"

using namespace mlir;

namespace barecc::onnx_import {

/// The outputs of a graph that was built in the node's place.
static Outputs fromTensors(Node &node, SmallVectorImpl<Tensor> &tensors)
{
    for (auto [i, tensor] : llvm::enumerate(tensors))
        node.setTensor(unsigned(i), tensor);
    return SmallVector<Value>(tensors.size());
}

/// A branch as a function of its own. Where it cannot run with the shapes that the model is compiled for, `problem`
/// says why.
static FailureOr<SmallVector<Tensor>> importBranch(Node &node, const onnx::GraphProto &graph,
                                                   std::unique_ptr<Subgraph> &branch, std::string &problem)
{
    branch = std::make_unique<Subgraph>(node.g, "branch", TypeRange());
    FailureOr<SmallVector<Tensor>> results = node.context.tryInlineGraph(graph, {}, problem);
    if (failed(results) || failed(refuseExtents(node, *results)))
        return failure();
    for (Tensor &tensor : *results)
        (void)plainNumbers(node.g, tensor);
    return results;
}

static SmallVector<Value> numbersOf(ArrayRef<Tensor> tensors)
{
    return llvm::map_to_vector(tensors, [](const Tensor &tensor) { return tensor.value; });
}

/// What stands in for a branch that cannot run: floats come out as NaN and others as 0.
static SmallVector<Tensor> impossible(GraphBuilder &g, ArrayRef<Tensor> model)
{
    SmallVector<Tensor> results;
    for (const Tensor &tensor : model) {
        auto type = GraphBuilder::typeOf(tensor.value);
        results.push_back({tensor.element, g.splat(type, isa<FloatType>(type.getElementType()) ? NAN : 0.0)});
    }
    return results;
}

/// A condition that is only known at run time: both branches are compiled, one runs.
static Outputs chooseAtRunTime(Node &node, const onnx::GraphProto &thenGraph, const onnx::GraphProto &elseGraph)
{
    std::unique_ptr<Subgraph> thenBranch, elseBranch;
    std::string noThen, noElse;
    FailureOr<SmallVector<Tensor>> yes = importBranch(node, thenGraph, thenBranch, noThen);
    if (failed(yes) && noThen.empty())
        return failure(); // reported
    if (succeeded(yes))
        thenBranch->finish(numbersOf(*yes));
    else
        thenBranch.reset();
    FailureOr<SmallVector<Tensor>> no = importBranch(node, elseGraph, elseBranch, noElse);
    if (failed(no) && noElse.empty())
        return failure();
    if (succeeded(no))
        elseBranch->finish(numbersOf(*no));
    else
        elseBranch.reset();

    if (failed(yes) && failed(no))
        return node.error("neither branch can run with these shapes: " + noThen + "; " + noElse);
    if (failed(yes) || failed(no)) {
        // Only the other is ever taken in a run without an error.
        emitWarning(node.g.loc) << "the " << (failed(yes) ? "then" : "else") << " branch cannot run with these shapes ("
                                << noThen << noElse << "); should it be taken, the outputs are NaN";
        std::unique_ptr<Subgraph> &missing = failed(yes) ? thenBranch : elseBranch;
        missing = std::make_unique<Subgraph>(node.g, "branch", TypeRange());
        SmallVector<Tensor> stand = impossible(node.g, failed(yes) ? *no : *yes);
        missing->finish(numbersOf(stand));
        (failed(yes) ? yes : no) = std::move(stand);
    }
    if (yes->size() != no->size())
        return node.error("the two branches have different numbers of outputs");
    for (auto [i, pair] : llvm::enumerate(llvm::zip(*yes, *no))) {
        const auto &[left, right] = pair;
        if (left.value.getType() != right.value.getType() || left.element != right.element)
            return node.unknown(0, "the condition, which chooses between branches whose output " + Twine(i) +
                                       " differs in type or shape,");
        node.setElement(unsigned(i), left.element);
    }
    const SmallVector<Value> captured = captureOuterValues({thenBranch->function(), elseBranch->function()});
    auto choice = nn::IfOp::create(node.g.b, node.g.loc, thenBranch->function().getResultTypes(),
                                   node.g.reshape(node.input(0), {}), thenBranch->function().getName(),
                                   elseBranch->function().getName(), captured);
    return SmallVector<Value>(choice.getResults());
}

static Outputs importIf(Node &node)
{
    const onnx::AttributeProto *thenBranch = node.attribute("then_branch"), *elseBranch = node.attribute("else_branch");
    if (!thenBranch || !elseBranch || !thenBranch->has_g() || !elseBranch->has_g())
        return node.error("a branch is missing");
    if (node.type(0).getNumElements() != 1)
        return node.error("the condition should be one boolean");
    if (std::optional<SmallVector<int64_t>> condition = integersOf(constantOf(node.input(0)))) {
        // Only the branch that is taken is read: the other may hold what barecc has no operator for.
        FailureOr<SmallVector<Tensor>> taken =
            node.context.inlineGraph((condition->front() ? thenBranch : elseBranch)->g(), {});
        if (failed(taken))
            return failure();
        return fromTensors(node, *taken);
    }
    return chooseAtRunTime(node, thenBranch->g(), elseBranch->g());
}

llvm::ArrayRef<Entry> controlOperators()
{
    static const Entry table[] = {
        {"", "If", 1, importIf, "bool"},
        {"", "Loop", 1, importLoop, "", 0},
        {"", "Scan", 8, importScan8, "", 0},
        {"", "Scan", 9, importScan, "", 1},
    };
    return table;
}

} // namespace barecc::onnx_import
