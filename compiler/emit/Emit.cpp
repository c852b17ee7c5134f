#include "compiler/emit/Emit.h"

#include "compiler/emit/ModelPrinter.h"
#include "compiler/emit/Weights.h"

using namespace mlir;

namespace barecc {

FailureOr<EmittedModel> emitModel(ModuleOp module, const MemoryPlan &plan, const EmitOptions &options)
{
    Weights weights(options.name + "_w", plan.constants);
    ModelPrinter printer(module, plan, options, weights);
    FailureOr<std::string> source = printer.source();
    if (failed(source))
        return failure();
    EmittedModel result;
    result.weightBytes = weights.bytes();
    result.kernels = printer.kernelNames();
    result.lines = printer.callLines();
    result.files.push_back({options.name + ".h", printer.header()});
    result.files.push_back({options.name + ".c", std::move(*source)});
    if (options.binaryWeights) {
        const std::string binary = options.name + "_weights.bin";
        result.files.push_back({options.name + "_weights.S", weights.asPlacement(binary)});
        result.files.push_back({binary, weights.asBinary()});
    } else {
        result.files.push_back({options.name + "_weights.c", weights.asC()});
    }
    return result;
}

} // namespace barecc
