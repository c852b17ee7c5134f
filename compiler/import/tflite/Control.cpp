// Loops and branches: their subgraphs become functions that nn.loop and nn.if run. Composites: the operators of their
// subgraph take their place.
#include "compiler/import/tflite/GraphImporter.h"

#include "compiler/ir/Subgraph.h"

using namespace mlir;

namespace barecc::tflite_import {

/// A condition as a scalar.
static FailureOr<Value> truth(const Node &node, Value condition)
{
    if (!node.g.elementOf(condition).isInteger(1) || node.g.typeOf(condition).getNumElements() != 1)
        return node.error("has a condition that is not one boolean; the file is damaged");
    return node.g.reshape(condition, {});
}

static FailureOr<Value> conditionOf(const Node &node, int64_t subgraph, ValueRange state)
{
    FailureOr<SmallVector<Value>> results = node.importer.importSubgraph(subgraph, state);
    if (failed(results))
        return failure();
    if (results->size() != 1)
        return node.error("has a condition of " + Twine(results->size()) + " values; the file is damaged");
    return truth(node, results->front());
}

/// What a subgraph gives, quantised as the operator's outputs are.
static Outputs resultsOf(const Node &node, int64_t subgraph, ValueRange arguments)
{
    FailureOr<SmallVector<Value>> results = node.importer.importSubgraph(subgraph, arguments);
    if (failed(results))
        return failure();
    for (auto [i, result] : llvm::enumerate(*results))
        if (i < node.outputCount())
            result = relabelled(node.g, result, node.outputTensor(i));
    return results;
}

/// The inputs from `first` on; none may be absent.
static FailureOr<SmallVector<Value>> argumentsOf(const Node &node, unsigned first)
{
    SmallVector<Value> arguments;
    for (unsigned i = first; i < node.inputCount(); ++i) {
        if (!node.input(i))
            return node.error("lacks input " + Twine(i) + "; the file is damaged");
        arguments.push_back(node.input(i));
    }
    return arguments;
}

/// The condition is computed before the loop, and again at the end of each iteration.
static Outputs whileLoop(Node &node)
{
    auto options = node.options<tflite::WhileOptions>();
    if (failed(options))
        return failure();
    GraphBuilder &g = node.g;
    FailureOr<SmallVector<Value>> arguments = argumentsOf(node, 0);
    if (failed(arguments))
        return failure();
    const SmallVector<Value> &inits = *arguments;
    SmallVector<Type> types{RankedTensorType::get({}, g.b.getI64Type())};
    llvm::append_range(types, ValueRange(inits).getTypes());
    FailureOr<Value> start = conditionOf(node, (*options)->cond_subgraph_index(), inits);
    if (failed(start))
        return failure();

    Subgraph body(g, "while_body", types);
    FailureOr<SmallVector<Value>> next =
        node.importer.importSubgraph((*options)->body_subgraph_index(), body.arguments().drop_front());
    if (failed(next))
        return failure();
    if (ValueRange(*next).getTypes() != ValueRange(inits).getTypes())
        return node.error("carries values whose type or shape changes from one iteration to the next; give them one");
    FailureOr<Value> goesOn = conditionOf(node, (*options)->cond_subgraph_index(), *next);
    if (failed(goesOn))
        return failure();
    SmallVector<Value> returned{*goesOn};
    llvm::append_range(returned, *next);
    body.finish(returned);

    const SmallVector<Value> captured = captureOuterValues({body.function()});
    auto loop = nn::LoopOp::create(g.b, g.loc, ValueRange(inits).getTypes(), TypeRange(), Type(),
                                   body.function().getName(), Value(), *start, inits, ValueRange(), captured,
                                   uint64_t(INT32_MAX), ArrayRef<bool>(), ArrayRef<bool>());
    return SmallVector<Value>(loop.getFinals());
}

static Outputs choice(Node &node)
{
    auto options = node.options<tflite::IfOptions>();
    if (failed(options))
        return failure();
    GraphBuilder &g = node.g;
    FailureOr<Value> condition = truth(node, node.input(0));
    FailureOr<SmallVector<Value>> arguments = argumentsOf(node, 1);
    if (failed(condition) || failed(arguments))
        return failure();
    if (std::optional<SmallVector<int64_t>> known = integersOf(barecc::constantOf(*condition)))
        return resultsOf(node, known->front() ? (*options)->then_subgraph_index() : (*options)->else_subgraph_index(),
                         *arguments);
    SmallVector<func::FuncOp> branches;
    for (int64_t subgraph : {(*options)->then_subgraph_index(), (*options)->else_subgraph_index()}) {
        Subgraph branch(g, "branch", TypeRange());
        Outputs results = resultsOf(node, subgraph, *arguments);
        if (failed(results))
            return failure();
        branch.finish(*results);
        branches.push_back(branch.function());
    }
    if (branches[0].getResultTypes() != branches[1].getResultTypes())
        return node.error("has branches that differ in the type or shape of their results; give them one");
    const SmallVector<Value> captured = captureOuterValues(branches);
    auto chosen = nn::IfOp::create(g.b, g.loc, branches[0].getResultTypes(), *condition, branches[0].getName(),
                                   branches[1].getName(), captured);
    return SmallVector<Value>(chosen.getResults());
}

/// An operation by the name of another dialect, for runtimes that know it, and a subgraph that computes the same.
static Outputs composite(Node &node)
{
    const auto *options = node.source.builtin_options_2_as<tflite::StableHLOCompositeOptions>();
    if (!options)
        return node.error("has no options; the file is damaged");
    FailureOr<SmallVector<Value>> arguments = argumentsOf(node, 0);
    if (failed(arguments))
        return failure();
    return resultsOf(node, options->decomposition_subgraph_index(), *arguments);
}

ArrayRef<Entry> controlOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_IF, choice, 1, "bool"},
        {tflite::BuiltinOperator_STABLEHLO_COMPOSITE, composite, 0, "any"},
        {tflite::BuiltinOperator_WHILE, whileLoop, 1, "any"},
    };
    return entries;
}

} // namespace barecc::tflite_import
