// barecc compile MODEL -o DIR
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"

using namespace barecc;
namespace cl = llvm::cl;

namespace {

class CompileCommand : public Command {
public:
    CompileCommand()
        : Command("compile", "Turn a model into C"), options(subCommand, "c"),
          output("o", cl::desc("Directory for the generated files"), cl::value_desc("directory"), cl::Prefix,
                 cl::sub(subCommand))
    {
    }

    llvm::Error run() override
    {
        if (output.empty())
            return usageFailure("no output directory given; add -o DIR");
        llvm::Expected<Compilation> compilation = options.compileModel();
        if (!compilation)
            return compilation.takeError();
        const CompiledModel &model = compilation->model;
        if (llvm::Error error = writeDirectory(output, model.files, Replace::GeneratedOnly))
            return error;
        // The three figures that a device has to afford.
        llvm::outs() << output << ": " << model.layers.size() << " layers, " << countToString(double(model.macs))
                     << " MACs, weights " << bytesToString(model.weightBytes) << ", arena "
                     << bytesToString(model.arenaBytes) << " (lower bound " << bytesToString(model.arenaLowerBound)
                     << ")\n";
        return llvm::Error::success();
    }

private:
    ModelOptions options;
    cl::opt<std::string> output;
};

} // namespace

std::unique_ptr<Command> barecc::makeCompileCommand() { return std::make_unique<CompileCommand>(); }
