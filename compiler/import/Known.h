// Values that have to be known at compile time, and what is said where they are not.
#pragma once

#include "compiler/ir/Budget.h"

#include "mlir/IR/Value.h"

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace barecc {

/// The names (`nn.name`) of the arguments of `main` that `value` is computed from, in the order of the arguments.
std::vector<std::string> inputsBehind(mlir::Value value);

/// That `what`, which is computed from these inputs, has to be known at compile time, and the option that helps.
std::string unknownValueMessage(llvm::StringRef what, const std::vector<std::string> &inputs, const Budget &budget);

/// Adds the names that are not in `all` yet.
void addNames(std::vector<std::string> &all, const std::vector<std::string> &names);

} // namespace barecc
