// Counting instructions under QEMU, with a plugin that is built here and loaded into the emulator.
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Toolchain.h"

namespace barecc {
extern const llvm::StringRef countInstructionsSource; // count_instructions.c, embedded by the build
}

using namespace barecc;

namespace {

constexpr unsigned buildSecondsLimit = 60;

/// Builds the plugin with this machine's C compiler and returns its path.
llvm::Expected<std::string> buildPlugin(const TemporaryDirectory &directory)
{
    llvm::Expected<Target> host = findTarget("host");
    if (!host)
        return host.takeError();
    llvm::Expected<std::string> compiler = host->findCompiler();
    if (!compiler)
        return compiler.takeError();
    const std::string source = directory.file("count_instructions.c"), plugin = directory.file("count_instructions.so");
    if (llvm::Error error = writeFile(source, countInstructionsSource))
        return std::move(error);
    if (llvm::Error error =
            runAll({{*compiler, "-std=c99", "-O2", "-shared", "-fPIC", source, "-o", plugin}},
                   "compiling the plugin that counts instructions", directory.path(), buildSecondsLimit))
        return std::move(error);
    return plugin;
}

} // namespace

llvm::Expected<int64_t> Program::countInstructions(const std::vector<Tensor> &inputs) const
{
    // One call is the difference between two calls and one: start-up, reading and writing are the same in both.
    int64_t counts[2];
    for (int64_t calls : {1, 2}) {
        llvm::Expected<TemporaryDirectory> data = TemporaryDirectory::create(directory.path());
        if (!data)
            return data.takeError();
        llvm::Expected<std::string> plugin = buildPlugin(*data);
        if (!plugin)
            return plugin.takeError();
        const std::string file = data->file("count.txt");
        RunRequest request;
        request.inputs = &inputs;
        request.timedRuns = calls;
        if (llvm::Error error = execute(request, *data, {"-plugin", "file=" + *plugin + ",out=" + file}))
            return std::move(error);
        llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> text = readFile(file);
        if (!text)
            return text.takeError();
        if ((*text)->getBuffer().trim().getAsInteger(10, counts[calls - 1]))
            return failure(file + ": not a count: " + (*text)->getBuffer());
    }
    return counts[1] - counts[0];
}
