#include "tools/barecc/Options.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/Names.h"
#include "compiler/driver/Progress.h"

#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace barecc;
namespace cl = llvm::cl;

namespace {

/// One of two words, as a value of an enumeration.
template <typename T>
llvm::Error parseChoice(llvm::StringRef option, llvm::StringRef text, llvm::StringRef firstWord, T first,
                        llvm::StringRef secondWord, T second, T &value)
{
    if (text != firstWord && text != secondWord)
        return usageFailure(option + ": '" + text + "' is not known; choose " + firstWord + " or " + secondWord);
    value = text == firstWord ? first : second;
    return llvm::Error::success();
}

/// "NAME=REST", split at the last '=': names may hold one.
llvm::Expected<std::pair<llvm::StringRef, llvm::StringRef>> splitAssignment(llvm::StringRef option,
                                                                            llvm::StringRef text, llvm::StringRef form)
{
    auto [name, value] = text.rsplit('=');
    if (name.empty() || value.empty())
        return usageFailure(option + ": '" + text + "' is not of the form " + form);
    return std::make_pair(name, value);
}

llvm::Error parseBudget(llvm::StringRef option, llvm::StringRef text, std::optional<int64_t> &budget)
{
    if (text.empty())
        return llvm::Error::success();
    llvm::Expected<int64_t> value = parseInteger(option, text, 0);
    if (!value)
        return value.takeError();
    budget = *value;
    return llvm::Error::success();
}

/// "nodes|nesting|...=n", which the option keeps for as long as it lives.
llvm::StringRef limitNames()
{
    static const std::string names =
        llvm::join(llvm::map_range(allLimits(), [](const LimitInfo &info) { return info.name; }), "|") + "=n";
    return names;
}

llvm::Error parseLimit(llvm::StringRef text, Limits &limits)
{
    auto assignment = splitAssignment("--limit", text, "NAME=N");
    if (!assignment)
        return assignment.takeError();
    const auto *info =
        llvm::find_if(allLimits(), [&](const LimitInfo &info) { return info.name == assignment->first; });
    if (info == allLimits().end())
        return unknownFailure("limit", assignment->first,
                              llvm::map_to_vector(allLimits(), [](const LimitInfo &info) { return info.name.str(); }));
    llvm::Expected<int64_t> value = parseInteger("--limit", assignment->second, 0);
    if (!value)
        return value.takeError();
    if (info->limit == Limit::Nesting && *value > mostNesting)
        return usageFailure("--limit: nesting can be " + llvm::Twine(mostNesting) + " at most");
    if (!limits.emplace(info->limit, *value).second)
        return usageFailure("--limit: '" + info->name + "' is given twice");
    return llvm::Error::success();
}

} // namespace

llvm::Expected<int64_t> barecc::parseInteger(llvm::StringRef option, llvm::StringRef text, int64_t least)
{
    int64_t value;
    if (text.getAsInteger(10, value) || value < least)
        return usageFailure(option + ": '" + text + "' is not a whole number from " + llvm::Twine(least) + " on");
    return value;
}

llvm::Expected<double> barecc::parseNumber(llvm::StringRef option, llvm::StringRef text)
{
    double value;
    if (text.getAsDouble(value) || !std::isfinite(value) || value < 0)
        return usageFailure(option + ": '" + text + "' is not a number from 0 on");
    return value;
}

ModelOptions::ModelOptions(cl::SubCommand &sub, llvm::StringRef weightsDefault)
    : model(cl::Positional, cl::desc("MODEL"), cl::sub(sub)),
      target("target", cl::desc("What to build for; see 'barecc targets' (default: host)"), cl::value_desc("name"),
             cl::init("host"), cl::sub(sub)),
      name("name", cl::desc("Prefix of the generated files and functions (default: from the model's file name)"),
           cl::value_desc("identifier"), cl::sub(sub)),
      optimize("optimize", cl::desc("What matters more (default: speed)"), cl::value_desc("speed|size"),
               cl::init("speed"), cl::sub(sub)),
      weights("weights", cl::desc("Weights as a C array or as a binary file (default: c for 'compile', else bin)"),
              cl::value_desc("c|bin"), cl::init(weightsDefault.str()), cl::sub(sub)),
      io("io", cl::desc("Inputs and outputs as arguments or inside the arena (default: separate)"),
         cl::value_desc("separate|arena"), cl::init("separate"), cl::sub(sub)),
      ram("ram", cl::desc("Most bytes of RAM that the model may take"), cl::value_desc("bytes"), cl::sub(sub)),
      flash("flash", cl::desc("Most bytes of flash that weights may take, and with 'compile' weights and code"),
            cl::value_desc("bytes"), cl::sub(sub)),
      signature("signature", cl::desc("Which signature of a TFLite model that has several"), cl::value_desc("name"),
                cl::sub(sub)),
      shapes("shape", cl::desc("Shape of an input that the model leaves open"), cl::value_desc("input=d0,d1,..."),
             cl::sub(sub)),
      dims("dim", cl::desc("Value of a dimension that the model leaves open"), cl::value_desc("name=value"),
           cl::sub(sub)),
      constants("constant", cl::desc("Value of an input that is to be known at compile time; it is no input then"),
                cl::value_desc("input=file.npy"), cl::sub(sub)),
      limits("limit",
             cl::desc("Raise or lower a limit on what compiling the model may take; docs/promises.md has them"),
             cl::value_desc(limitNames()), cl::sub(sub))
{
}

