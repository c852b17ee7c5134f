// The last two stages on a model in MLIR's text form: plans what barecc-opt has selected, and prints the C file.
// `barecc-opt --select model.mlir | barecc-translate`
#include "compiler/emit/Emit.h"
#include "compiler/plan/Passes.h"
#include "compiler/ir/State.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;

static llvm::cl::opt<std::string> input(llvm::cl::Positional, llvm::cl::desc("<input.mlir>"), llvm::cl::init("-"));
static llvm::cl::opt<bool> size("size", llvm::cl::desc("one body for all layers"));
static llvm::cl::opt<std::string> wanted("file", llvm::cl::desc("the file to print"), llvm::cl::init("model.c"));
static llvm::cl::opt<bool> ioInArena("io-in-arena", llvm::cl::desc("inputs and outputs lie in the arena"));

int main(int argc, char **argv)
{
    llvm::InitLLVM init(argc, argv);
    llvm::cl::ParseCommandLineOptions(argc, argv, "MLIR after selection to C\n");
    DialectRegistry registry;
    barecc::registerDialects(registry);
    registry.insert<barecc::kernel::KernelDialect>();
    MLIRContext context(registry);
    context.loadAllAvailableDialects();
    OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(input, &context);
    if (!module)
        return 1;
    auto main = module->lookupSymbol<func::FuncOp>("main");
    if (!main) {
        llvm::errs() << "error: the module has no function 'main'\n";
        return 1;
    }
    barecc::EmitOptions options;
    options.name = "model";
    options.size = size;
    options.ioInArena = ioInArena;
    if (failed(barecc::verifyState(main)))
        return 1;
    const size_t inputs = main.getNumArguments() - barecc::stateArguments(main).size();
    const size_t outputs = size_t(llvm::count(barecc::stateResults(main), std::nullopt));
    for (auto [i, type] : llvm::enumerate(main.getArgumentTypes().take_front(inputs)))
        options.inputs.push_back({"in" + std::to_string(i), cast<RankedTensorType>(type)});
    for (auto [i, type] : llvm::enumerate(main.getResultTypes().take_front(outputs)))
        options.outputs.push_back({"out" + std::to_string(i), cast<RankedTensorType>(type)});
    PassManager passes(&context);
    passes.addNestedPass<func::FuncOp>(barecc::createInsertCopiesPass({ioInArena}));
    if (failed(passes.run(*module)))
        return 1;
    FailureOr<barecc::MemoryPlan> plan = barecc::planMemory(*module, {16, ioInArena});
    if (failed(plan))
        return 1;
    FailureOr<barecc::EmittedModel> model = barecc::emitModel(*plan, options);
    if (failed(model))
        return 1;
    for (const barecc::GeneratedFile &file : model->files)
        if (file.path == wanted)
            file.print(llvm::outs());
    return 0;
}
