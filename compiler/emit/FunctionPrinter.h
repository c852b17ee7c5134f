// The body of one planned function: a straight line of calls with constant addresses. Subgraphs become functions among
// the layers.
#pragma once

#include "compiler/emit/ArenaMap.h"
#include "compiler/emit/Layers.h"
#include "compiler/emit/StateMap.h"
#include "compiler/emit/StepComments.h"
#include "compiler/emit/Weights.h"
#include "compiler/kernel/TargetFeatures.h"

#include <map>

namespace barecc {

/// What the functions of one model share; where it has a version for each of several levels of processors, those of one.
struct ModelText {
    /// `number` counts the levels from the best down.
    ModelText(const MemoryPlan &plan, const Weights &weights, Names &names, bool size, const FeatureLevel &level,
              unsigned number)
        : plan(plan), weights(weights), names(names),
          kernels(size, targetFeatures(plan.function->getParentOfType<mlir::ModuleOp>()), level),
          layers(kernels, names, level.name, number), level(number)
    {
    }

    const MemoryPlan &plan;
    const Weights &weights;
    Names &names;
    KernelText kernels;
    Layers layers;
    const unsigned level;
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
          state(model.plan, model.names), comments(plan)
    {
    }

    mlir::LogicalResult print();

    /// The statements, which are the printer's no longer; those of the calls end them, a comment and the call for each.
    c::Block takeBody();
    /// By call of the plan: the C function called.
    const std::vector<std::string> &called() const { return functions; }

private:
    mlir::LogicalResult printCall(const PlannedCall &call);
    mlir::LogicalResult printGenerated(const PlannedCall &call);
    void printKernel(const PlannedCall &call, kernel::CallOp op);
    void printStatement(const PlannedCall &call, const std::string &function, std::vector<c::Expr> arguments);
    c::Expr workspace();
    c::Expr pointer(const BufferPlace &place, mlir::Value value, bool isConst);

    ModelText &model;
    const FunctionPlan &plan;
    std::vector<Parameter> inputs, outputs;
    ArenaMap arena;
    StateMap state;
    StepComments comments;
    c::Block calls;
    std::vector<std::string> functions;
};

} // namespace barecc
