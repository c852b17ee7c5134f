// A fuzzer of the reader of .npy files: what it takes it writes so that it reads the same again.
#include "compiler/driver/Npy.h"

#include <cstdlib>

using namespace barecc;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    llvm::Expected<Tensor> tensor = parseNpy({reinterpret_cast<const char *>(data), size});
    if (!tensor) {
        llvm::consumeError(tensor.takeError());
        return 0;
    }
    const Tensor again = llvm::cantFail(parseNpy(formatNpy(*tensor)));
    if (again.shape != tensor->shape || again.bytes != tensor->bytes)
        std::abort();
    return 0;
}
