// TableGen backend: the records of compiler/select/KernelRecord.td as rows of a C++ table, which
// compiler/select/Registry.cpp includes.
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"

using namespace llvm;

/// Expressions see the names that KernelRecord.td promises.
static void printLambda(raw_ostream &os, StringRef result, StringRef expression)
{
    os << "     [](const Problem &problem) -> " << result << " {\n"
       << "         [[maybe_unused]] const window2d &w = problem.window;\n"
       << "         [[maybe_unused]] const matmul &s = problem.size;\n"
       << "         [[maybe_unused]] const int64_t rows = problem.rows, depth = problem.depth, macs = problem.macs;\n"
       << "         [[maybe_unused]] const bool bias = problem.bias, residual = problem.residual;\n"
       << "         [[maybe_unused]] const bool narrow = problem.narrow, shifted = problem.shifted;\n"
       << "         return " << expression << ";\n"
       << "     },\n";
}

static bool printTable(raw_ostream &os, const RecordKeeper &records)
{
    for (const Record *record : records.getAllDerivedDefinitions("Kernel")) {
        os << "    {\"" << record->getName() << "\", \"" << record->getValueAsString("op") << "\", \""
           << record->getValueAsString("type") << "\", \"" << record->getValueAsString("params") << "\",\n     {";
        for (StringRef feature : record->getValueAsListOfStrings("features"))
            os << '"' << feature << "\", ";
        os << "}, \"" << record->getValueAsString("packing") << "\", {";
        for (int64_t operand : record->getValueAsListOfInts("overlays"))
            os << operand << ", ";
        os << "}";
        for (const char *flag : {"folded", "large", "strided"})
            os << (record->getValueAsBit(flag) ? ", true" : ", false");
        os << ", \"" << record->getValueAsString("lanes") << "\", "
           << record->getValueAsInt("pixels") << ",\n";
        printLambda(os, "bool", record->getValueAsString("when"));
        printLambda(os, "bool", record->getValueAsString("overlaysWhen"));
        printLambda(os, "double", record->getValueAsString("cost"));
        if (StringRef workspace = record->getValueAsString("workspace"); !workspace.empty())
            printLambda(os, "int64_t", workspace);
        else
            os << "     nullptr\n";
        os << "    },\n";
    }
    return false;
}

int main(int argc, char **argv)
{
    InitLLVM init(argc, argv);
    cl::ParseCommandLineOptions(argc, argv);
    return TableGenMain(argv[0], printTable);
}
