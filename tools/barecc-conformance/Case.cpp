#include "tools/barecc-conformance/Case.h"
#include "tools/barecc-conformance/Bound.h"

#include "compiler/driver/Compile.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Inputs.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Toolchain.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace barecc;
namespace fs = llvm::sys::fs;

namespace {

constexpr rlim_t cpuSecondsLimit = 120;

using Shapes = std::map<std::string, std::vector<int64_t>>;

CaseResult failed(const llvm::Twine &reason) { return {Verdict::Failed, reason.str()}; }

CaseResult failed(llvm::Error error) { return failed(llvm::toString(std::move(error))); }

std::string inside(llvm::StringRef directory, llvm::StringRef name)
{
    llvm::SmallString<256> path(directory);
    llvm::sys::path::append(path, name);
    return path.str().str();
}

std::vector<std::string> dataSets(llvm::StringRef directory)
{
    std::vector<std::string> sets;
    std::error_code code;
    for (fs::directory_iterator entry(directory, code), end; entry != end && !code; entry.increment(code))
        if (llvm::sys::path::filename(entry->path()).starts_with("test_data_set_"))
            sets.push_back(entry->path());
    llvm::sort(sets);
    return sets;
}

/// The inputs of a model that are no initializers: recorded tensors are counted in their order.
std::vector<const onnx::ValueInfoProto *> inputsOf(const onnx::GraphProto &graph)
{
    std::set<std::string> initializers;
    for (const onnx::TensorProto &initializer : graph.initializer())
        initializers.insert(initializer.name());
    std::vector<const onnx::ValueInfoProto *> inputs;
    for (const onnx::ValueInfoProto &input : graph.input())
        if (!initializers.count(input.name()))
            inputs.push_back(&input);
    return inputs;
}

bool isOpen(const onnx::TypeProto::Tensor &type)
{
    return !type.has_shape() || llvm::any_of(type.shape().dim(), [](const auto &dim) { return !dim.has_dim_value(); });
}

/// The shapes that `dataSet` gives to the inputs that the model leaves open. What cannot be read here is left to the
/// importer to report.
Shapes shapesOfOpenInputs(const onnx::GraphProto &graph, llvm::StringRef dataSet)
{
    Shapes shapes;
    for (auto [index, input] : llvm::enumerate(inputsOf(graph))) {
        if (!input->type().has_tensor_type() || !isOpen(input->type().tensor_type()))
            continue;
        llvm::Expected<Tensor> tensor = readTensor(recordedFile(dataSet, "input_" + std::to_string(index)));
        if (tensor)
            shapes[input->name()] = tensor->shape;
        else
            llvm::consumeError(tensor.takeError());
    }
    return shapes;
}

/// Fixes those of the inputs `names` to what `dataSet` holds for them that are parameters: numbers and lists of
/// numbers. Returns whether there was one that was not fixed before.
bool fixInputs(const onnx::GraphProto &graph, const std::vector<std::string> &names, llvm::StringRef dataSet,
               CompileOptions &options)
{
    bool any = false;
    for (auto [index, input] : llvm::enumerate(inputsOf(graph))) {
        if (!llvm::is_contained(names, input->name()) || options.constants.count(input->name()))
            continue;
        llvm::Expected<Tensor> tensor = readTensor(recordedFile(dataSet, "input_" + std::to_string(index)));
        if (!tensor) {
            llvm::consumeError(tensor.takeError());
        } else if (tensor->shape.size() <= 1) {
            options.constants[input->name()] = std::move(*tensor);
            any = true;
        }
    }
    return any;
}

/// Compiles for one data set: its shapes where the model leaves them open, and where values have to be known that the
/// model takes as inputs, those of the data set.
llvm::Expected<CompiledModel> compileFor(llvm::StringRef path, const onnx::GraphProto &graph, llvm::StringRef dataSet,
                                         CompileOptions &options)
{
    options.shapes = shapesOfOpenInputs(graph, dataSet);
    options.constants.clear();
    for (;;) {
        std::vector<std::string> needed;
        llvm::Expected<CompiledModel> model = compile(path, options, &needed);
        if (model || !fixInputs(graph, needed, dataSet, options))
            return model;
        llvm::consumeError(model.takeError());
    }
}

/// Declares the inputs of closed shape as the data set has them: what is recorded rules, as in any runtime. Returns the
/// inputs whose declared shape was another.
std::vector<std::string> redeclareInputs(onnx::GraphProto &graph, llvm::StringRef dataSet)
{
    std::vector<std::string> redeclared;
    for (auto [index, input] : llvm::enumerate(inputsOf(graph))) {
        if (!input->type().has_tensor_type() || isOpen(input->type().tensor_type()))
            continue;
        llvm::Expected<Tensor> tensor = readTensor(recordedFile(dataSet, "input_" + std::to_string(index)));
        if (!tensor) {
            llvm::consumeError(tensor.takeError());
            continue;
        }
        std::vector<int64_t> declared;
        for (const auto &dim : input->type().tensor_type().shape().dim())
            declared.push_back(dim.dim_value());
        if (declared == tensor->shape)
            continue;
        for (onnx::ValueInfoProto &any : *graph.mutable_input()) {
            if (&any != input)
                continue;
            onnx::TensorShapeProto &shape = *any.mutable_type()->mutable_tensor_type()->mutable_shape();
            shape.Clear();
            for (int64_t extent : tensor->shape)
                shape.add_dim()->set_dim_value(extent);
        }
        redeclared.push_back(input->name());
    }
    return redeclared;
}

std::string quoted(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "'" : ", '") + name + "'";
    return text;
}

