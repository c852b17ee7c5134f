// Options that several commands share.
#pragma once

#include "compiler/driver/Compile.h"
#include "compiler/driver/Toolchain.h"
#include "tools/barecc/Command.h"
#include "compiler/driver/Inputs.h"

namespace barecc {

/// A whole number on the command line, at least `least`; `option` names it in the error.
llvm::Expected<int64_t> parseInteger(llvm::StringRef option, llvm::StringRef text, int64_t least);

/// A number that is not negative.
llvm::Expected<double> parseNumber(llvm::StringRef option, llvm::StringRef text);

/// A model with the options it was compiled with.
struct Compilation {
    std::string path;
    CompileOptions options;
    CompiledModel model;
};

/// MODEL, and how to compile it.
class ModelOptions {
public:
    /// `weights` is the form where --weights does not say: binary wherever the person does not get to see the files,
    /// since a C compiler takes seconds for a large array.
    ModelOptions(llvm::cl::SubCommand &sub, llvm::StringRef weights);

    /// Reads the options.
    llvm::Expected<CompileOptions> parse() const;

    /// Reads the options and compiles the model.
    llvm::Expected<Compilation> compileModel() const;

    llvm::StringRef path() const { return model; }
    bool hasTarget() const { return target.getNumOccurrences() > 0; }

private:
    llvm::cl::opt<std::string> model, target, name, optimize, weights, io, ram, flash, signature;
    llvm::cl::list<std::string> shapes, dims, constants, limits;
};

/// Compiles, builds and runs, with progress told.
llvm::Expected<Compilation> compileWithProgress(llvm::StringRef path, const CompileOptions &options);
llvm::Expected<Program> buildWithProgress(const Compilation &compilation);
llvm::Expected<RunResult> runWithProgress(const Program &program, const Compilation &compilation,
                                          const InputSet &inputs, int64_t timedRuns, size_t processor = 0,
                                          bool measureStack = false);

} // namespace barecc
