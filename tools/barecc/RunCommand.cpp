// barecc run MODEL: compile, build, run, write the outputs
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Inputs.h"
#include "compiler/driver/Names.h"
#include "compiler/driver/Npy.h"
#include "compiler/driver/OutputDirectory.h"

#include <set>

using namespace barecc;
namespace cl = llvm::cl;

namespace {

/// The file name of each output; a name that is taken already gets its number behind it.
std::vector<std::string> outputFileNames(const CompiledModel &model)
{
    std::vector<std::string> names;
    std::set<std::string> taken;
    for (size_t i = 0; i < model.outputs.size(); ++i) {
        llvm::StringRef name = displayName(model.outputs[i]);
        std::string file = npyFileName(name);
        if (!taken.insert(file).second) {
            file = npyFileName((name + "_" + llvm::Twine(i)).str());
            taken.insert(file);
        }
        names.push_back(file);
    }
    return names;
}

class RunCommand : public Command {
public:
    RunCommand()
        : Command("run", "Compile a model, build it, run it and write its outputs as .npy"), options(subCommand, "bin"),
          inputs("input", cl::desc("Data for an input (default: fixed pseudo-random data for all)"),
                 cl::value_desc("name=file.npy"), cl::sub(subCommand)),
          outputDirectory("output-dir", cl::desc("Where NAME.npy of each output goes (default: here)"),
                          cl::value_desc("directory"), cl::init("."), cl::sub(subCommand)),
          sequence("sequence", cl::desc("Inputs and outputs have a leading step axis; the steps run on one state"),
                   cl::sub(subCommand))
    {
    }

    llvm::Error run() override
    {
        llvm::Expected<Compilation> compilation = options.compileModel();
        if (!compilation)
            return compilation.takeError();
        const CompiledModel &model = compilation->model;
        llvm::Expected<InputSet> set = inputs.empty()
                                           ? llvm::Expected<InputSet>(makePseudoRandomInputs(model, sequence))
                                           : readNamedInputs(model, {inputs.begin(), inputs.end()}, sequence);
        if (!set)
            return set.takeError();
        llvm::Expected<Program> program = buildWithProgress(*compilation);
        if (!program)
            return program.takeError();
        llvm::Expected<RunResult> result = runWithProgress(*program, *compilation, *set, /*timedRuns=*/0);
        if (!result)
            return result.takeError();

        std::vector<std::string> names = outputFileNames(model);
        std::vector<GeneratedFile> files;
        for (size_t i = 0; i < names.size(); ++i)
            files.push_back({names[i], formatNpy(result->outputs[i])});
        if (llvm::Error error = writeDirectory(outputDirectory, files, Replace::Any))
            return error;

        Table table;
        table.column("output");
        table.column("type");
        table.column("shape");
        table.column("file");
        for (size_t i = 0; i < names.size(); ++i)
            table.row({printable(displayName(model.outputs[i]), 48), elementName(result->outputs[i].type).str(),
                       shapeToString(result->outputs[i].shape), outputDirectory + "/" + names[i]});
        table.print(llvm::outs());
        return llvm::Error::success();
    }

private:
    ModelOptions options;
    cl::list<std::string> inputs;
    cl::opt<std::string> outputDirectory;
    cl::opt<bool> sequence;
};

} // namespace

std::unique_ptr<Command> barecc::makeRunCommand() { return std::make_unique<RunCommand>(); }