llvm::Expected<CompileOptions> ModelOptions::parse() const
{
    if (model.empty())
        return usageFailure("no model given; name an .onnx or .tflite file");
    llvm::Expected<Target> found = findTarget(target);
    if (!found)
        return found.takeError();
    CompileOptions options;
    options.target = *found;
    options.name = name.empty() ? nameFromPath(model) : name.getValue();
    if (!isCIdentifier(options.name) || options.name.front() == '_') // C keeps such names to itself
        return usageFailure("--name: '" + options.name +
                            "' is a word of C, or begins with no letter, or has more in it than letters, "
                            "digits and '_'; choose another");
    if (!isModelName(options.name))
        return usageFailure("--name: '" + options.name +
                            "' is also the name of a header or library of C, or of a target of CMake; choose another");

    if (llvm::Error error =
            parseChoice("--optimize", optimize, "speed", Optimize::Speed, "size", Optimize::Size, options.optimize))
        return std::move(error);
    if (llvm::Error error =
            parseChoice("--weights", weights, "c", WeightsForm::C, "bin", WeightsForm::Bin, options.weights))
        return std::move(error);
    if (llvm::Error error = parseChoice("--io", io, "separate", IoForm::Separate, "arena", IoForm::Arena, options.io))
        return std::move(error);
    if (llvm::Error error = parseBudget("--ram", ram, options.ram))
        return std::move(error);
    if (llvm::Error error = parseBudget("--flash", flash, options.flash))
        return std::move(error);

    if (signature.getNumOccurrences() > 0)
        options.signature = signature;
    for (const std::string &text : shapes) {
        auto assignment = splitAssignment("--shape", text, "INPUT=D0,D1,...");
        if (!assignment)
            return assignment.takeError();
        llvm::SmallVector<llvm::StringRef> parts;
        assignment->second.split(parts, ',');
        std::vector<int64_t> shape;
        for (llvm::StringRef part : parts) {
            llvm::Expected<int64_t> dimension = parseInteger("--shape", part, 0);
            if (!dimension)
                return dimension.takeError();
            shape.push_back(*dimension);
        }
        if (!elementCount(shape))
            return usageFailure("--shape: '" + text + "' is too large");
        if (!options.shapes.emplace(assignment->first.str(), shape).second)
            return usageFailure("--shape: '" + assignment->first + "' is given twice");
    }
    for (const std::string &text : dims) {
        auto assignment = splitAssignment("--dim", text, "NAME=V");
        if (!assignment)
            return assignment.takeError();
        llvm::Expected<int64_t> value = parseInteger("--dim", assignment->second, 0);
        if (!value)
            return value.takeError();
        if (!options.dims.emplace(assignment->first.str(), *value).second)
            return usageFailure("--dim: '" + assignment->first + "' is given twice");
    }
    for (const std::string &text : constants) {
        auto assignment = splitAssignment("--constant", text, "INPUT=FILE.npy");
        if (!assignment)
            return assignment.takeError();
        llvm::Expected<Tensor> value = readTensor(assignment->second);
        if (!value)
            return value.takeError();
        if (!options.constants.emplace(assignment->first.str(), std::move(*value)).second)
            return usageFailure("--constant: '" + assignment->first + "' is given twice");
    }
    for (const std::string &text : limits)
        if (llvm::Error error = parseLimit(text, options.limits))
            return std::move(error);
    return options;
}

llvm::Expected<Compilation> ModelOptions::compileModel() const
{
    llvm::Expected<CompileOptions> options = parse();
    if (!options)
        return options.takeError();
    return compileWithProgress(model, *options);
}

llvm::Expected<Compilation> barecc::compileWithProgress(llvm::StringRef path, const CompileOptions &options)
{
    llvm::Expected<CompiledModel> model = [&] {
        Progress progress("compiling " + path.str() + " for " + options.target.name);
        return compile(path, options);
    }();
    if (!model)
        return model.takeError();
    for (const std::string &text : model->notes)
        note(text);
    return Compilation{path.str(), options, std::move(*model)};
}

llvm::Expected<Program> barecc::buildWithProgress(const Compilation &compilation)
{
    const CompileOptions &options = compilation.options;
    Progress progress("building the generated C with " + options.target.compiler);
    llvm::Expected<Program> program = Program::build(compilation.model, options.target, options.optimize);
    if (!program)
        return failure(compilation.path + ": " + llvm::toString(program.takeError()));
    return program;
}

llvm::Expected<RunResult> barecc::runWithProgress(const Program &program, const Compilation &compilation,
                                                  const InputSet &inputs, int64_t timedRuns, size_t processor,
                                                  bool measureStack)
{
    Progress progress("running " + compilation.model.name + " for " + compilation.options.target.name);
    llvm::Expected<RunResult> result =
        program.run({&inputs.tensors, inputs.sequence, inputs.steps, timedRuns, processor, measureStack});
    if (!result)
        return failure(compilation.path + ": " + llvm::toString(result.takeError()));
    return result;
}
