// The body of one planned function: a straight line of calls with constant addresses. Subgraphs become functions among
// the layers.
#pragma once

#include "compiler/emit/ArenaMap.h"
#include "compiler/emit/Layers.h"
#include "compiler/emit/StepComments.h"
#include "compiler/emit/Weights.h"

#include <map>
#include <set>

namespace barecc {

/// What the functions of one model share.
struct ModelText {
    ModelText(const MemoryPlan &plan, const Weights &weights, Names &names, bool size)
        : plan(plan), weights(weights), names(names), kernels(size), layers(kernels, names)
    {
    }

    const MemoryPlan &plan;
    const Weights &weights;
    Names &names;
    KernelText kernels;
    Layers layers;
    std::map<std::string, std::string> subgraphs; // C functions, by symbol
};

/// A pointer that the function gets for an argument or result.
struct Parameter {
    std::string type, name; // C type of an element
};

class FunctionPrinter {
public:
    FunctionPrinter(ModelText &model, const FunctionPlan &plan, std::vector<Parameter> inputs,
                    std::vector<Parameter> outputs)
        : model(model), plan(plan), inputs(std::move(inputs)), outputs(std::move(outputs)), arena(plan, model.names),
          comments(plan)
    {
    }

    mlir::LogicalResult print();

    /// The statements, with a cast to void of each parameter that they do not need.
    std::string body() const;
    /// By call of the plan: the C function called.
    const std::vector<std::string> &called() const { return functions; }
    /// By call of the plan: the line of the body that its text begins at, counted from 0.
    std::vector<int64_t> lines() const;
    /// Whether the statements need the pointer to a region of the plan.
    bool usesRegion(unsigned region) const { return usedRegions.count(region) > 0; }

private:
    mlir::LogicalResult printCall(const PlannedCall &call);
    mlir::LogicalResult printGenerated(const PlannedCall &call);
    void printKernel(const PlannedCall &call, kernel::CallOp op);
    void printStatement(const PlannedCall &call, const std::string &function, llvm::ArrayRef<std::string> arguments);
    std::string workspace(const PlannedCall &call);
    std::string unusedParameters() const;
    std::string beginning() const;
    std::string pointer(const BufferPlace &place, mlir::Value value, bool isConst);

    ModelText &model;
    const FunctionPlan &plan;
    std::vector<Parameter> inputs, outputs;
    ArenaMap arena;
    StepComments comments;
    std::string calls;
    std::vector<size_t> begins; // of each call, in `calls`
    std::vector<std::string> functions;
    std::set<unsigned> usedInputs, usedRegions;
};

} // namespace barecc
