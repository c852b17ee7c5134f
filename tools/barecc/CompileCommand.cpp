// barecc compile MODEL -o DIR
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Budget.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/OutputDirectory.h"
#include "compiler/driver/Project.h"

using namespace barecc;
namespace cl = llvm::cl;

namespace {

class CompileCommand : public Command {
public:
    CompileCommand()
        : Command("compile", "Turn a model into C"), options(subCommand, "c"),
          output("output", cl::desc("Directory for the generated files; in short, -o directory"),
                 cl::value_desc("directory"), cl::sub(subCommand)),
          project("project", cl::desc("The build system that the files are for (default: cmake)"),
                  cl::value_desc(projectNames()), cl::init("cmake"), cl::sub(subCommand))
    {
    }

    llvm::Error run() override
    {
        if (output.empty())
            return usageFailure("no output directory given; add -o DIR");
        llvm::Expected<CompileOptions> compileOptions = options.parse();
        if (!compileOptions)
            return compileOptions.takeError();
        llvm::Expected<ProjectKind> kind = findProject(project);
        if (!kind)
            return kind.takeError();
        if (llvm::Error error = chooseTarget(*kind, *compileOptions))
            return error;
        if (llvm::Error error = checkProject(*kind, *compileOptions))
            return error;
        llvm::Expected<Compilation> compilation = compileWithProgress(options.path(), *compileOptions);
        if (!compilation)
            return compilation.takeError();
        CompiledModel &model = compilation->model;
        if (llvm::Error error = checkCode(*compilation))
            return error;
        if (llvm::Error error =
                writeDirectory(output, projectFiles(*kind, model, *compileOptions), Replace::GeneratedOnly))
            return error;
        // The three figures that a device has to afford.
        llvm::outs() << output << ": " << model.layers.size() << " layers, " << countToString(double(model.macs))
                     << " MACs, weights " << bytesToString(model.weightBytes) << ", arena "
                     << bytesToString(model.arenaBytes) << " (lower bound " << bytesToString(model.arenaLowerBound)
                     << ")\n";
        return llvm::Error::success();
    }

private:
    /// Build systems of devices have no use for code of this machine: where no target is named, plain C.
    llvm::Error chooseTarget(const ProjectKind &kind, CompileOptions &compileOptions) const
    {
        if (options.hasTarget() || kind.isForAll)
            return llvm::Error::success();
        llvm::Expected<Target> generic = findTarget("generic");
        if (!generic)
            return generic.takeError();
        compileOptions.target = *generic;
        note("--project " + kind.name +
             ": plain C for any processor; --target names one, for code that is tuned to it");
        return llvm::Error::success();
    }

    /// Holds the budget for code and constants, which takes the target's compiler. Without it, compiling goes on.
    static llvm::Error checkCode(const Compilation &compilation)
    {
        if (!compilation.options.flash)
            return llvm::Error::success();
        llvm::Expected<Program> program = buildWithProgress(compilation);
        if (program)
            return checkFlash(compilation.model, &program->codeSize(), compilation.options, compilation.path);
        note("--flash: the weights were counted, the code was not: " + llvm::toString(program.takeError()));
        return llvm::Error::success();
    }

    /// "cmake|make|...", which the option keeps for as long as it lives.
    static llvm::StringRef projectNames()
    {
        static const std::string names = [] {
            std::string joined;
            for (const ProjectKind &kind : allProjects())
                joined += (joined.empty() ? "" : "|") + kind.name.str();
            return joined;
        }();
        return names;
    }

    ModelOptions options;
    cl::opt<std::string> output, project;
};

} // namespace

std::unique_ptr<Command> barecc::makeCompileCommand() { return std::make_unique<CompileCommand>(); }
