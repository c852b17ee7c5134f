// A fuzzer of the whole compiler: whatever bytes it is given as a model, it makes the text of C files or says what is wrong,
// and never that the fault is its own.
#include "tests/fuzz/mutate_model.h"

#include "compiler/driver/Compile.h"

#include "llvm/ADT/StringRef.h"

#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

using namespace barecc;

/// Any target, for speed or for size, by the bytes of the model.
static CompileOptions optionsFor(const uint8_t *data, size_t size)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < size; ++i)
        sum = sum * 31 + data[i];
    CompileOptions options;
    options.name = "model";
    options.target = allTargets()[sum % allTargets().size()];
    options.optimize = sum / allTargets().size() % 2 ? Optimize::Size : Optimize::Speed;
    return options;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int file = memfd_create("model", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != ssize_t(size))
        std::abort();
    llvm::Expected<CompiledModel> model = compile("/proc/self/fd/" + std::to_string(file), optionsFor(data, size));
    close(file);
    if (!model) {
        const std::string error = llvm::toString(model.takeError());
        if (error.empty() || llvm::StringRef(error).contains("report it")) {
            std::fprintf(stderr, "%s\n", error.c_str());
            std::abort();
        }
        return 0;
    }
    for (const GeneratedFile &file : model->files)
        file.print(llvm::nulls());
    return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return barecc::fuzz::mutateModel(data, size, most, seed);
}
