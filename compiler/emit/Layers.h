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
    /// Those of a level of processors, counted from the best down: its name is behind theirs, if it has one.
    Layers(KernelText &kernels, Names &names, const std::string &level, unsigned number)
        : kernels(kernels), names(names), suffix(level.empty() ? "" : "_" + level), level(number)
    {
    }

    /// A function that has no name yet, printed on first use; its name starts with `base`. One without specifiers is a
    /// layer's. The headers that it needs become part of the model.
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
    /// The call of a kernel in a function of layers, for the rows from `begin` to `end`.
    c::Expr kernelCall(kernel::CallOp kernel, const std::string &geometry, c::Expr begin, c::Expr end);

    /// All of them, each behind those that it uses.
    std::string text() const;

private:
    /// A function or a constant, by its text without the name.
    struct Known {
        std::string name;
        size_t position = 0; // in `items`
    };

    std::string uniqueName(llvm::StringRef base);

    KernelText &kernels;
    Names &names;
    const std::string suffix; // of all names
    const unsigned level;
    llvm::StringMap<Known> known;
    std::vector<std::variant<c::Function, c::Declaration>> items;
};

/// What the function of a subgraph is called after: the symbol without the number that makes it unique in the module.
llvm::StringRef baseName(llvm::StringRef symbol);

/// "const int8_t *input", ..., "int8_t *output": parameters for the operands and the result of a step, but for the
/// operand `inPlace`.
std::vector<c::Parameter> pointerParameters(mlir::Operation *op, std::optional<unsigned> inPlace = std::nullopt);

} // namespace barecc
