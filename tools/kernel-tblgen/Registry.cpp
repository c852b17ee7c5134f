// The kernels' records as rows of a C++ table, which kernelRecords() gives.
#include "tools/kernel-tblgen/Backends.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Main.h"

#include <set>

using namespace llvm;

namespace barecc {

/// Expressions see the names that KernelRecord.td promises.
static void printLambda(raw_ostream &os, StringRef result, StringRef expression)
{
    os << "     [](const KernelQuery &query) -> " << result << " {\n"
       << "         [[maybe_unused]] const window2d_params &w = query.window;\n"
       << "         [[maybe_unused]] const gemm_params &g = query.gemm;\n"
       << "         [[maybe_unused]] const int64_t rows = query.rows, depth = query.depth, macs = query.macs;\n"
       << "         [[maybe_unused]] const bool bias = query.bias, residual = query.residual;\n"
       << "         [[maybe_unused]] const bool weights_above_min = query.weightsAboveMin;\n"
       << "         [[maybe_unused]] const bool shifts_to_right = query.shiftsToRight;\n"
       << "         return " << expression << ";\n"
       << "     },\n";
}

/// One object for each transform of weights, by its expression.
static StringMap<std::string> printTransforms(raw_ostream &os, const RecordKeeper &records)
{
    StringMap<std::string> names;
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel")) {
        if (kernel->isValueUnset("weights"))
            continue;
        const StringRef object = kernel->getValueAsDef("weights")->getValueAsString("object");
        std::string &name = names[object];
        if (!name.empty())
            continue;
        name = "transform" + std::to_string(names.size());
        os << "static const " << object.take_until([](char c) { return c == '('; }) << ' ' << name
           << object.drop_until([](char c) { return c == '('; }) << ";\n";
    }
    return names;
}

/// Whether the params have a field of that path: "window.input_pixel_stride".
static bool hasField(const RecordKeeper &records, const Record &params, StringRef path)
{
    const auto [name, rest] = path.split('.');
    for (const Record *fields : params.getValueAsListOfDefs("fields"))
        if (is_contained(fields->getValueAsListOfStrings("names"), name))
            return rest.empty() || hasField(records, *records.getDef(fields->getValueAsString("type")), rest);
    return false;
}

/// Of the struct: numbers of four bytes, and structs.
static int64_t paramsBytes(const RecordKeeper &records, const Record &params)
{
    int64_t bytes = 0;
    for (const Record *fields : params.getValueAsListOfDefs("fields")) {
        const Record *nested = records.getDef(fields->getValueAsString("type"));
        bytes +=
            (nested ? paramsBytes(records, *nested) : 4) * int64_t(fields->getValueAsListOfStrings("names").size());
    }
    return bytes;
}

static bool isReference(const Record &kernel)
{
    return kernel.getValueAsListOfDefs("features").empty() && kernel.getValueAsString("when") == "true";
}

/// "conv2d int8_t int8_t": what a reference is the one of.
static std::string subjectOf(const Record &kernel)
{
    const std::vector<const Record *> operands = kernel.getValueAsListOfDefs("operands");
    std::string subject = kernel.getValueAsString("op").str();
    for (const Record *operand : {operands.front(), operands.back()})
        subject += (" " + operand->getValueAsDef("type")->getValueAsString("c")).str();
    return subject;
}

/// Ends the build where an operation has another number of references than one.
static void checkReferences(const RecordKeeper &records)
{
    StringMap<unsigned> count;
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel"))
        count[subjectOf(*kernel)] += isReference(*kernel);
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel"))
        if (const unsigned references = count[subjectOf(*kernel)]; references != 1)
            PrintFatalError(kernel, Twine(references) + " kernels without features and condition, which would be the "
                                                        "reference, instead of one");
}