/// "with 'shape', 'axes' fixed", or nothing.
std::string noteOf(const CompileOptions &options)
{
    std::vector<std::string> names;
    names.reserve(options.constants.size());
    for (const auto &[name, value] : options.constants)
        names.push_back(name);
    return names.empty() ? "" : "with " + quoted(names) + " fixed";
}

/// A recorded tensor, of the type and shape that the model says. ONNX's folders hold bfloat16 as uint16.
llvm::Expected<Tensor> readAs(const TensorInfo &info, llvm::StringRef dataSet, llvm::StringRef stem)
{
    llvm::Expected<Tensor> tensor = readTensor(recordedFile(dataSet, stem));
    if (!tensor)
        return tensor.takeError();
    tensor->takeBitsAs(info.type);
    if (tensor->type != info.type || (info.shapeCName.empty() && tensor->shape != info.shape))
        return failure(stem + " is " + elementName(tensor->type) + " " + shapeToString(tensor->shape) + ", but '" +
                       displayName(info) + "' is " + elementName(info.type) + " " + shapeToString(info.shape));
    return tensor;
}

CaseResult runDataSet(const CompiledModel &model, const Program &program, llvm::StringRef caseName,
                      llvm::StringRef dataSet)
{
    std::string note;
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < model.inputs.size(); ++i) {
        llvm::Expected<Tensor> input =
            readAs(model.inputs[i], dataSet, "input_" + std::to_string(model.inputs[i].position));
        if (!input)
            return failed(input.takeError());
        inputs.push_back(std::move(*input));
    }
    llvm::Expected<RunResult> result = program.run({&inputs});
    if (!result)
        return failed(result.takeError());
    for (size_t i = 0; i < result->outputs.size(); ++i) {
        llvm::Expected<Tensor> reference = readAs(model.outputs[i], dataSet, "output_" + std::to_string(i));
        if (!reference)
            return failed(reference.takeError());
        const Tensor &output = result->outputs[i];
        const Bound bound = boundOf(caseName, output.type);
        Comparison comparison = compareTensors(output, *reference, bound.tolerance);
        if (!comparison.passed())
            return failed("output '" + displayName(model.outputs[i]) + "': " + describe(comparison, output.shape));
        note = bound.why.str();
    }
    return {Verdict::Passed, note};
}

} // namespace

