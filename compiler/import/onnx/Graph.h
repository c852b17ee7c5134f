// The nodes of a graph, its subgraphs and the functions it calls, imported in the order of their data.
#pragma once

#include "compiler/import/Known.h"
#include "compiler/import/Unsupported.h"
#include "compiler/import/onnx/Node.h"
#include "compiler/ir/Budget.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

#include <deque>

namespace barecc::onnx_import {

/// Versions of the operator sets that a model or function is written in, by domain; ai.onnx is "".
using Opsets = std::map<std::string, int>;

/// "" for the standard domain, which has two spellings.
llvm::StringRef canonicalDomain(llvm::StringRef domain);

/// What has to live as long as the constants of an imported module.
struct ModelMemory {
    ModelMemory(std::string directory, Budget &budget) : files(std::move(directory), budget) {}
    onnx::ModelProto model;
    std::deque<onnx::NodeProto> calledNodes; // nodes of function bodies with their attributes filled in
    ExternalFiles files;
};

/// Names of tensors as one graph sees them: its own, and those of the graphs around it.
class Scope {
public:
    Scope(Scope *parent, const Opsets &opsets) : opsets(opsets), parent(parent) {}

    /// Null where no tensor has this name.
    Tensor *find(llvm::StringRef name);
    bool defines(llvm::StringRef name) const { return tensors.contains(name); }
    void define(llvm::StringRef name, Tensor tensor) { tensors[name] = std::move(tensor); }
    /// Gives `name` a tensor without a form: its producer failed and was reported, so consumers keep quiet.
    void poison(llvm::StringRef name) { tensors[name] = Tensor(); }
    static bool isPoisoned(const Tensor &tensor)
    {
        return !tensor.value && !tensor.quantized && !tensor.sequence && !tensor.isEmptyOptional;
    }

    const Opsets &opsets;
    /// The graph whose nodes these are; null for the body of a function.
    const onnx::GraphProto *graph = nullptr;
    /// Tensors that the outputs of this graph or function need.
    llvm::StringSet<> needed;
    /// Attributes of the function call that this is the body of.
    const std::map<std::string, onnx::AttributeProto> *attributes = nullptr;

private:
    Scope *parent;
    llvm::StringMap<Tensor> tensors; // entries do not move
};

class GraphImporter : public NodeContext {
public:
    GraphImporter(ModelMemory &memory, GraphBuilder &graph);

    /// Imports what the outputs of `graph` need. Inputs that are no initializers are in `scope` already. Problems are
    /// reported, all that can be found at once, and leave poisoned tensors.
    void importGraph(const onnx::GraphProto &graph, Scope &scope);

    /// The tensor of this name, or a reported error.
    mlir::FailureOr<Tensor> output(llvm::StringRef name, Scope &scope);

    bool hasFailed() const { return anyError; }
    /// What there is no entry for; reported by nobody yet.
    const UnsupportedOperators &unsupportedOperators() const { return unsupported; }
    /// Reports and gives failure. Behind a limit that is exceeded nothing more is said.
    mlir::LogicalResult error(mlir::Location loc, const llvm::Twine &message);

    mlir::FailureOr<llvm::SmallVector<Tensor>> inlineGraph(const onnx::GraphProto &graph,
                                                           llvm::ArrayRef<Tensor> arguments) override;
    mlir::FailureOr<llvm::SmallVector<Tensor>>
    tryInlineGraph(const onnx::GraphProto &graph, llvm::ArrayRef<Tensor> arguments, std::string &problem) override;
    ExternalFiles &externalFiles() override { return memory.files; }
    void needInputs(const std::vector<std::string> &names) override { addNames(neededInputs, names); }
    bool isNeeded(llvm::StringRef name) const override { return current->needed.contains(name); }
    std::optional<llvm::SmallVector<int64_t>> declaredShape(llvm::StringRef name) const override;

    /// Inputs of the model whose values were asked for and not known.
    std::vector<std::string> neededInputs;

private:
    using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

    /// What the outputs need, in an order in which every tensor is made before it is read. Fills `scope.needed`.
    std::vector<const onnx::NodeProto *> schedule(const Nodes &nodes, llvm::ArrayRef<llvm::StringRef> outputs,
                                                  Scope &scope);
    void importInitializers(const onnx::GraphProto &graph, Scope &scope);
    void importNode(const onnx::NodeProto &node, Scope &scope);
    mlir::LogicalResult checkInputs(const Entry &entry, const Node &node);
    mlir::LogicalResult importOperator(const Entry &entry, const onnx::NodeProto &node, int opset, Scope &scope);
    mlir::LogicalResult importCall(const onnx::FunctionProto &function, const onnx::NodeProto &node, Scope &scope);
    /// The node's inputs; nothing where one is undefined or poisoned.
    std::optional<llvm::SmallVector<Tensor *>> inputsOf(const onnx::NodeProto &node, Scope &scope);
    const onnx::NodeProto &withAttributes(const onnx::NodeProto &node, const Scope &scope);

    mlir::Location locationOf(const onnx::NodeProto &node) const;
    /// Counts the nodes of a graph that is about to be imported. False, and reported once, where they are too many.
    bool takeNodes(int64_t count);
    mlir::LogicalResult exceeded(Limit limit);

    ModelMemory &memory;
    GraphBuilder &g;
    std::map<std::pair<std::string, std::string>, const onnx::FunctionProto *> functions; // by domain and name
    llvm::SmallVector<const onnx::FunctionProto *> activeCalls;
    Scope *current = nullptr;
    int64_t depth = 0; // of functions and subgraphs inside each other
    UnsupportedOperators unsupported;
    bool anyError = false;
    bool isOverLimit = false; // of the errors, one is about a limit: nothing more is imported
};

} // namespace barecc::onnx_import
