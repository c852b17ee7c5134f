#include "compiler/driver/Toolchain.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Process.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace barecc {
extern const llvm::StringRef harnessSource; // harness.c, embedded by the build
}

using namespace barecc;
namespace path = llvm::sys::path;

/// No file of a model is called so, for their names are those of C.
static constexpr llvm::StringLiteral harnessFile = "barecc-harness.c";

namespace {

constexpr unsigned buildSecondsLimit = 1800;
constexpr unsigned runSecondsLimit = 3600;

const std::vector<std::string> strictFlags = {"-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"};

llvm::Error requireFeatures(const Target &target)
{
    if (!target.emulator.empty())
        return llvm::Error::success();
    for (const std::string &feature : target.features)
        if (!hostHasFeature(feature))
            return failure("target '" + target.name + "' needs a processor with " + feature +
                           ", which this machine lacks; choose another --target");
    return llvm::Error::success();
}

/// Adds the sizes of the code and constant sections of one object file. WebAssembly has one section for all data, which
/// in generated code are constants.
llvm::Error addCodeSize(llvm::StringRef file, CodeSize &size)
{
    llvm::Expected<llvm::object::OwningBinary<llvm::object::ObjectFile>> object =
        llvm::object::ObjectFile::createObjectFile(file);
    if (!object)
        return object.takeError();
    for (const llvm::object::SectionRef &section : object->getBinary()->sections()) {
        llvm::Expected<llvm::StringRef> name = section.getName();
        if (!name)
            return name.takeError();
        if (section.isText())
            size.text += section.getSize();
        else if (name->starts_with(".rodata") || *name == "DATA")
            size.rodata += section.getSize();
    }
    for (const llvm::object::SymbolRef &symbol : object->getBinary()->symbols()) {
        llvm::Expected<llvm::object::SymbolRef::Type> type = symbol.getType();
        llvm::Expected<llvm::StringRef> name = symbol.getName();
        if (!type || !name)
            return llvm::joinErrors(type.takeError(), name.takeError());
        if (*type == llvm::object::SymbolRef::ST_Function && object->getBinary()->isELF())
            size.functions.push_back(
                {name->split('.').first.str(), int64_t(llvm::object::ELFSymbolRef(symbol).getSize())});
    }
    return llvm::Error::success();
}

llvm::Expected<Tensor> readRaw(llvm::StringRef file, const TensorInfo &info, bool sequence, int64_t steps)
{
    Tensor tensor{info.type, info.shape, {}};
    if (sequence)
        tensor.shape.insert(tensor.shape.begin(), steps);
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer = readFile(file);
    if (!buffer)
        return buffer.takeError();
    llvm::StringRef bytes = (*buffer)->getBuffer();
    std::optional<int64_t> count = elementCount(tensor.shape);
    if (!count || bytes.size() != static_cast<uint64_t>(*count * elementBytes(info.type)))
        return failure(file + ": the program wrote " + llvm::Twine(bytes.size()) + " bytes for an output of shape " +
                       shapeToString(tensor.shape));
    tensor.bytes.assign(bytes.bytes_begin(), bytes.bytes_end());
    return tensor;
}

/// Cuts an output of bound `bound` down to the actual shape, which all steps have to have.
llvm::Error cutToShape(Tensor &output, const std::vector<int64_t> &bound, const Tensor &shapes)
{
    const size_t rank = bound.size();
    const int64_t steps = rank == 0 ? 1 : shapes.size() / static_cast<int64_t>(rank);
    std::vector<int64_t> shape(output.shape.begin(), output.shape.end() - static_cast<int64_t>(rank));
    for (size_t i = 0; i < static_cast<size_t>(shapes.size()); ++i) {
        const int64_t extent = llvm::support::endian::read64le(&shapes.bytes[8 * i]);
        if (extent < 0 || extent > bound[i % rank])
            return failure("the program wrote an actual extent of " + llvm::Twine(extent) + " where at most " +
                           llvm::Twine(bound[i % rank]) + " fit");
        if (i < rank)
            shape.push_back(extent);
        else if (extent != shape[shape.size() - rank + i % rank])
            return failure("an output whose size is computed has different sizes in different steps, which --sequence "
                           "cannot put into one array");
    }
    const size_t stride = output.bytes.size() / static_cast<size_t>(steps);
    const std::vector<int64_t> actual(shape.end() - static_cast<int64_t>(rank), shape.end());
    const size_t kept = static_cast<size_t>(*elementCount(actual) * elementBytes(output.type));
    std::vector<uint8_t> bytes;
    for (size_t step = 0; step < static_cast<size_t>(steps); ++step)
        bytes.insert(bytes.end(), output.bytes.data() + step * stride, output.bytes.data() + step * stride + kept);
    output.shape = shape;
    output.bytes = std::move(bytes);
    return llvm::Error::success();
}

/// A file of numbers, one a line.
llvm::Expected<std::vector<int64_t>> readNumbers(llvm::StringRef file)
{
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer = readFile(file);
    if (!buffer)
        return buffer.takeError();
    std::vector<int64_t> numbers;
    llvm::SmallVector<llvm::StringRef> lines;
    (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
    for (llvm::StringRef line : lines) {
        int64_t value;
        if (line.getAsInteger(10, value))
            return failure(file + ": not a number: " + line);
        numbers.push_back(value);
    }
    return numbers;
}

} // namespace

llvm::Expected<Program> Program::build(const CompiledModel &model, const Target &target, Optimize optimize)
{
    if (llvm::Error error = requireFeatures(target))
        return std::move(error);
    llvm::Expected<std::string> compiler = target.findCompiler();
    if (!compiler)
        return compiler.takeError();
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    if (!directory)
        return directory.takeError();

    std::vector<GeneratedFile> files = {{harnessFile.str(), harnessSource.str()},
                                        {"barecc-glue.h", harnessGlue(model)}};
    auto write = [&](const GeneratedFile &file) {
        return writeFile(directory->file(file.path), [&](llvm::raw_ostream &stream) { file.print(stream); });
    };
    for (const GeneratedFile &file : files)
        if (llvm::Error error = write(file))
            return std::move(error);
    for (const GeneratedFile &file : model.files)
        if (llvm::Error error = write(file))
            return std::move(error);

    std::vector<std::vector<std::string>> compilations;
    std::vector<std::string> objects, codeObjects;
    const std::string weights = model.name + "_weights";
    auto addSource = [&](llvm::StringRef source) {
        std::vector<std::string> command = {*compiler};
        if (source.ends_with(".c"))
            llvm::append_range(command, strictFlags);
        llvm::append_range(command, optimize == Optimize::Speed ? target.speedFlags : target.sizeFlags);
        llvm::append_range(command, target.archFlags);
        llvm::append_range(command, target.libraryFlags);
        // Which layer an instruction belongs to; the code is the same. Debian 12's linker fails on the relocations that
        // clang makes for a later form on RISC-V.
        if (!target.isTimed)
            command.push_back("-gdwarf-4");
        const std::string object = (source + ".o").str();
        llvm::append_range(command, std::vector<std::string>{"-c", source.str(), "-o", object});
        compilations.push_back(command);
        objects.push_back(object);
        if (source != harnessFile && path::stem(source) != weights)
            codeObjects.push_back(directory->file(object));
    };
    addSource(harnessFile);
    for (const GeneratedFile &file : model.files)
        if (llvm::StringRef(file.path).ends_with(".c") || llvm::StringRef(file.path).ends_with(".S"))
            addSource(file.path);

    if (llvm::Error error = runAll(compilations, "compiling the generated C with " + target.compiler, directory->path(),
                                   buildSecondsLimit))
        return std::move(error);
    std::vector<std::string> link = {*compiler};
    llvm::append_range(link, target.archFlags);
    llvm::append_range(link, target.libraryFlags);
    llvm::append_range(link, target.linkFlags);
    llvm::append_range(link, objects);
    llvm::append_range(link, std::vector<std::string>{"-o", "program", "-lm"});
    if (llvm::Error error = runAll({link}, "linking with " + target.compiler, directory->path(), buildSecondsLimit))
        return std::move(error);

    Program program(std::move(*directory), model, target);
    for (const std::string &object : codeObjects)
        if (llvm::Error error = addCodeSize(object, program.size))
            return std::move(error);
    return program;
}

llvm::Error Program::execute(const RunRequest &request, const TemporaryDirectory &data,
                             const std::vector<std::string> &emulatorArguments) const
{
    for (size_t i = 0; i < request.inputs->size(); ++i) {
        const std::vector<uint8_t> &bytes = (*request.inputs)[i].bytes;
        llvm::StringRef contents(reinterpret_cast<const char *>(bytes.data()), bytes.size());
        if (llvm::Error error = writeFile(data.file("in_" + std::to_string(i) + ".raw"), contents))
            return error;
    }
    llvm::Expected<std::vector<std::string>> command =
        target.commandToRun("./program",
                            {path::filename(data.path()).str(), std::to_string(request.steps),
                             std::to_string(request.timedRuns), request.measureStack ? "1" : "0"},
                            emulatorArguments, request.processor);
    if (!command)
        return command.takeError();
    return runAll({*command}, "running the generated program", directory.path(), runSecondsLimit);
}

llvm::Expected<RunResult> Program::run(const RunRequest &request,
                                       const std::vector<std::string> &emulatorArguments) const
{
    llvm::Expected<TemporaryDirectory> data = TemporaryDirectory::create(directory.path());
    if (!data)
        return data.takeError();
    if (llvm::Error error = execute(request, *data, emulatorArguments))
        return std::move(error);

    RunResult result;
    size_t files = 0;
    auto read = [&](const TensorInfo &info) {
        return readRaw(data->file("out_" + std::to_string(files++) + ".raw"), info, request.sequence, request.steps);
    };
    for (const TensorInfo &info : outputs) {
        llvm::Expected<Tensor> output = read(info);
        if (!output)
            return output.takeError();
        if (!info.shapeCName.empty()) {
            llvm::Expected<Tensor> shapes = read(shapeTensor(info));
            if (!shapes)
                return shapes.takeError();
            if (llvm::Error error = cutToShape(*output, info.shape, *shapes))
                return std::move(error);
        }
        result.outputs.push_back(std::move(*output));
    }
    if (request.timedRuns != 0) {
        llvm::Expected<std::vector<int64_t>> times = readNumbers(data->file("times.txt"));
        if (!times)
            return times.takeError();
        result.nanoseconds = std::move(*times);
    }
    if (const std::string file = data->file("stack.txt"); llvm::sys::fs::exists(file)) {
        llvm::Expected<std::vector<int64_t>> bytes = readNumbers(file);
        if (!bytes)
            return bytes.takeError();
        if (bytes->size() != 1)
            return failure(file + ": not one number");
        result.stackBytes = bytes->front();
    }
    return result;
}
