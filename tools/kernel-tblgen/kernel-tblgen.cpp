// TableGen backend: the records of compiler/kernel/KernelRecord.td as rows of a C++ table, which
// compiler/kernel/Registry.cpp includes.
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"

using namespace llvm;

/// Expressions see the names that KernelRecord.td promises.
static void printLambda(raw_ostream &os, StringRef result, StringRef expression)
{
    os << "     [](const KernelQuery &query) -> " << result << " {\n"
       << "         [[maybe_unused]] const window2d &w = query.window;\n"
       << "         [[maybe_unused]] const matmul &s = query.size;\n"
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

static bool printTable(raw_ostream &os, const RecordKeeper &records)
{
    const StringMap<std::string> transforms = printTransforms(os, records);
    os << "static const std::vector<KernelRecord> records = {\n";
    for (const Record *record : records.getAllDerivedDefinitions("Kernel")) {
        os << "    {\"" << record->getName() << "\", \"" << record->getValueAsString("op") << "\", \""
           << record->getValueAsString("type") << "\", \"" << record->getValueAsString("params") << "\",\n     {";
        for (const Record *feature : record->getValueAsListOfDefs("features"))
            os << '"' << feature->getValueAsString("name") << "\", ";
        os << "}, ";
        if (record->isValueUnset("weights"))
            os << "nullptr, ";
        else
            os << '&' << transforms.lookup(record->getValueAsDef("weights")->getValueAsString("object")) << ", ";
        os << (record->isValueUnset("requant") ? "std::nullopt"
                                               : record->getValueAsDef("requant")->getValueAsString("value"))
           << ", {";
        for (int64_t operand : record->getValueAsListOfInts("overlays"))
            os << operand << ", ";
        os << "}";
        for (const char *flag : {"unrolled", "strided"})
            os << (record->getValueAsBit(flag) ? ", true" : ", false");
        os << ", " << record->getValueAsInt("mr") << ",\n";
        printLambda(os, "bool", record->getValueAsString("when"));
        printLambda(os, "bool", record->getValueAsString("overlaysWhen"));
        printLambda(os, "double", record->getValueAsString("cost"));
        if (StringRef workspace = record->getValueAsString("workspace"); !workspace.empty())
            printLambda(os, "int64_t", workspace);
        else
            os << "     nullptr\n";
        os << "    },\n";
    }
    os << "};\n";
    return false;
}

int main(int argc, char **argv)
{
    InitLLVM init(argc, argv);
    cl::ParseCommandLineOptions(argc, argv);
    return TableGenMain(argv[0], printTable);
}
