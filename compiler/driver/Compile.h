// The compile pipeline as one function, model file in, generated files and a report out. The commands of `barecc`
// know nothing of MLIR; everything they print or build comes from CompiledModel.
#pragma once

#include "compiler/driver/Target.h"
#include "compiler/driver/Tensor.h"
#include "compiler/emit/GeneratedFile.h"
#include "compiler/ir/Limits.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barecc {

enum class Optimize { Speed, Size };

/// Weights as a C array in `<name>_weights.c`, or as `<name>_weights.bin` and the few lines that place it.
enum class WeightsForm { C, Bin };

/// Inputs and outputs as arguments of `<name>_run`, or inside the arena.
enum class IoForm { Separate, Arena };

struct CompileOptions {
    /// A C identifier, prefix of everything generated; see nameFromPath in Names.h for the default.
    std::string name;
    Target target;
    Optimize optimize = Optimize::Speed;
    WeightsForm weights = WeightsForm::C;
    IoForm io = IoForm::Separate;
    /// Budgets in bytes; over budget is an error that says by how much and which tensors are at the peak.
    std::optional<int64_t> ram, flash;
    /// Input name to its full shape, and symbolic dimension to its value, for what the model leaves open. A name that
    /// the model does not have is a usage error (Message.h).
    std::map<std::string, std::vector<int64_t>> shapes;
    std::map<std::string, int64_t> dims;
    /// Input name to a value that it has for good; it is no input of the generated function then.
    std::map<std::string, Tensor> constants;
    /// Which signature of a TFLite model that has several.
    std::optional<std::string> signature;
    /// What the model may take of the compiler, where that is not to go by the size of its files.
    Limits limits;

    /// What the C compiler is to be told for the target: instruction set and optimisation.
    std::vector<std::string> compilerFlags() const;
};

/// real = scale * (integer - zeroPoint).
struct QuantisationInfo {
    std::vector<double> scales;
    std::vector<int64_t> zeroPoints;
    /// Dimension that a list of more than one scale runs along.
    int64_t dimension = 0;
};

/// An input or output of the model.
struct TensorInfo {
    std::string name;  ///< As the model says; may be empty or hold any bytes.
    std::string cName; ///< The argument's name in C; unique among all inputs and outputs.
    ElementType type = ElementType::F32;
    std::vector<int64_t> shape;
    std::optional<QuantisationInfo> quantisation;
    /// Its place among the inputs (outputs) of the model file, by which recorded data goes; constant inputs count too.
    int64_t position = 0;
    /// Of an output whose size is computed at run time: the name in C of the int64_t that its actual shape is written
    /// to, one for each dimension. `shape` is the bound then, and the elements lie dense in the actual shape. Else
    /// empty.
    std::string shapeCName = {};
};

/// An operand of a layer, as it lies in memory.
struct BufferInfo {
    std::string name;
    ElementType type = ElementType::F32;
    std::vector<int64_t> shape;
    int64_t bytes = 0;
    /// Nothing for a tensor outside the arena: an argument, a weight, state.
    std::optional<int64_t> arenaOffset;
};

/// One call of the generated function. `inputs` are activations; weights are summed up in the numbers.
struct LayerInfo {
    std::string name;   ///< The source node's name.
    std::string op;     ///< The source operator: "Conv", "CONV_2D".
    std::string kernel; ///< The C function called.
    int64_t line = 0;   ///< Of `<name>.c`, from 1, where the call's comment and statement begin.
    std::vector<BufferInfo> inputs, outputs;
    int64_t macs = 0;
    int64_t parameters = 0;  ///< Weights counted as elements, before packing.
    int64_t weightBytes = 0; ///< As packed.
    int64_t workspaceBytes = 0;
    int64_t workspaceOffset = 0;
};

/// The generated C of `name` declares
///     void <name>_run(const T *in0, ..., T *out0, ..., unsigned char *arena);       IoForm::Separate
///     void <name>_run(unsigned char *arena);                                        IoForm::Arena, with
///     T *<name>_input_<cName>(unsigned char *arena);  T *<name>_output_<cName>(unsigned char *arena);
/// with inputs and outputs in the model's order (an output with a shapeCName is followed by that, as int64_t *), and
/// <NAME>_ARENA_BYTES and <NAME>_ARENA_ALIGN (<NAME> is `name` in capitals). A stateful model takes `unsigned char
/// *state` after the arena, aligned as the arena, and declares <NAME>_STATE_BYTES and `void <name>_reset(unsigned char
/// *state)`. ARENA_BYTES may be 0.
struct CompiledModel {
    std::string name;   ///< CompileOptions::name.
    std::string format; ///< "ONNX opset 13", "TFLite".
    std::vector<TensorInfo> inputs, outputs;
    std::vector<LayerInfo> layers; ///< In the order of execution.
    IoForm io = IoForm::Separate;
    int64_t arenaBytes = 0;
    int64_t arenaLowerBound = 0; ///< The largest set of bytes live at once.
    int64_t arenaAlign = 1;
    int64_t weightBytes = 0;
    int64_t stateBytes = 0; ///< 0: the model has no state.
    int64_t macs = 0;
    int64_t parameters = 0;
    /// `<name>.h`, `<name>.c`, `<name>_weights.*`, `report.json`; those of a build system come on top (Project.h). Files
    /// that end in .c or .S are compiled; what is named `<name>_weights.*` is not counted as code.
    std::vector<GeneratedFile> files;
    /// What the user should know of the result: "node 'name' (OpType): what is done; what that means".
    std::vector<std::string> notes;
};

/// Compiles the ONNX or TFLite model at `modelPath`. The error's message has the form
/// "MODEL: node 'name' (OpType): what is wrong; what to do", without the leading "barecc: error: ". Where the model
/// does not compile because values have to be known, `neededInputs` gets the names of the inputs that they are computed
/// from: with their values in CompileOptions::constants it may compile.
llvm::Expected<CompiledModel> compile(llvm::StringRef modelPath, const CompileOptions &options,
                                      std::vector<std::string> *neededInputs = nullptr);

} // namespace barecc
