// The plugin counts for each instruction of <name>_run; the program's debug information says which source line, and so
// which layer, that is of.
#include "compiler/driver/InstructionCount.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Toolchain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Support/FileSystem.h"

namespace barecc {
extern const llvm::StringRef countInstructionsSource; // count_instructions.c, embedded by the build
}

using namespace barecc;

namespace {

constexpr unsigned buildSecondsLimit = 60;

constexpr llvm::StringLiteral plugin = "count_instructions.so";

/// Builds the plugin with this machine's C compiler, unless it is there.
llvm::Error buildPlugin(const TemporaryDirectory &directory)
{
    llvm::Expected<Target> host = findTarget("host");
    if (!host)
        return host.takeError();
    llvm::Expected<std::string> compiler = host->findCompiler();
    if (!compiler)
        return compiler.takeError();
    if (llvm::sys::fs::exists(directory.file(plugin)))
        return llvm::Error::success();
    const std::string source = "count-instructions.c";
    if (llvm::Error error = writeFile(directory.file(source), countInstructionsSource))
        return error;
    return runAll({{*compiler, "-std=c99", "-O2", "-shared", "-fPIC", source, "-o", plugin.str()}},
                  "compiling the plugin that counts instructions", directory.path(), buildSecondsLimit);
}

/// Addresses [begin, end) of a function, in the plugin's form.
llvm::Expected<std::string> rangeOf(const llvm::object::ELFObjectFileBase &program, llvm::StringRef function)
{
    for (const llvm::object::ELFSymbolRef symbol : program.symbols()) {
        llvm::Expected<llvm::StringRef> name = symbol.getName();
        if (!name)
            return name.takeError();
        if (*name != function)
            continue;
        llvm::Expected<uint64_t> begin = symbol.getAddress();
        if (!begin)
            return begin.takeError();
        return llvm::utohexstr(*begin) + ":" + llvm::utohexstr(*begin + symbol.getSize());
    }
    return failure("the program has no function '" + function + "' to count instructions of");
}

template <typename Format> uint64_t codeBeginOf(const llvm::object::ELFObjectFile<Format> &program)
{
    uint64_t begin = UINT64_MAX;
    if (auto headers = program.getELFFile().program_headers()) {
        for (const auto &header : *headers)
            if (header.p_type == llvm::ELF::PT_LOAD && (header.p_flags & llvm::ELF::PF_X))
                begin = std::min<uint64_t>(begin, header.p_vaddr);
    } else {
        llvm::consumeError(headers.takeError());
    }
    return begin;
}

/// The lowest address of the segments with code, as QEMU reports it too.
uint64_t codeBegin(const llvm::object::ELFObjectFileBase &program)
{
    if (const auto *elf32 = llvm::dyn_cast<llvm::object::ELF32LEObjectFile>(&program))
        return codeBeginOf(*elf32);
    if (const auto *big = llvm::dyn_cast<llvm::object::ELF64BEObjectFile>(&program))
        return codeBeginOf(*big);
    return codeBeginOf(llvm::cast<llvm::object::ELF64LEObjectFile>(program));
}

/// Says which layer an instruction of <name>_run is of.
class LayerFinder {
public:
    /// `lines` are where the layers' calls begin, in order.
    LayerFinder(const llvm::object::ObjectFile &program, llvm::ArrayRef<int64_t> lines)
        : debug(llvm::DWARFContext::create(program, llvm::DWARFContext::ProcessDebugRelocations::Process,
                                           /*L=*/nullptr, /*DWPName=*/"", llvm::consumeError, llvm::consumeError)),
          lines(lines)
    {
    }

    /// Nothing for what comes before the first call.
    std::optional<size_t> layerAt(uint64_t address)
    {
        const llvm::DIInliningInfo frames = debug->getInliningInfoForAddress(
            {address, llvm::object::SectionedAddress::UndefSection}, llvm::DILineInfoSpecifier());
        if (frames.getNumberOfFrames() == 0)
            return std::nullopt;
        // The outermost frame is <name>_run, whatever was inlined into it.
        const int64_t line = frames.getFrame(frames.getNumberOfFrames() - 1).Line;
        const ptrdiff_t layer = llvm::upper_bound(lines, line) - lines.begin();
        if (layer == 0)
            return std::nullopt;
        return size_t(layer - 1);
    }

private:
    std::unique_ptr<llvm::DWARFContext> debug;
    llvm::ArrayRef<int64_t> lines;
};

} // namespace

