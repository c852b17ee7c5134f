// Functions and constants that the calls of a model share where they are the same.
#pragma once

#include "compiler/emit/KernelText.h"
#include "compiler/emit/LoopNest.h"
#include "compiler/emit/Names.h"
#include "compiler/plan/MemoryPlan.h"

#include "llvm/ADT/StringMap.h"

namespace barecc {

class Layers {
public:
    Layers(KernelText &kernels, Names &names) : kernels(kernels), names(names) {}

    /// The function with these parameters and this body ("{...}\n"), printed on first use; its name starts with `base`.
    std::string function(llvm::StringRef base, llvm::ArrayRef<std::string> parameters, const std::string &body);
    /// The same of a tree, which has no name yet; the headers that it needs become part of the model.
    std::string function(llvm::StringRef base, c::Function function);
    /// The function of a kernel.loops, or of a part of it, or of a kernel.procedure, for the strides at hand. Errors
    /// are reported.
    mlir::FailureOr<std::string> loops(const PlannedCall &call, std::optional<unsigned> inPlace,
                                       std::optional<LoopPart> part = std::nullopt);
    /// The constant first argument of a hand-written kernel.
    std::string geometry(const PlannedCall &call, kernel::CallOp op);
    /// In speed mode, a function for one kernel on one geometry, which the C compiler specialises; layers that agree in
    /// both share it.
    std::string specialised(kernel::CallOp op, const std::string &geometry);

    const std::string &text() const { return printed; }

private:
    KernelText &kernels;
    Names &names;
    llvm::StringMap<std::string> known; // text of a function or constant -> its name
    std::string printed;
};

/// What the function of a subgraph is called after: the symbol without the number that makes it unique in the module.
llvm::StringRef baseName(llvm::StringRef symbol);

/// "const int8_t *input", ..., "int8_t *output": parameters for the operands and the result of a step, but for the operand
/// `inPlace`.
std::vector<std::string> pointerParameters(mlir::Operation *op, std::optional<unsigned> inPlace = std::nullopt);

/// The call of a kernel in such a function, for the rows from `begin` to `end`.
std::string kernelCall(kernel::CallOp kernel, const std::string &geometry, const std::string &begin,
                       const std::string &end, const std::string &indent);

} // namespace barecc
