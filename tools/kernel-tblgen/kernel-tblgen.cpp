// TableGen backends for the records of kernels: kernels/*/kernels.td, kernels/params.td.
#include "tools/kernel-tblgen/Backends.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/TableGen/Main.h"

using namespace llvm;

enum class Backend { Registry, Enums, Params };
static cl::opt<Backend> backend(cl::values(clEnumValN(Backend::Registry, "gen-registry", "The table of kernels"),
                                           clEnumValN(Backend::Enums, "gen-enums", "Roles and element types"),
                                           clEnumValN(Backend::Params, "gen-params", "Params structs as attributes")));
static cl::opt<std::string> headers("headers", cl::value_desc("directory"),
                                    cl::desc("Write the C headers of params structs and kernels there"));

static bool run(raw_ostream &os, const RecordKeeper &records)
{
    if (!headers.empty())
        barecc::writeHeaders(headers, records);
    switch (backend) {
    case Backend::Registry: barecc::printRegistry(os, records); break;
    case Backend::Enums: barecc::printEnums(os, records); break;
    case Backend::Params: barecc::printParams(os, records); break;
    }
    return false;
}

int main(int argc, char **argv)
{
    InitLLVM init(argc, argv);
    cl::ParseCommandLineOptions(argc, argv);
    return TableGenMain(argv[0], run);
}
