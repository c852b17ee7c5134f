// barecc verify MODEL: compare outputs with recorded ones, or with what the plain C gives
#include "tools/barecc/Options.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Compare.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Inputs.h"
#include "compiler/driver/Message.h"

#include <algorithm>

using namespace barecc;
namespace cl = llvm::cl;

namespace {

/// Outputs of a compiled model, built once and run on one set of inputs, for each of the target's processors.
llvm::Expected<std::vector<std::vector<Tensor>>> runModel(const Compilation &compilation, const InputSet &inputs)
{
    llvm::Expected<Program> program = buildWithProgress(compilation);
    if (!program)
        return program.takeError();
    std::vector<std::vector<Tensor>> outputs;
    const size_t processors = std::max<size_t>(1, compilation.options.target.processors.size());
    for (size_t processor = 0; processor < processors; ++processor) {
        llvm::Expected<RunResult> result = runWithProgress(*program, compilation, inputs, /*timedRuns=*/0, processor);
        if (!result)
            return result.takeError();
        outputs.push_back(std::move(result->outputs));
    }
    return outputs;
}

class VerifyCommand : public Command {
public:
    VerifyCommand()
        : Command("verify", "Compare a model's outputs with recorded ones, or with those of the plain C"),
          options(subCommand, "bin"), data("data", cl::desc("Directory with input_N and output_N, .npy or .pb"),
                                           cl::value_desc("directory"), cl::sub(subCommand)),
          rtol("rtol", cl::desc("Relative tolerance of floating point (default: 1e-4)"), cl::value_desc("number"),
               cl::sub(subCommand)),
          atol("atol", cl::desc("Absolute tolerance (default: 1e-5 for floating point, 0 for integers)"),
               cl::value_desc("number"), cl::sub(subCommand)),
          sequence("sequence", cl::desc("Inputs and outputs have a leading step axis; the steps run on one state"),
                   cl::sub(subCommand))
    {
    }

    llvm::Error run() override
    {
        llvm::Expected<Tolerance> tolerance = parseTolerance();
        if (!tolerance)
            return tolerance.takeError();
        llvm::Expected<Compilation> compilation = options.compileModel();
        if (!compilation)
            return compilation.takeError();
        const CompiledModel &model = compilation->model;
        llvm::Expected<InputSet> inputs = data.empty()
                                              ? llvm::Expected<InputSet>(makePseudoRandomInputs(model, sequence))
                                              : readRecordedInputs(model, data, sequence);
        if (!inputs)
            return inputs.takeError();
        llvm::Expected<References> references =
            data.empty() ? runReference(*compilation, *inputs) : readReferences(model);
        if (!references)
            return references.takeError();
        llvm::Expected<std::vector<std::vector<Tensor>>> outputs = runModel(*compilation, *inputs);
        if (!outputs)
            return outputs.takeError();
        return compare(*compilation, *outputs, *references, *tolerance);
    }

private:
    /// One for each output; nothing where none is recorded.
    using References = std::vector<std::optional<Tensor>>;

    llvm::Expected<Tolerance> parseTolerance() const
    {
        Tolerance tolerance;
        for (auto [option, text, value] :
             {std::make_tuple("--rtol", &rtol, &tolerance.rtol), std::make_tuple("--atol", &atol, &tolerance.atol)}) {
            if (text->empty())
                continue;
            llvm::Expected<double> number = parseNumber(option, *text);
            if (!number)
                return number.takeError();
            *value = *number;
        }
        return tolerance;
    }

    llvm::Expected<References> readReferences(const CompiledModel &model) const
    {
        References references(model.outputs.size());
        bool any = false;
        for (size_t i = 0; i < references.size(); ++i) {
            std::string file = recordedFile(data, "output_" + std::to_string(model.outputs[i].position));
            if (file.empty()) {
                note("no recorded data for output '" + displayName(model.outputs[i]) + "'; it is not compared");
                continue;
            }
            llvm::Expected<Tensor> tensor = readTensor(file);
            if (!tensor)
                return tensor.takeError();
            tensor->takeBitsAs(model.outputs[i].type);
            references[i] = std::move(*tensor);
            any = true;
        }
        if (!any)
            return usageFailure(data + ": holds no output_0.npy or output_0.pb to compare with");
        return references;
    }

    /// The outputs of the same model as plain C that is made small: other kernels, other compiler flags.
    static llvm::Expected<References> runReference(const Compilation &compilation, const InputSet &inputs)
    {
        CompileOptions plain = compilation.options;
        if (plain.target.name == "generic" && plain.optimize == Optimize::Size)
            return usageFailure("no --data given, and target generic with --optimize size is what others are compared "
                                "with; give --data DIR or another target");
        llvm::Expected<Target> generic = findTarget("generic");
        if (!generic)
            return generic.takeError();
        note("no --data given; comparing with the same model compiled for generic with --optimize size");
        plain.target = *generic;
        plain.optimize = Optimize::Size;
        llvm::Expected<Compilation> reference = compileWithProgress(compilation.path, plain);
        if (!reference)
            return reference.takeError();
        llvm::Expected<std::vector<std::vector<Tensor>>> outputs = runModel(*reference, inputs);
        if (!outputs)
            return outputs.takeError();
        return References(outputs->front().begin(), outputs->front().end());
    }

    /// `outputs` are those of each of the target's processors.
    static llvm::Error compare(const Compilation &compilation, const std::vector<std::vector<Tensor>> &outputs,
                               const References &references, const Tolerance &tolerance)
    {
        const std::vector<std::string> &processors = compilation.options.target.processors;
        Table table;
        table.column("output");
        if (!processors.empty())
            table.column("processor");
        table.column("verdict");
        table.column("comparison");
        int64_t failed = 0, compared = 0;
        for (size_t run = 0; run < outputs.size(); ++run)
            for (size_t i = 0; i < references.size(); ++i) {
                if (!references[i])
                    continue;
                const Tensor &output = outputs[run][i];
                Comparison comparison = compareTensors(output, *references[i], tolerance);
                ++compared;
                failed += !comparison.passed();
                std::vector<std::string> row = {printable(displayName(compilation.model.outputs[i]), 40)};
                if (!processors.empty())
                    row.push_back(processors[run]);
                row.push_back(comparison.passed() ? "ok" : "DIFFERS");
                row.push_back(describe(comparison, output.shape));
                table.row(row);
            }
        table.print(llvm::outs());
        llvm::outs().flush();
        if (failed == 0)
            return llvm::Error::success();
        return failure(compilation.path + ": " + llvm::Twine(failed) + " of " + llvm::Twine(compared) +
                       " outputs differ; the table says where");
    }

    ModelOptions options;
    cl::opt<std::string> data, rtol, atol;
    cl::opt<bool> sequence;
};

} // namespace

std::unique_ptr<Command> barecc::makeVerifyCommand() { return std::make_unique<VerifyCommand>(); }
