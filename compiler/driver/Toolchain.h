// Builds a generated model with its target's C compiler into a program, and runs it.
#pragma once

#include "compiler/driver/Compile.h"
#include "compiler/driver/TemporaryDirectory.h"

namespace barecc {

/// What the compiled objects hold, in bytes, weights left out.
struct CodeSize {
    int64_t text = 0;   ///< Executable sections.
    int64_t rodata = 0; ///< Read-only data sections.
    /// Functions by name, with their share of `text`.
    std::vector<std::pair<std::string, int64_t>> functions;
};

struct RunResult {
    /// In their actual shapes, with a leading step axis where one was asked for.
    std::vector<Tensor> outputs;
    /// Nanoseconds of each timed call.
    std::vector<int64_t> nanoseconds;
    /// The most that a call had on the stack: bytes below its caller's stack pointer. Nothing where it was not asked
    /// for, or cannot be seen, as in WebAssembly; stackLimit where it may have been more.
    std::optional<int64_t> stackBytes;
};

/// Bytes of stack that the harness watches.
constexpr int64_t stackLimit = 65536;

/// What one call of the generated function took under QEMU.
struct CallCost {
    int64_t instructions = 0;
    /// By layer of the model. The function's own instructions before the first are of none.
    std::vector<int64_t> layerInstructions;
    int64_t stackBytes = 0; ///< As RunResult::stackBytes.
    /// What count_instructions.c wrote: the blocks that were executed, and how often.
    std::string blocks;
};

struct RunRequest {
    /// One tensor for each input, in the model's order; each with a leading axis of `steps` where `sequence` is set.
    const std::vector<Tensor> *inputs = nullptr;
    bool sequence = false;
    int64_t steps = 1;
    /// Calls to time after the run itself; -1: as many as fit a second, from 5 to 10000.
    int64_t timedRuns = 0;
    /// Which of the target's processors to run on.
    size_t processor = 0;
    /// One more call after the run itself, before those that are timed.
    bool measureStack = false;
};

/// A model built into a program, in a temporary directory that goes with the object.
class Program {
public:
    /// Compiles the generated files at -std=c99 with every warning an error, and links them with harness.c.
    static llvm::Expected<Program> build(const CompiledModel &model, const Target &target, Optimize optimize);

    /// `emulatorArguments` are further ones for the emulator.
    llvm::Expected<RunResult> run(const RunRequest &request,
                                  const std::vector<std::string> &emulatorArguments = {}) const;

    /// What a call costs that is not the first, counted by the target's emulator, which must be QEMU
    /// (!Target::isTimed).
    llvm::Expected<CallCost> measureCall(const std::vector<Tensor> &inputs) const;

    const CodeSize &codeSize() const { return size; }

    /// The program itself, with debug information where instructions are counted.
    std::string path() const { return directory.file("program"); }

private:
    /// Runs the program on raw files in `data`, with further arguments for the emulator.
    llvm::Error execute(const RunRequest &request, const TemporaryDirectory &data,
                        const std::vector<std::string> &emulatorArguments) const;

    Program(TemporaryDirectory directory, const CompiledModel &model, Target target)
        : directory(std::move(directory)), name(model.name), outputs(model.outputs), target(std::move(target))
    {
        for (const LayerInfo &layer : model.layers)
            layerLines.push_back(layer.line);
    }

    TemporaryDirectory directory;
    std::string name;
    std::vector<int64_t> layerLines;
    std::vector<TensorInfo> outputs;
    Target target;
    CodeSize size;
};

/// The tensor that the actual shape of an output with a shapeCName is written to.
TensorInfo shapeTensor(const TensorInfo &output);

/// The text of model_glue.h, which binds harness.c to one model.
std::string harnessGlue(const CompiledModel &model);

} // namespace barecc
