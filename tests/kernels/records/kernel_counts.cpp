// kernel_counts [TARGET...]: what each kernel takes of typical layers, beside the reference of its operation: instructions
// for a multiply-accumulate, counted under QEMU, or time where the target runs here; and how both compare, beside how
// their records' costs do. Without targets, each kernel on those that it is tested on.
//
// Fails where a kernel takes more instructions than the reference, though its record says that it costs less, beyond what
// processors with the same features differ by.
// Exit status 77, which CTest takes as skipped, where none could be run.
#include "tests/kernels/Compilers.h"
#include "tests/kernels/records/CountProgram.h"
#include "tests/kernels/records/KernelOnTarget.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/InstructionCount.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;
using namespace barecc::kernel_test;

namespace {

constexpr int skipped = 77;
constexpr unsigned secondsLimit = 300;
constexpr double tolerance = 1.15;

/// Instructions, or seconds, of the reference and of the kernel, by case.
struct Cost {
    double reference = 0, tested = 0;
};

/// Counts the calls one after the other, each in a run of its own.
llvm::Expected<std::vector<Cost>> count(const Target &target, const std::string &path, size_t cases,
                                        const TemporaryDirectory &directory)
{
    llvm::Expected<llvm::object::OwningBinary<llvm::object::ObjectFile>> file =
        llvm::object::ObjectFile::createObjectFile(path);
    if (!file)
        return file.takeError();
    const auto &program = llvm::cast<llvm::object::ELFObjectFileBase>(*file->getBinary());
    const std::string counts = "counts.txt";
    auto instructionsOf = [&](const std::string &function) -> llvm::Expected<double> {
        llvm::Expected<std::vector<std::string>> arguments =
            argumentsToCount(program, function, "main", counts, directory);
        if (!arguments)
            return arguments.takeError();
        llvm::Expected<std::vector<std::string>> run = target.commandToRun(path, {}, *arguments);
        if (!run)
            return run.takeError();
        if (llvm::Error error = runAll({*run}, "counting", directory.path(), secondsLimit))
            return std::move(error);
        llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> text = readFile(directory.file(counts));
        if (!text)
            return text.takeError();
        llvm::Expected<std::vector<CountedBlock>> blocks = countedBlocks((*text)->getBuffer());
        if (!blocks)
            return blocks.takeError();
        double instructions = 0;
        for (const CountedBlock &block : *blocks)
            instructions += double(block.instructions());
        if (instructions == 0)
            return failure("no instructions of " + function + " were counted");
        return instructions;
    };
    std::vector<Cost> costs(cases);
    for (size_t i = 0; i < cases; ++i) {
        llvm::Expected<double> reference = instructionsOf("reference_" + std::to_string(i)),
                               tested = instructionsOf("tested_" + std::to_string(i));
        if (!reference || !tested)
            return llvm::joinErrors(reference.takeError(), tested.takeError());
        costs[i] = {*reference, *tested};
    }
    return costs;
}

/// The program takes the times itself.
llvm::Expected<std::vector<Cost>> time(const Target &target, const std::string &path, size_t cases,
                                       const TemporaryDirectory &directory)
{
    llvm::Expected<std::vector<std::string>> run = target.commandToRun(path, {});
    if (!run)
        return run.takeError();
    if (llvm::Error error = runAll({*run}, "timing", directory.path(), secondsLimit))
        return std::move(error);
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> text = readFile(directory.file("log_0"));
    if (!text)
        return text.takeError();
    llvm::SmallVector<llvm::StringRef> lines;
    (*text)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
    std::vector<Cost> costs(cases);
    if (lines.size() != 2 * cases)
        return failure("the program has not printed its times");
    for (size_t i = 0; i < cases; ++i)
        if (lines[2 * i].getAsDouble(costs[i].reference) || lines[2 * i + 1].getAsDouble(costs[i].tested))
            return failure("not a time: " + lines[2 * i]);
    return costs;
}

llvm::Expected<std::vector<Cost>> measure(const KernelOnTarget &test, const std::vector<Case> &cases)
{
    const KernelRecord &kernel = *test.kernel;
    const Target &target = test.target;
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    llvm::Expected<std::vector<Compiler>> compilers = compilersOf(target);
    if (!directory || !compilers)
        return llvm::joinErrors(directory.takeError(), compilers.takeError());
    const CountProgram program = writeCountProgram(kernel, cases, target);
    std::vector<std::string> objects;
    for (const auto &[name, text] : {std::pair("data", program.data), std::pair("code", program.code)}) {
        const std::string source = directory->file(std::string(name) + ".c");
        objects.push_back(directory->file(std::string(name) + ".o"));
        if (llvm::Error error = writeFile(source, text))
            return std::move(error);
        if (llvm::Error error = compile(compilers->front(), target.speedFlags, source, includeFolders(), objects.back(),
                                        directory->path()))
            return std::move(error);
    }
    const std::string path = directory->file("counted");
    if (llvm::Error error = link(target, objects, path, directory->path()))
        return std::move(error);
    return target.isTimed ? time(target, path, cases.size(), *directory)
                          : count(target, path, cases.size(), *directory);
}

std::string sizesOf(const KernelQuery &query)
{
    const window2d_params &w = query.window;
    const gemm_params &g = query.gemm;
    if (w.batch)
        return llvm::formatv("{0}x{1}x{2} to {3}x{4}x{5} by {6}x{7}", w.in_h, w.in_w, w.in_c, w.out_h, w.out_w, w.out_c,
                             w.kernel_h, w.kernel_w);
    return llvm::formatv("{0}x{1} by {1}x{2}", g.m, g.k, g.n);
}

/// Prints the rows of one kernel and returns how many are at fault.
int print(const KernelOnTarget &test, const std::vector<Case> &cases, const std::vector<Cost> &costs)
{
    int failures = 0;
    for (size_t i = 0; i < cases.size(); ++i) {
        const KernelQuery &query = cases[i].query;
        const double scale = (test.target.isTimed ? 1e9 : 1) / double(query.macs);
        const double ratio = costs[i].tested / costs[i].reference;
        const double claimed = test.kernel->cost(query) / referenceOf(*test.kernel).cost(query);
        const bool isWrong = !test.target.isTimed && claimed < 1 && ratio > tolerance;
        llvm::outs() << llvm::left_justify(test.target.name, 15) << llvm::left_justify(test.kernel->name, 30)
                     << llvm::left_justify(sizesOf(query), 34)
                     << llvm::format("%8.3f %8.3f %8.3f %8.3f", costs[i].reference * scale, costs[i].tested * scale,
                                     ratio, claimed)
                     << (isWrong ? "  costs more than its record says" : "") << "\n";
        llvm::outs().flush();
        failures += isWrong;
    }
    return failures;
}

/// All kernels that run on a target.
llvm::Error addAll(llvm::StringRef name, std::vector<KernelOnTarget> &tests)
{
    llvm::Expected<Target> target = findTarget(name);
    if (!target)
        return target.takeError();
    for (const KernelRecord &kernel : kernelRecords())
        if (runs(*target, kernel))
            tests.push_back({&kernel, *target});
    return llvm::Error::success();
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<KernelOnTarget> tests;
    for (const char *name : llvm::ArrayRef(argv, argc).drop_front())
        if (llvm::Error error = addAll(name, tests))
            return report(std::move(error));
    if (argc == 1)
        tests = kernelsOnTargets();
    llvm::outs()
        << "For each multiply-accumulate instructions, or ns where the target is timed: of the reference, of the "
           "kernel; kernel / reference as measured, and by their records.\n";
    int failures = 0, printed = 0;
    for (const KernelOnTarget &test : tests) {
        if (test.kernel->isReference)
            continue;
        if (const std::string obstacle = test.obstacle(); !obstacle.empty()) {
            llvm::outs() << test.target.name << ": skipped: " << obstacle << "\n";
            continue;
        }
        const std::vector<Case> cases = typicalCases(*test.kernel);
        if (cases.empty()) {
            llvm::outs() << test.kernel->name << ": no typical layer is one that it takes\n";
            ++failures;
            continue;
        }
        llvm::Expected<std::vector<Cost>> costs = measure(test, cases);
        if (!costs) {
            failures += report(costs.takeError()) != 0;
            continue;
        }
        failures += print(test, cases, *costs);
        ++printed;
    }
    return failures ? 1 : printed ? 0 : skipped;
}
