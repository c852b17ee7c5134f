// The comments above the calls of a function.
#pragma once

#include "compiler/emit/c/Stmt.h"
#include "compiler/plan/MemoryPlan.h"

namespace barecc {

/// Says of each call of a plan its number, the node it comes from, shapes and cost.
class StepComments {
public:
    explicit StepComments(const FunctionPlan &plan);

    /// The comment of call `number`, from 1: "3. CONV_2D conv1/Relu: 1x25x5x64 -> 1x25x5x64, 512.0 kMAC".
    c::Comment of(const PlannedCall &call, size_t number) const;
    /// The node that a call comes from: "conv1/Relu"; its operator, or what the call does, where that has no name.
    std::string nodeOf(const PlannedCall &call) const;
    /// The part of a name in the model file in which it differs from those of the nodes, short enough for a comment.
    std::string ownName(llvm::StringRef name) const;

private:
    std::string commonPrefix; // of the names that are paths, up to a '/'
};

} // namespace barecc
