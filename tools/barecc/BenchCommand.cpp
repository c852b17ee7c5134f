// barecc bench MODEL: latency, code size, memory
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Inputs.h"
#include "compiler/driver/Progress.h"

#include "llvm/Support/Format.h"

#include <algorithm>

using namespace barecc;
namespace cl = llvm::cl;

namespace {

std::string decimals(double value, int digits)
{
    std::string text;
    llvm::raw_string_ostream(text) << llvm::format("%.*f", digits, value);
    return text;
}

/// The arena, and how far it is from the best that could be.
std::string arenaToString(const CompiledModel &model)
{
    std::string text = bytesToString(model.arenaBytes);
    if (model.arenaLowerBound > 0)
        text += "  (" + decimals(double(model.arenaBytes) / double(model.arenaLowerBound), 3) + " x lower bound " +
                bytesToString(model.arenaLowerBound) + ")";
    return text;
}

/// Rows of the table that say how fast the model is.
using SpeedRows = std::vector<std::vector<std::string>>;

llvm::Expected<SpeedRows> measureTime(const Program &program, const Compilation &compilation, const InputSet &inputs,
                                      int64_t timedRuns)
{
    llvm::Expected<RunResult> result = runWithProgress(program, compilation, inputs, timedRuns);
    if (!result)
        return result.takeError();
    std::vector<int64_t> &times = result->nanoseconds;
    std::sort(times.begin(), times.end());
    const double median = double(times[times.size() / 2]);
    const std::vector<std::string> &host = compilation.options.target.emulator;
    const std::string runs = std::to_string(times.size()) + " runs" + (host.empty() ? "" : " in " + host.front());
    return SpeedRows{{"latency, median", durationToString(median) + "  (" + runs + ")"},
                     {"latency, best", durationToString(double(times.front()))},
                     {"rate", countToString(double(compilation.model.macs) / median * 1e9) + "MAC/s"}};
}

llvm::Expected<SpeedRows> measureInstructions(const Program &program, const Compilation &compilation,
                                              const InputSet &inputs)
{
    Progress progress("counting instructions of " + compilation.model.name);
    llvm::Expected<int64_t> count = program.countInstructions(inputs.tensors);
    if (!count)
        return count.takeError();
    SpeedRows rows = {{"instructions", countToString(double(*count)) + "  (under " +
                                           compilation.options.target.emulator.front() + ")"}};
    if (compilation.model.macs > 0)
        rows.push_back(
            {"rate", decimals(double(*count) / double(compilation.model.macs), 2) + " instructions per MAC"});
    return rows;
}

class BenchCommand : public Command {
public:
    BenchCommand()
        : Command("bench", "Measure a model's latency, code size and memory"), options(subCommand, "bin"),
          runs("runs", cl::desc("Calls to time (default: as many as fit a second)"), cl::value_desc("number"),
               cl::sub(subCommand))
    {
    }

    llvm::Error run() override
    {
        int64_t timedRuns = -1;
        if (!runs.empty()) {
            llvm::Expected<int64_t> number = parseInteger("--runs", runs, 1);
            if (!number)
                return number.takeError();
            timedRuns = *number;
        }
        llvm::Expected<Compilation> compilation = options.compileModel();
        if (!compilation)
            return compilation.takeError();
        InputSet inputs = makePseudoRandomInputs(compilation->model, /*sequence=*/false);
        llvm::Expected<Program> program = buildWithProgress(*compilation);
        if (!program)
            return program.takeError();
        // An emulator's time says nothing about the processor it stands for; its count of instructions does.
        llvm::Expected<SpeedRows> speed = compilation->options.target.isTimed
                                              ? measureTime(*program, *compilation, inputs, timedRuns)
                                              : measureInstructions(*program, *compilation, inputs);
        if (!speed)
            return speed.takeError();
        print(compilation->model, compilation->options, program->codeSize(), *speed);
        return llvm::Error::success();
    }

private:
    static void print(const CompiledModel &model, const CompileOptions &compileOptions, const CodeSize &code,
                      const SpeedRows &speed)
    {
        Table table;
        table.column("model");
        table.column(model.name + "  (" + model.format + ")");
        table.row({"target", compileOptions.target.name + ", optimised for " +
                                 (compileOptions.optimize == Optimize::Speed ? "speed" : "size")});
        for (const auto &row : speed)
            table.row(row);
        table.row({"MACs", countToString(double(model.macs))});
        table.row({"parameters", countToString(double(model.parameters))});
        table.row({"code", bytesToString(code.text + code.rodata) + "  (text " + bytesToString(code.text) +
                               ", constants " + bytesToString(code.rodata) + ", weights not counted)"});
        table.row({"weights", bytesToString(model.weightBytes)});
        table.row({"arena", arenaToString(model)});
        if (model.stateBytes)
            table.row({"state", bytesToString(model.stateBytes)});
        table.print(llvm::outs());
    }

    ModelOptions options;
    cl::opt<std::string> runs;
};

} // namespace

std::unique_ptr<Command> barecc::makeBenchCommand() { return std::make_unique<BenchCommand>(); }
