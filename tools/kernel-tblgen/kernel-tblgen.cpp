// TableGen backends for the records of kernels: kernels/*/kernels.td, kernels/params.td.
#include "tools/kernel-tblgen/Backends.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Main.h"

using namespace llvm;

static cl::opt<std::string> headers("headers", cl::value_desc("directory"),
                                    cl::desc("Write the C headers of params structs and kernels there"));

/// The output file gets the C++ table.
static bool run(raw_ostream &os, const RecordKeeper &records)
{
    if (!headers.empty())
        barecc::writeHeaders(headers, records);
    barecc::printRegistry(os, records);
    return false;
}

int main(int argc, char **argv)
{
    InitLLVM init(argc, argv);
    cl::ParseCommandLineOptions(argc, argv);
    return TableGenMain(argv[0], run);
}
