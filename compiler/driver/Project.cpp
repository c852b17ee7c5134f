#include "compiler/driver/Project.h"

#include "compiler/driver/Message.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace barecc;

namespace {

/// A file of projects/, embedded by the build.
struct EmbeddedFile {
    const char *path, *begin, *end;
};
#include "compiler/driver/ProjectTemplates.inc"

llvm::StringRef textOf(const EmbeddedFile &file) { return {file.begin, size_t(file.end - file.begin)}; }

llvm::StringRef templateText(llvm::StringRef path)
{
    return textOf(*llvm::find_if(embeddedFiles, [&](const EmbeddedFile &file) { return file.path == path; }));
}

/// What the placeholders of a template stand for. A line is written once for each value of its placeholders, so not at
/// all where one has none; one value goes with all values of another.
using Values = llvm::StringMap<std::vector<std::string>>;

/// The name of the placeholder "@NAME@" that `text` begins with, or "".
llvm::StringRef placeholderAt(llvm::StringRef text)
{
    if (!text.consume_front("@"))
        return "";
    llvm::StringRef name = text.take_while([](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
    return text.drop_front(name.size()).starts_with("@") ? name : "";
}

std::string expandLine(llvm::StringRef line, const Values &values, size_t repetition)
{
    std::string text;
    while (!line.empty()) {
        const llvm::StringRef name = placeholderAt(line);
        if (name.empty()) {
            text += line.front();
            line = line.drop_front();
        } else {
            const std::vector<std::string> &list = values.at(name);
            text += list[list.size() == 1 ? 0 : repetition];
            line = line.drop_front(name.size() + 2);
        }
    }
    return text;
}

size_t repetitions(llvm::StringRef line, const Values &values)
{
    size_t most = 1;
    for (size_t at = line.find('@'); at != llvm::StringRef::npos; at = line.find('@', at)) {
        const llvm::StringRef name = placeholderAt(line.substr(at));
        at += name.empty() ? 1 : name.size() + 2;
        if (name.empty())
            continue;
        const size_t count = values.at(name).size();
        if (count == 0)
            return 0;
        most = std::max(most, count);
    }
    return most;
}

std::string expand(llvm::StringRef text, const Values &values)
{
    std::string expanded;
    llvm::SmallVector<llvm::StringRef> lines;
    text.rtrim('\n').split(lines, '\n');
    for (llvm::StringRef line : lines)
        for (size_t i = 0, count = repetitions(line, values); i < count; ++i)
            expanded += expandLine(line, values, i) + "\n";
    return expanded;
}

std::vector<std::string> onlyIf(bool condition, const std::string &value = "")
{
    return condition ? std::vector<std::string>{value} : std::vector<std::string>{};
}

/// The tensors of the model, for a program that calls it.
void addTensors(Values &values, const CompiledModel &model)
{
    std::vector<std::string> arguments;
    auto add = [&](llvm::StringRef role, const TensorInfo &tensor) {
        values[role].push_back(tensor.cName);
        values[(role + "_UPPER").str()].push_back(llvm::StringRef(tensor.cName).upper());
        values[(role + "_TYPE").str()].push_back(elementCType(tensor.type).str());
        arguments.push_back((role.lower() + "_" + tensor.cName));
    };
    for (llvm::StringRef list :
         {"INPUT", "INPUT_UPPER", "INPUT_TYPE", "OUTPUT", "OUTPUT_UPPER", "OUTPUT_TYPE", "SHAPE", "SHAPE_RANK"})
        values[list] = {};
    for (const TensorInfo &input : model.inputs)
        add("INPUT", input);
    for (const TensorInfo &output : model.outputs) {
        add("OUTPUT", output);
        if (output.shapeCName.empty())
            continue;
        values["SHAPE"].push_back(output.shapeCName);
        values["SHAPE_RANK"].push_back(std::to_string(std::max<size_t>(output.shape.size(), 1)));
        arguments.push_back("output_" + output.shapeCName);
    }
    if (model.io == IoForm::Arena)
        arguments.clear();
    arguments.push_back("arena");
    if (model.stateBytes)
        arguments.push_back("state");
    values["ARGUMENTS"] = {llvm::join(arguments, ", ")};
    values["IF_SEPARATE"] = onlyIf(model.io == IoForm::Separate);
    values["IF_IN_ARENA"] = onlyIf(model.io == IoForm::Arena);
    values["IF_STATE"] = onlyIf(model.stateBytes > 0);
}

/// The compiler and the flags of the target.
void addToolchain(Values &values, const CompileOptions &options)
{
    const Target &target = options.target;
    llvm::StringRef prefix = target.compiler;
    const bool isGcc = prefix.consume_back("gcc");
    values["CROSS_COMPILE"] = {isGcc ? prefix.str() : ""};
    values["CC"] = {isGcc ? "$(CROSS_COMPILE)gcc" : target.compiler};
    values["AR"] = {isGcc ? "$(CROSS_COMPILE)ar" : "llvm-ar-22"};
    values["TARGET"] = {target.name};
    values["ARCH_FLAGS"] = {llvm::join(target.archFlags, " ")};
    const std::vector<std::string> &flags = options.optimize == Optimize::Size ? target.sizeFlags : target.speedFlags;
    std::vector<std::string> common, gcc;
    for (const std::string &flag : flags)
        (llvm::is_contained(target.gccSpeedFlags, flag) ? gcc : common).push_back(flag);
    values["FLAGS"] = {llvm::join(common, " ")};
    values["GCC_FLAGS"] = onlyIf(!gcc.empty(), llvm::join(gcc, " "));
    values["IF_GCC_FLAGS"] = onlyIf(!gcc.empty());
    values["PRAGMA_FLAGS"] = {llvm::join(flags, ",")};
    values["CORE"] = target.cmsisCores;
}

Values valuesOf(const ProjectKind &kind, const CompiledModel &model, const CompileOptions &options)
{
    const bool isBinary = options.weights == WeightsForm::Bin;
    const std::string weights = model.name + "_weights";
    Values values;
    values["NAME"] = {model.name};
    values["UPPER"] = {llvm::StringRef(model.name).upper()};
    values["VERSION"] = {BARECC_VERSION};
    values["SOURCE_DIRECTORY"] = {kind.sourceDirectory.str()};
    values["INCLUDE_DIRECTORY"] = {kind.sourceDirectory.empty() ? "." : kind.sourceDirectory.rtrim('/').str()};
    values["LANGUAGES"] = {isBinary ? "C ASM" : "C"};
    values["WEIGHTS"] = {weights + (isBinary ? ".S" : ".c")};
    values["WEIGHT_FILES"] = {isBinary ? weights + ".S " + weights + ".bin" : weights + ".c"};
    values["BINARY"] = onlyIf(isBinary, weights + ".bin");
    values["IF_BINARY"] = onlyIf(isBinary);
    addToolchain(values, options);
    addTensors(values, model);
    values["STATIC_LIBRARY"] = {llvm::StringRef(expand(templateText("cmake/CMakeLists.txt"), values)).rtrim().str()};
    return values;
}

} // namespace

const std::vector<ProjectKind> &barecc::allProjects()
{
    // The limits: an Arduino sketch's and a CMSIS component's names.
    // clang-format off
    static const std::vector<ProjectKind> kinds = {
        {"cmake", "", true},
        {"make", "", true},
        {"zephyr", ""},
        {"arduino", "src/", false, 63, true},
        {"esp-idf", ""},
        {"cmsis-pack", "", false, 32, true},
    };
    // clang-format on
    return kinds;
}

llvm::Expected<ProjectKind> barecc::findProject(llvm::StringRef name)
{
    std::vector<std::string> known;
    for (const ProjectKind &kind : allProjects()) {
        if (kind.name == name)
            return kind;
        known.push_back(kind.name.str());
    }
    return unknownFailure("project", name, known);
}

llvm::Error barecc::checkProject(const ProjectKind &kind, const CompileOptions &options)
{
    auto isFor = [&](const Target &target) { return kind.isForAll || llvm::is_contained(target.projects, kind.name); };
    if (!isFor(options.target)) {
        std::vector<std::string> targets;
        for (const Target &target : allTargets())
            if (isFor(target))
                targets.push_back(target.name);
        return usageFailure("--project " + kind.name + ": target '" + options.target.name +
                            "' is not for it; choose --target " + llvm::join(targets, ", "));
    }
    if (kind.flagsInSource && options.weights == WeightsForm::Bin)
        return usageFailure("--project " + kind.name + ": weights have to be C there; leave out --weights bin");
    if (kind.longestName && options.name.size() > kind.longestName)
        return usageFailure("--project " + kind.name + ": '" + options.name +
                            "' is no name there; give another with --name, of at most " +
                            llvm::Twine(kind.longestName) + " characters");
    return llvm::Error::success();
}

std::vector<GeneratedFile> barecc::projectFiles(const ProjectKind &kind, CompiledModel &model,
                                                const CompileOptions &options)
{
    const Values values = valuesOf(kind, model, options);
    std::vector<GeneratedFile> files = std::move(model.files);
    for (GeneratedFile &file : files) {
        const bool isReport = file.path == "report.json";
        const bool needsFlags = kind.flagsInSource && file.path == model.name + ".c";
        file.path = (isReport ? "" : kind.sourceDirectory.str()) + file.path;
        if (needsFlags)
            file.contents.insert(0, expand(templateText("compiler_flags.c"), values) + "\n");
    }
    bool hasBuildFile = false;
    for (const EmbeddedFile &file : embeddedFiles) {
        auto [folder, path] = llvm::StringRef(file.path).split('/');
        if (folder != kind.name)
            continue;
        files.push_back({expandLine(path, values, 0), expand(textOf(file), values)});
        hasBuildFile |= path == "CMakeLists.txt";
    }
    if (!hasBuildFile)
        files.push_back({"CMakeLists.txt", expand(templateText("cmake/CMakeLists.txt"), values)});
    return files;
}
