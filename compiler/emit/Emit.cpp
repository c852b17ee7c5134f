#include "compiler/emit/Emit.h"

#include "compiler/emit/HeaderPrinter.h"
#include "compiler/emit/ModelPrinter.h"
#include "compiler/emit/StepNames.h"
#include "compiler/emit/WeightComments.h"
#include "compiler/emit/Weights.h"

using namespace mlir;

namespace barecc {

FailureOr<EmittedModel> emitModel(const MemoryPlan &plan, EmitOptions options)
{
    Names names(options.name);
    for (const FeatureLevel &level : options.levels)
        names.external("run_" + level.name);
    for (ModelTensor &input : options.inputs)
        input.cName = names.argument(input.name, "input");
    for (ModelTensor &output : options.outputs)
        output.cName = names.argument(output.name, "output");
    const auto weights =
        std::make_shared<const Weights>(names, constantNames(plan), constantComments(plan), plan.constants);
    ModelPrinter printer(plan, options, *weights, names);
    FailureOr<std::string> source = printer.source();
    if (failed(source))
        return failure();
    EmittedModel result;
    result.inputs = options.inputs;
    result.outputs = options.outputs;
    result.weightBytes = weights->bytes();
    result.kernels = printer.kernelNames();
    result.lines = printer.callLines();
    result.files.push_back({options.name + ".h", printHeader(plan, options)});
    result.files.push_back({options.name + ".c", std::move(*source)});
    if (options.binaryWeights) {
        const std::string binary = options.name + "_weights.bin";
        result.files.push_back({options.name + "_weights.S", weights->placement(binary, options.bigEndian)});
        result.files.push_back({binary, "", [weights, bigEndian = options.bigEndian](llvm::raw_ostream &os) {
                                    weights->printBinary(os, bigEndian);
                                }});
    } else {
        result.files.push_back(
            {options.name + "_weights.c", "", [weights](llvm::raw_ostream &os) { weights->printC(os); }});
    }
    return result;
}

} // namespace barecc
