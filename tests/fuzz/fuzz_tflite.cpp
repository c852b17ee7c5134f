#include "tests/fuzz/fuzz_model.h"
#include "tests/fuzz/mutate_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return barecc::fuzz::importAndVerify(barecc::importTFLite, data, size);
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    return barecc::fuzz::mutateModel(data, size, most, seed);
}
