// The model function, its layers, and the header that declares it.
#pragma once

#include "compiler/emit/Emit.h"
#include "compiler/emit/KernelText.h"
#include "compiler/emit/Weights.h"

#include "llvm/ADT/StringMap.h"

#include <set>

namespace barecc {

class ModelPrinter {
public:
    ModelPrinter(mlir::ModuleOp module, const MemoryPlan &plan, const EmitOptions &options, const Weights &weights);

    std::string header();
    mlir::FailureOr<std::string> source();
    const std::vector<std::string> &kernelNames() const { return called; }

private:
    // Layers: functions and constants that calls share where they are the same.
    mlir::FailureOr<std::string> loopFunction(const PlannedCall &call, std::optional<unsigned> inPlace);
    std::string geometry(const PlannedCall &call);
    std::string specialised(const PlannedCall &call, const std::string &geometry);
    std::string uniqueName(llvm::StringRef base);

    mlir::LogicalResult printCall(const PlannedCall &call);
    std::string callComment(const PlannedCall &call);
    std::string pointer(const Location &location, mlir::Value value, bool isConst);
    void printCallText(const std::string &function, llvm::ArrayRef<std::string> arguments);
    std::string signature();
    std::string elementType(const ModelTensor &tensor);

    mlir::ModuleOp module;
    const MemoryPlan &plan;
    const EmitOptions &options;
    const Weights &weights;
    KernelText kernels;
    llvm::StringMap<std::string> names; // text of a function or constant -> its name
    llvm::StringMap<unsigned> used;     // base name -> how often it was taken
    std::string layers, calls;
    std::vector<std::string> called;
    bool usesArena = false;
    std::set<unsigned> usedInputs; // of main: the others would draw a warning
};

} // namespace barecc
