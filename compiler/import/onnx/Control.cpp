// Control flow.
#include "compiler/import/onnx/Node.h"

using namespace mlir;

namespace barecc::onnx_import {

static Outputs fromTensors(Node &node, SmallVectorImpl<Tensor> &tensors)
{
    SmallVector<Value> results;
    for (auto [i, tensor] : llvm::enumerate(tensors)) {
        results.push_back(tensor.quantized ? tensor.quantized : tensor.value);
        node.setUnsigned(i, tensor.isUnsigned);
    }
    return results;
}

/// Both branches are pure, so a condition that is only known at run time chooses between the results of both. They
/// have to agree in type and shape then.
static Outputs chooseAtRunTime(Node &node, SmallVectorImpl<Tensor> &yes, SmallVectorImpl<Tensor> &no)
{
    if (yes.size() != no.size())
        return node.error("the two branches have different numbers of outputs");
    Value condition = node.g.reshape(node.input(0), {});
    SmallVector<Value> results;
    for (auto [i, pair] : llvm::enumerate(llvm::zip(yes, no))) {
        auto &[left, right] = pair;
        Value a = plainNumbers(node.g, left), b = plainNumbers(node.g, right);
        if (a.getType() != b.getType() || left.isUnsigned != right.isUnsigned)
            return node.error("output " + Twine(i) + " differs in type or shape between the branches, which needs a "
                              "condition that is known at compile time");
        node.setUnsigned(i, left.isUnsigned);
        results.push_back(node.g.elementwise({condition, a, b}, GraphBuilder::elementOf(a),
                                             [](OpBuilder &inner, Location loc, ValueRange x) -> Value {
                                                 return arith::SelectOp::create(inner, loc, x[0], x[1], x[2]);
                                             }));
    }
    return results;
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
    FailureOr<SmallVector<Tensor>> yes = node.context.inlineGraph(thenBranch->g(), {});
    FailureOr<SmallVector<Tensor>> no = node.context.inlineGraph(elseBranch->g(), {});
    if (failed(yes) || failed(no))
        return failure();
    return chooseAtRunTime(node, *yes, *no);
}

llvm::ArrayRef<Entry> controlOperators()
{
    static const Entry table[] = {
        {"", "If", 1, importIf, "bool"},
    };
    return table;
}

} // namespace barecc::onnx_import
