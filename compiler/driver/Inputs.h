// Where a run's inputs come from: --input, a folder of recorded data, or the fixed pseudo-random ones.
#pragma once

#include "compiler/driver/Compile.h"

#include <string>
#include <vector>

namespace barecc {

struct InputSet {
    std::vector<Tensor> tensors; ///< In the model's order.
    bool sequence = false;       ///< Every tensor has a leading axis of `steps`.
    int64_t steps = 1;
};

/// One tensor for each "NAME=FILE"; every input must be given. NAME is the model's name or the C name.
llvm::Expected<InputSet> readNamedInputs(const CompiledModel &model, const std::vector<std::string> &assignments,
                                         bool sequence);

/// input_<i>.npy or input_<i>.pb for every input.
llvm::Expected<InputSet> readRecordedInputs(const CompiledModel &model, llvm::StringRef directory, bool sequence);

/// Fixed inputs; says on stderr that they are.
InputSet makePseudoRandomInputs(const CompiledModel &model, bool sequence);

/// Path of DIR/<stem>.npy or DIR/<stem>.pb, whichever exists; empty where neither does.
std::string recordedFile(llvm::StringRef directory, llvm::StringRef stem);

/// How a message names an input or output: its name, or the C name where the model gives none.
llvm::StringRef displayName(const TensorInfo &info);

} // namespace barecc
