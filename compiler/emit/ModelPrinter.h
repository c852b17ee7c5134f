// The C file of a model.
#pragma once

#include "compiler/emit/Emit.h"
#include "compiler/emit/FunctionPrinter.h"

namespace barecc {

class ModelPrinter {
public:
    ModelPrinter(const MemoryPlan &plan, const EmitOptions &options, const Weights &weights, Names &names);

    mlir::FailureOr<std::string> source();
    const std::vector<std::string> &kernelNames() const { return called; }
    const std::vector<int64_t> &callLines() const { return lines; }

private:
    c::Comment heading();
    mlir::FailureOr<KernelText::Version> version(ModelText &model, const FeatureLevel &level);
    c::Function choice(llvm::ArrayRef<FeatureLevel> levels);
    c::Function reset();

    const MemoryPlan &plan;
    const EmitOptions &options;
    const Weights &weights;
    Names &names;
    std::vector<std::string> called; // by what was printed last, and so the lines, which count in its functions
    std::vector<int64_t> lines;
};

} // namespace barecc
