// count_test TARGET SOURCE HEADER FRAME: whether the instructions and the stack that are measured of a call are those
// it has. SOURCE is an assembly file with a model, in the place of a generated one, of which they are known to the
// last. Its layers begin at the comments "layer":
//
//     before the first   2
//     layer 0            2 + count(1000)      where count(n) takes 2 n + 3
//     layer 1            1 + 4                a function that keeps 256 bytes on the stack, below FRAME bytes
//                                             of its caller
//     layer 2            2 + count(7)         the same function as in layer 0
//     layer 3            102                  a loop in the model's own function, and its return
//
// Exit status 77, which CTest takes as skipped, where a program is missing.
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Toolchain.h"

#include "llvm/Support/raw_ostream.h"

using namespace barecc;

namespace {

constexpr int skipped = 77;
constexpr int64_t before = 2, layers[] = {2 + 2003, 1 + 4, 2 + 17, 102};
constexpr int64_t layerStack = 256;

int failures = 0;

void expect(const std::string &what, int64_t measured, int64_t known)
{
    llvm::outs() << what << ": " << measured << (measured == known ? "" : ", but it is " + std::to_string(known))
                 << "\n";
    failures += measured != known;
}

/// The lines that layers begin at.
std::vector<int64_t> layerLines(llvm::StringRef source)
{
    std::vector<int64_t> lines;
    llvm::SmallVector<llvm::StringRef> text;
    source.split(text, '\n');
    for (size_t i = 0; i < text.size(); ++i)
        if (text[i].contains("/* layer */"))
            lines.push_back(int64_t(i) + 1);
    return lines;
}

CompiledModel knownModel(llvm::StringRef source, llvm::StringRef header)
{
    CompiledModel model;
    model.name = "known";
    model.files = {{"known.h", header.str()}, {"known.S", source.str()}};
    for (int64_t line : layerLines(source)) {
        LayerInfo layer;
        layer.line = line;
        model.layers.push_back(layer);
    }
    return model;
}

llvm::Error testCounts(const Program &program)
{
    llvm::Expected<CallCost> cost = program.measureCall({});
    if (!cost)
        return cost.takeError();
    int64_t total = before;
    expect("layers", int64_t(cost->layerInstructions.size()), int64_t(std::size(layers)));
    for (size_t i = 0; i < std::size(layers) && i < cost->layerInstructions.size(); ++i) {
        expect("instructions of layer " + std::to_string(i), cost->layerInstructions[i], layers[i]);
        total += layers[i];
    }
    expect("instructions of the call", cost->instructions, total);
    return llvm::Error::success();
}

llvm::Error testStack(const Program &program, int64_t frame)
{
    const std::vector<Tensor> inputs;
    RunRequest request;
    request.inputs = &inputs;
    request.measureStack = true;
    llvm::Expected<RunResult> result = program.run(request);
    if (!result)
        return result.takeError();
    expect("bytes of stack", result->stackBytes.value_or(-1), frame + layerStack);
    return llvm::Error::success();
}

int test(const Target &target, llvm::StringRef source, llvm::StringRef header, int64_t frame)
{
    if (const std::string packages = target.missingPackages(); !packages.empty()) {
        llvm::outs() << "skipped: install " << packages << "\n";
        return skipped;
    }
    llvm::Expected<Program> program = Program::build(knownModel(source, header), target, Optimize::Size);
    if (!program)
        return report(program.takeError());
    if (!target.isTimed)
        if (llvm::Error error = testCounts(*program))
            return report(std::move(error));
    if (llvm::Error error = testStack(*program, frame))
        return report(std::move(error));
    return failures != 0;
}

} // namespace

int main(int argc, char **argv)
{
    int64_t frame;
    if (argc != 5 || llvm::StringRef(argv[4]).getAsInteger(10, frame))
        return report(usageFailure("usage: count_test TARGET SOURCE HEADER FRAME"));
    llvm::Expected<Target> target = findTarget(argv[1]);
    if (!target)
        return report(target.takeError());
    auto source = readFile(argv[2]), header = readFile(argv[3]);
    if (!source || !header)
        return report(llvm::joinErrors(source.takeError(), header.takeError()));
    return test(*target, (*source)->getBuffer(), (*header)->getBuffer(), frame);
}
