// Stage 5: a planned module as C99.
#pragma once

#include "compiler/emit/GeneratedFile.h"
#include "compiler/kernel/Feature.h"
#include "compiler/plan/MemoryPlan.h"

#include <string>
#include <vector>

namespace barecc {

/// An argument or result of the generated function.
struct ModelTensor {
    std::string name; // the model's own
    mlir::RankedTensorType type;
    /// Where the tensor is the actual shape of another result, whose type is a bound: that result's number.
    std::optional<unsigned> shapeOf = std::nullopt;
    std::string cName = {}; // in C; emitModel makes it
};

struct EmitOptions {
    std::string name;           // C identifier, prefix of everything generated
    bool size = false;          // functions of layers may become part of their caller
    bool binaryWeights = false; // <name>_weights.bin beside a <name>_weights.c that places it
    bool ioInArena = false;
    bool bigEndian = false; // the processor's, which binary weights are for
    std::vector<ModelTensor> inputs, outputs;
    std::string imageLayout = {}; // of inputs and outputs: "NHWC" or "NCHW"; empty where nobody knows
    std::vector<FeatureLevel> levels =
        {};                               // of processors with a version of the functions each, the best first; or none
    std::vector<std::string> origin = {}; // what the first lines of the C file say of where it comes from
};

struct EmittedModel {
    std::vector<GeneratedFile>
        files; // those of weights are printed while the plan's context and the model's memory live
    std::vector<ModelTensor> inputs, outputs; // those of the options, with their names in C
    int64_t weightBytes = 0;
    std::vector<std::string> kernels; // by call of the plan: the C function called
    std::vector<int64_t> lines;       // by call of the plan: the line of <name>.c that its text begins at, from 1
};

/// Prints header, model and weights. The same input gives the same bytes. Errors are reported.
mlir::FailureOr<EmittedModel> emitModel(const MemoryPlan &plan, EmitOptions options);

} // namespace barecc
