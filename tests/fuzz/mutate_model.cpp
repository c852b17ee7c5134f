#include "tests/fuzz/mutate_model.h"
#include "tests/fuzz/mutate_onnx.h"
#include "tests/fuzz/mutate_tflite.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

size_t barecc::fuzz::mutateModel(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    if (seed % 16 != 0) {
        if (mutateTFLite(data, size, seed))
            return size;
        if (const size_t changed = mutateOnnx(data, size, most, seed))
            return changed;
    }
    return LLVMFuzzerMutate(data, size, most);
}
