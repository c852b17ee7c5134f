// The operators of one subgraph of a file, imported one after the other in the file's order, which is that of
// execution.
#pragma once

#include "compiler/import/tflite/File.h"
#include "compiler/import/tflite/Node.h"
#include "compiler/import/tflite/Variables.h"
#include "compiler/ir/Budget.h"

namespace barecc::tflite_import {

/// The table's entry of an operator, or null.
const Entry *findEntry(const OperatorName &name);

/// Reports all operators that no table has in one message, so that a model's chances are known at once.
mlir::LogicalResult checkOperators(const File &file, const FileGraph &graph, mlir::Location loc);

class GraphImporter {
public:
    /// `neededInputs`: see ImportedModel. `caller` imports the graph that this one is called from, if any.
    GraphImporter(const File &file, const FileGraph &source, GraphBuilder &g, Variables &variables,
                  std::vector<std::string> &neededInputs, const GraphImporter *caller = nullptr)
        : source(source), g(g), variables(variables), neededInputs(neededInputs), file(file), caller(caller),
          values(source.tensors.size())
    {
    }

    const FileGraph &source;
    GraphBuilder &g;
    Variables &variables;
    std::vector<std::string> &neededInputs;

    /// Gives an input its value, or a tensor another than it had.
    void define(int64_t tensor, mlir::Value value) { values[tensor] = value; }
    mlir::FailureOr<mlir::Value> valueOf(int64_t tensor);
    mlir::LogicalResult importOperators();

    /// The new value of a state tensor, in the type that the file gives it.
    mlir::LogicalResult update(int64_t tensor, mlir::Value value);
    /// The table's entry of an operator of this graph.
    const Entry &entryOf(const tflite::Operator &op) const { return *findEntry(file.nameOf(op)); }
    /// Whether this graph is run by another, in a loop or a branch.
    bool isNested() const { return caller != nullptr; }
    /// Builds the operators of a subgraph here, and gives its outputs.
    mlir::FailureOr<llvm::SmallVector<mlir::Value>> importSubgraph(int64_t subgraph, mlir::ValueRange arguments);
    /// Imports the subgraph that initialises variables.
    mlir::LogicalResult initialise(int64_t subgraph);

private:
    mlir::LogicalResult fail(const llvm::Twine &message) { return emitError(g.loc) << message; }
    mlir::LogicalResult exceeded(Limit limit) { return fail("the model has " + budget().excess(limit)); }
    Budget &budget() { return Budget::of(g.b.getContext()); }
    mlir::LogicalResult importOperator(const tflite::Operator &op);
    mlir::LogicalResult checkBuilt(mlir::Operation *begin, llvm::ArrayRef<const Tensor *> inputs,
                                   llvm::ArrayRef<const Tensor *> outputs);
    mlir::FailureOr<mlir::Value> checked(mlir::Value value, const Tensor &tensor, const llvm::Twine &what);
    mlir::FailureOr<mlir::Value> stateOf(int64_t tensor);
    int64_t variableOf(int64_t tensor);
    mlir::Location locationOf(const tflite::Operator &op);

    mlir::FailureOr<const FileGraph *> findSubgraph(int64_t subgraph);

    const File &file;
    const GraphImporter *caller;
    std::vector<mlir::Value> values; // by tensor; null until it is computed or asked for
};

} // namespace barecc::tflite_import
