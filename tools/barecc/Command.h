// A command of barecc: its options and what it does.
#pragma once

#include "compiler/driver/Compile.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace barecc {

class Command {
public:
    Command(llvm::StringRef name, llvm::StringRef description) : subCommand(name, description) {}
    virtual ~Command() = default;

    /// Does the work, after the command line has been parsed.
    virtual llvm::Error run() = 0;

    /// Options of a command are members that name this one by cl::sub.
    llvm::cl::SubCommand subCommand;
};

std::unique_ptr<Command> makeCompileCommand();
std::unique_ptr<Command> makeRunCommand();
std::unique_ptr<Command> makeVerifyCommand();
std::unique_ptr<Command> makeBenchCommand();
std::unique_ptr<Command> makeInspectCommand();
std::unique_ptr<Command> makeTargetsCommand();
std::unique_ptr<Command> makeOpsCommand();

} // namespace barecc