CaseResult barecc::runCase(llvm::StringRef directory)
{
    const std::string path = inside(directory, "model.onnx");
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> file = readFile(path);
    if (!file)
        return failed(file.takeError());
    onnx::ModelProto proto;
    if (!proto.ParseFromArray((*file)->getBufferStart(), static_cast<int>((*file)->getBufferSize())))
        return failed("model.onnx is not an ONNX model");
    const std::vector<std::string> sets = dataSets(directory);
    if (sets.empty())
        return failed("there is no test_data_set_*");

    llvm::Expected<Target> target = findTarget("generic");
    if (!target)
        return failed(target.takeError());
    CompileOptions options;
    options.name = "model";
    options.target = *target;
    options.optimize = Optimize::Size; // the quickest to build

    std::vector<std::string> notes;
    auto note = [&](const std::string &text) {
        if (!text.empty() && !llvm::is_contained(notes, text))
            notes.push_back(text);
    };
    for (const std::string &set : sets) {
        onnx::ModelProto declared = proto;
        std::string source = path;
        llvm::Expected<TemporaryDirectory> aside = TemporaryDirectory::create();
        if (!aside)
            return failed(aside.takeError());
        if (std::vector<std::string> names = redeclareInputs(*declared.mutable_graph(), set); !names.empty()) {
            note("with the recorded shape of " + quoted(names));
            source = aside->file("model.onnx");
            if (llvm::Error error = writeFile(source, declared.SerializeAsString()))
                return failed(std::move(error));
        }
        llvm::Expected<CompiledModel> model = compileFor(source, declared.graph(), set, options);
        if (!model) {
            std::string why = llvm::toString(model.takeError());
            llvm::StringRef reason = why;
            reason.consume_front(source + ": ");
            return {reason.contains("please report it") ? Verdict::Failed : Verdict::Unsupported, reason.str()};
        }
        llvm::Expected<Program> program = Program::build(*model, options.target, options.optimize);
        if (!program)
            return failed(program.takeError());
        CaseResult result = runDataSet(*model, *program, llvm::sys::path::filename(directory), set);
        if (result.verdict != Verdict::Passed)
            return result;
        note(noteOf(options));
        note(result.reason);
    }
    return {Verdict::Passed, llvm::join(notes, "; ")};
}

CaseProcess CaseProcess::start(llvm::StringRef directory)
{
    CaseProcess started;
    int ends[2];
    if (pipe(ends) != 0)
        llvm::report_fatal_error("no pipe could be made");
    started.process = fork();
    if (started.process < 0)
        llvm::report_fatal_error("no process could be started");
    if (started.process != 0) {
        close(ends[1]);
        started.results = ends[0];
        return started;
    }

    // What a crash prints is told by its signal.
    close(ends[0]);
    if (int null = open("/dev/null", O_WRONLY); null >= 0) {
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
    }
    // Of processor time, and for each program that it starts too.
    const rlimit limit = {cpuSecondsLimit, cpuSecondsLimit + 1};
    setrlimit(RLIMIT_CPU, &limit);
    CaseResult result = runCase(directory);
    constexpr size_t pipeHolds = 4096; // less than any pipe, so that writing never waits
    std::string text = (llvm::Twine(static_cast<int>(result.verdict)) + result.reason).str().substr(0, pipeHolds);
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(written ? 0 : 1);
}

CaseResult CaseProcess::finish(int status)
{
    char buffer[4097];
    const ssize_t length = read(results, buffer, sizeof buffer);
    close(results);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return failed("not done after " + llvm::Twine(cpuSecondsLimit) + " s");
    if (WIFSIGNALED(status))
        return failed(std::string("barecc crashed: ") + strsignal(WTERMSIG(status)));
    if (length < 1)
        return failed("the process that ran the case ended without a result");
    llvm::StringRef text(buffer, static_cast<size_t>(length));
    return {static_cast<Verdict>(text.front() - '0'), text.drop_front().str()};
}
