// barecc bench MODEL: latency, or instructions where the target is emulated, layer by layer; code size, memory
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Inputs.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/OutputDirectory.h"
#include "compiler/driver/Progress.h"

#include "llvm/Support/Format.h"

#include <algorithm>
#include <numeric>

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

/// Rows of a table.
using Rows = std::vector<std::vector<std::string>>;

/// What was measured by running the model.
struct Measurement {
    Rows speed;
    std::optional<int64_t> stackBytes;
    /// By layer, where instructions were counted.
    std::vector<int64_t> layerInstructions;
    std::string blocks; ///< As CallCost::blocks.
    int64_t instructions = 0;
};

llvm::Expected<Measurement> measureTime(const Program &program, const Compilation &compilation, const InputSet &inputs,
                                        int64_t timedRuns)
{
    llvm::Expected<RunResult> result =
        runWithProgress(program, compilation, inputs, timedRuns, /*processor=*/0, /*measureStack=*/true);
    if (!result)
        return result.takeError();
    std::vector<int64_t> &times = result->nanoseconds;
    std::sort(times.begin(), times.end());
    const double median = double(times[times.size() / 2]);
    const std::vector<std::string> &host = compilation.options.target.emulator;
    const std::string runs = std::to_string(times.size()) + " runs" + (host.empty() ? "" : " in " + host.front());
    Measurement measurement;
    measurement.speed = {{"latency, median", durationToString(median) + "  (" + runs + ")"},
                         {"latency, best", durationToString(double(times.front()))},
                         {"rate", countToString(double(compilation.model.macs) / median * 1e9) + "MAC/s"}};
    measurement.stackBytes = result->stackBytes;
    return measurement;
}

/// Instructions for each multiply-accumulate; nothing where there are none.
std::string perMac(int64_t instructions, int64_t macs)
{
    return macs > 0 ? decimals(double(instructions) / double(macs), 2) : "";
}

llvm::Expected<Measurement> measureInstructions(const Program &program, const Compilation &compilation,
                                                const InputSet &inputs)
{
    Progress progress("counting instructions of " + compilation.model.name);
    llvm::Expected<CallCost> cost = program.measureCall(inputs.tensors);
    if (!cost)
        return failure(compilation.path + ": " + llvm::toString(cost.takeError()));
    Measurement measurement;
    measurement.instructions = cost->instructions;
    measurement.layerInstructions = std::move(cost->layerInstructions);
    measurement.stackBytes = cost->stackBytes;
    measurement.blocks = std::move(cost->blocks);
    measurement.speed = {{"instructions", countToString(double(cost->instructions)) + "  (" +
                                              std::to_string(cost->instructions) + " under " +
                                              compilation.options.target.emulator.front() + ")"}};
    if (compilation.model.macs > 0)
        measurement.speed.push_back(
            {"rate", perMac(cost->instructions, compilation.model.macs) + " instructions per MAC"});
    return measurement;
}

std::string stackToString(int64_t bytes)
{
    return bytes < stackLimit ? std::to_string(bytes) + " B" : bytesToString(stackLimit) + " or more";
}

/// A row for each layer, as they are executed; of a long model for those that execute the most.
void printLayers(const CompiledModel &model, const Measurement &measurement)
{
    constexpr size_t layerLimit = 40;
    Table table;
    table.column("layer");
    table.column("kernel");
    for (const char *title : {"MACs", "instructions", "per MAC", "share"})
        table.column(title, Table::Right);
    auto row = [&](const std::string &name, const std::string &kernel, int64_t macs, int64_t instructions) {
        table.row({name, kernel, std::to_string(macs), std::to_string(instructions), perMac(instructions, macs),
                   decimals(100.0 * double(instructions) / double(measurement.instructions), 1) + " %"});
    };

    const std::vector<int64_t> &counts = measurement.layerInstructions;
    std::vector<size_t> shown(counts.size());
    std::iota(shown.begin(), shown.end(), 0);
    if (shown.size() > layerLimit) {
        std::sort(shown.begin(), shown.end(), [&](size_t a, size_t b) { // of equal ones the first
            return counts[a] != counts[b] ? counts[a] > counts[b] : a < b;
        });
        shown.resize(layerLimit);
        std::sort(shown.begin(), shown.end());
    }
    int64_t otherMacs = model.macs, otherInstructions = 0, outside = measurement.instructions;
    for (int64_t count : counts) {
        otherInstructions += count;
        outside -= count;
    }
    for (size_t i : shown) {
        const LayerInfo &layer = model.layers[i];
        row(printable(layer.name, 40), printable(layer.kernel, 40), layer.macs, counts[i]);
        otherMacs -= layer.macs;
        otherInstructions -= counts[i];
    }
    if (shown.size() < counts.size())
        row(std::to_string(counts.size() - shown.size()) + " others, none of more", "", otherMacs, otherInstructions);
    table.rule();
    row("outside of layers", "", 0, outside);
    row("total", "", model.macs, measurement.instructions);
    table.print(llvm::outs());
}

