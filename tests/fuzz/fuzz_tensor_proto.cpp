// A fuzzer of the reader of ONNX tensors (.pb files): what it takes has as many bytes as its shape says.
#include "compiler/driver/TensorProto.h"

#include <cstdlib>

using namespace barecc;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    llvm::Expected<Tensor> tensor = parseTensorProto({reinterpret_cast<const char *>(data), size});
    if (!tensor) {
        llvm::consumeError(tensor.takeError());
        return 0;
    }
    const std::optional<int64_t> count = elementCount(tensor->shape);
    if (!count || tensor->bytes.size() != size_t(*count) * elementBytes(tensor->type))
        std::abort();
    return 0;
}