/// Ends the build where a record contradicts itself.
static void check(const RecordKeeper &records, const Record &kernel)
{
    bool takesRequant = false;
    for (const Record *operand : kernel.getValueAsListOfDefs("operands")) {
        takesRequant |= operand->getValueAsDef("role")->getName() == "Requant";
        const StringRef stride = operand->getValueAsString("stride");
        if (!stride.empty() && !hasField(records, *kernel.getValueAsDef("params"), stride))
            PrintFatalError(&kernel, "the params have no field '" + stride + "'");
    }
    if (takesRequant == kernel.isValueUnset("requant"))
        PrintFatalError(&kernel, "requantisation words need a layout, and a layout needs them");
}

static void printOperands(raw_ostream &os, const Record &kernel)
{
    os << "     {";
    for (const Record *operand : kernel.getValueAsListOfDefs("operands"))
        os << "{Role::" << operand->getValueAsDef("role")->getName()
           << ", OperandType::" << operand->getValueAsDef("type")->getName() << ", \""
           << operand->getValueAsString("stride") << "\", " << (operand->getValueAsBit("optional") ? "true" : "false")
           << "}, ";
    os << "},\n";
}

/// The C headers of what expressions call.
static void printIncludes(raw_ostream &os, const RecordKeeper &records)
{
    std::set<StringRef> headers;
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel"))
        headers.insert(kernel->getValueAsString("workspaceHeader"));
    for (StringRef header : headers)
        if (!header.empty())
            os << "#include \"kernels/" << header << "\"\n";
}

/// The folder of kernels/ that the record and the kernel are in.
static StringRef folderOf(const Record &kernel)
{
    const unsigned file = SrcMgr.FindBufferContainingLoc(kernel.getLoc().front());
    return sys::path::filename(sys::path::parent_path(SrcMgr.getMemoryBuffer(file)->getBufferIdentifier()));
}

void printRegistry(raw_ostream &os, const RecordKeeper &records)
{
    checkReferences(records);
    printIncludes(os, records);
    os << "\nllvm::ArrayRef<barecc::KernelRecord> barecc::kernelRecords()\n{\n";
    const StringMap<std::string> transforms = printTransforms(os, records);
    os << "static const std::vector<KernelRecord> records = {\n";
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel")) {
        check(records, *kernel);
        os << "    {\"" << kernel->getName() << "\", \"" << folderOf(*kernel) << "\", \""
           << kernel->getValueAsString("op") << "\", \"" << kernel->getValueAsDef("params")->getName() << "\",\n";
        printOperands(os, *kernel);
        os << "     {";
        for (const Record *feature : kernel->getValueAsListOfDefs("features"))
            os << '"' << feature->getValueAsString("name") << "\", ";
        os << "}, ";
        if (kernel->isValueUnset("weights"))
            os << "nullptr, ";
        else
            os << '&' << transforms.lookup(kernel->getValueAsDef("weights")->getValueAsString("object")) << ", ";
        os << (kernel->isValueUnset("requant") ? "std::nullopt"
                                               : kernel->getValueAsDef("requant")->getValueAsString("value"))
           << ", {";
        for (const Record *role : kernel->getValueAsListOfDefs("inPlace"))
            os << "Role::" << role->getName() << ", ";
        os << "}, " << kernel->getValueAsInt("mr") << ", " << kernel->getValueAsInt("bytes") << ", "
           << paramsBytes(records, *kernel->getValueAsDef("params")) << ", "
           << (isReference(*kernel) ? "true" : "false") << ",\n";
        printLambda(os, "int64_t", kernel->getValueAsString("helperBytes"));
        printLambda(os, "int64_t", kernel->getValueAsString("layerBytes"));
        printLambda(os, "bool", kernel->getValueAsString("when"));
        printLambda(os, "bool", kernel->getValueAsString("inPlaceWhen"));
        printLambda(os, "double", kernel->getValueAsString("cost"));
        if (StringRef workspace = kernel->getValueAsString("workspace"); !workspace.empty())
            printLambda(os, "int64_t", workspace);
        else
            os << "     nullptr\n";
        os << "    },\n";
    }
    os << "};\nreturn records;\n}\n";
}

} // namespace barecc
