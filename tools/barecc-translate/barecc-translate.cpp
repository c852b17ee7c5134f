// The stages at both ends, from and to MLIR's text form: `barecc-translate --import model.onnx` prints the module that
// stage 1 makes; `barecc-opt --select model.mlir | barecc-translate` plans what has been selected, and prints the C file.
#include "compiler/driver/ModelFile.h"
#include "compiler/emit/Emit.h"
#include "compiler/import/Import.h"
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
static llvm::cl::opt<bool> import("import", llvm::cl::desc("print the module of an ONNX or TFLite file"));
static llvm::cl::opt<bool> ioInArena("io-in-arena", llvm::cl::desc("inputs and outputs lie in the arena"));

static int printImported(MLIRContext &context)
{
    llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> file = llvm::MemoryBuffer::getFile(input);
    if (!file) {
        llvm::errs() << "error: " << input << ": " << file.getError().message() << '\n';
        return 1;
    }
    llvm::Expected<barecc::ModelFormat> format = barecc::recogniseModel((*file)->getBuffer());
    if (!format) {
        llvm::errs() << "error: " << input << ": " << llvm::toString(format.takeError()) << '\n';
        return 1;
    }
    auto *importModel = *format == barecc::ModelFormat::Onnx ? barecc::importOnnx : barecc::importTFLite;
    barecc::ImportedModel imported = importModel(std::move(*file), {}, &context);
    if (!imported.module)
        return 1;
    imported.module->print(llvm::outs(), OpPrintingFlags().enableDebugInfo());
    return 0;
}

int main(int argc, char **argv)
{
    llvm::InitLLVM init(argc, argv);
    llvm::cl::ParseCommandLineOptions(argc, argv, "A model to MLIR, and MLIR after selection to C\n");
    DialectRegistry registry;
    barecc::registerDialects(registry);
    registry.insert<barecc::kernel::KernelDialect>();
    MLIRContext context(registry);
    context.loadAllAvailableDialects();
    if (import)
        return printImported(context);
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
