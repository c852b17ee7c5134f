#include "tests/fuzz/fuzz_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return barecc::fuzz::importAndVerify(barecc::importOnnx, data, size);
}