class BenchCommand : public Command {
public:
    BenchCommand()
        : Command("bench",
                  "Measure a model's latency (of an emulated target: instructions, layer by layer), code, memory "
                  "and stack"),
          options(subCommand, "bin"),
          runs("runs", cl::desc("Calls to time (default: as many as fit a second); an emulated target's are not timed"),
               cl::value_desc("number"), cl::sub(subCommand)),
          keep("keep",
               cl::desc("Where the program goes whose instructions were counted, and blocks.txt, how often each "
                        "of its blocks was executed"),
               cl::value_desc("directory"), cl::sub(subCommand))
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
        const bool counts = !compilation->options.target.isTimed;
        if (!counts && !keep.empty())
            return usageFailure("--keep: the instructions of target '" + compilation->options.target.name +
                                "' are not counted; choose an emulated --target");
        InputSet inputs = makePseudoRandomInputs(compilation->model, /*sequence=*/false);
        llvm::Expected<Program> program = buildWithProgress(*compilation);
        if (!program)
            return program.takeError();
        // An emulator's time says nothing about the processor it stands for; its count of instructions does.
        llvm::Expected<Measurement> measurement = counts ? measureInstructions(*program, *compilation, inputs)
                                                         : measureTime(*program, *compilation, inputs, timedRuns);
        if (!measurement)
            return measurement.takeError();
        print(compilation->model, compilation->options, program->codeSize(), *measurement);
        if (counts) {
            llvm::outs() << "\n";
            printLayers(compilation->model, *measurement);
            if (!keep.empty())
                return keepProgram(*program, *measurement);
        }
        return llvm::Error::success();
    }

private:
    llvm::Error keepProgram(const Program &program, const Measurement &measurement) const
    {
        llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readFile(program.path());
        if (!file)
            return file.takeError();
        return writeDirectory(keep, {{"program", (*file)->getBuffer().str()}, {"blocks.txt", measurement.blocks}},
                              Replace::Any);
    }

    static void print(const CompiledModel &model, const CompileOptions &compileOptions, const CodeSize &code,
                      const Measurement &measurement)
    {
        Table table;
        table.column("model");
        table.column(model.name + "  (" + model.format + ")");
        table.row({"target", compileOptions.target.name + ", optimised for " +
                                 (compileOptions.optimize == Optimize::Speed ? "speed" : "size")});
        for (const auto &row : measurement.speed)
            table.row(row);
        table.row({"MACs", countToString(double(model.macs))});
        table.row({"parameters", countToString(double(model.parameters))});
        table.row({"code", bytesToString(code.text + code.rodata) + "  (text " + bytesToString(code.text) +
                               ", constants " + bytesToString(code.rodata) + ", weights not counted)"});
        table.row({"weights", bytesToString(model.weightBytes)});
        table.row({"arena", arenaToString(model)});
        if (model.stateBytes)
            table.row({"state", bytesToString(model.stateBytes)});
        if (measurement.stackBytes)
            table.row({"stack", stackToString(*measurement.stackBytes)});
        table.print(llvm::outs());
    }

    ModelOptions options;
    cl::opt<std::string> runs, keep;
};

} // namespace

std::unique_ptr<Command> barecc::makeBenchCommand() { return std::make_unique<BenchCommand>(); }
