// Counting a function's instructions under QEMU, by a plugin that is built here and loaded into the emulator
// (count_instructions.c).
#pragma once

#include "compiler/driver/TemporaryDirectory.h"

#include "llvm/Object/ELFObjectFile.h"

namespace barecc {

/// Instructions of a function that are executed one after the other.
struct CountedBlock {
    int64_t executions = 0;
    int64_t called = 0; ///< Instructions outside of the function, which the last one has called in all executions.
    std::vector<uint64_t> addresses;

    int64_t instructions() const { return executions * int64_t(addresses.size()) + called; }
};

/// Arguments that make the emulator count the last call of `function` in a program, and write the file `counts`. The
/// call is one that the function `caller` makes. The plugin is built in `directory`, which the emulator is to run in, and
/// where `counts` goes.
llvm::Expected<std::vector<std::string>> argumentsToCount(const llvm::object::ELFObjectFileBase &program,
                                                          llvm::StringRef function, llvm::StringRef caller,
                                                          const std::string &counts,
                                                          const TemporaryDirectory &directory);

/// The function's blocks, from the text of `counts`.
llvm::Expected<std::vector<CountedBlock>> countedBlocks(llvm::StringRef text);

} // namespace barecc