llvm::Expected<std::vector<std::string>> barecc::argumentsToCount(const llvm::object::ELFObjectFileBase &program,
                                                                  llvm::StringRef function, llvm::StringRef caller,
                                                                  const std::string &counts,
                                                                  const TemporaryDirectory &directory)
{
    if (llvm::Error error = buildPlugin(directory))
        return std::move(error);
    llvm::Expected<std::string> functionRange = rangeOf(program, function), callerRange = rangeOf(program, caller);
    if (!functionRange || !callerRange)
        return llvm::joinErrors(functionRange.takeError(), callerRange.takeError());
    return std::vector<std::string>{"-plugin", "file=./" + plugin.str() + ",out=" + counts +
                                                   ",function=" + *functionRange + ",caller=" + *callerRange +
                                                   ",code=" + llvm::utohexstr(codeBegin(program))};
}

llvm::Expected<std::vector<CountedBlock>> barecc::countedBlocks(llvm::StringRef text)
{
    std::vector<CountedBlock> blocks;
    llvm::SmallVector<llvm::StringRef> lines;
    text.split(lines, '\n', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef line : lines) { // EXECUTIONS CALLED ADDRESS...
        llvm::SmallVector<llvm::StringRef> words;
        line.split(words, ' ');
        if (words.size() > 2 && words[1] == "-") // outside of the function: part of what one of its blocks has called
            continue;
        CountedBlock block;
        if (words.size() < 3 || words[0].getAsInteger(10, block.executions) || words[1].getAsInteger(10, block.called))
            return failure("not a count of instructions: " + line);
        for (llvm::StringRef word : llvm::ArrayRef(words).drop_front(2))
            if (word.getAsInteger(16, block.addresses.emplace_back()))
                return failure("not an address: " + word);
        blocks.push_back(std::move(block));
    }
    return blocks;
}

llvm::Expected<CallCost> Program::measureCall(const std::vector<Tensor> &inputs) const
{
    if (llvm::Expected<std::string> emulator = findProgram(target.emulator[0], target.emulatorPackage); !emulator)
        return emulator.takeError(); // before anything is built for it
    llvm::Expected<llvm::object::OwningBinary<llvm::object::ObjectFile>> file =
        llvm::object::ObjectFile::createObjectFile(path());
    if (!file)
        return file.takeError();
    const auto &program = llvm::cast<llvm::object::ELFObjectFileBase>(*file->getBinary());
    const std::string counts = "counts.txt";
    llvm::Expected<std::vector<std::string>> arguments =
        argumentsToCount(program, name + "_run", "harness_watch_stack", counts, directory);
    if (!arguments)
        return arguments.takeError();
    RunRequest request;
    request.inputs = &inputs;
    request.measureStack = true;
    llvm::Expected<RunResult> result = run(request, *arguments);
    if (!result)
        return result.takeError();
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> text = readFile(directory.file(counts));
    if (!text)
        return text.takeError();

    CallCost cost;
    cost.blocks = (*text)->getBuffer().str();
    cost.stackBytes = result->stackBytes.value_or(0);
    cost.layerInstructions.resize(layerLines.size());
    LayerFinder finder(program, layerLines);
    llvm::Expected<std::vector<CountedBlock>> blocks = countedBlocks(cost.blocks);
    if (!blocks)
        return blocks.takeError();
    for (const CountedBlock &block : *blocks) {
        cost.instructions += block.instructions();
        std::optional<size_t> layer;
        for (uint64_t address : block.addresses)
            if ((layer = finder.layerAt(address)))
                cost.layerInstructions[*layer] += block.executions;
        if (layer) // of the last instruction, which has called the others
            cost.layerInstructions[*layer] += block.called;
    }
    if (cost.instructions == 0)
        return failure(target.emulator[0] + " counted no instructions of " + name + "_run; see whether it has plugins");
    return cost;
}
