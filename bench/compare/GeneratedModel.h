// A model that barecc generated, built into a shared library by compare.sh (model_library.c).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

class GeneratedModel {
public:
    explicit GeneratedModel(const std::string &library);
    size_t inputElements() const { return inputCount; }
    size_t outputElements() const { return outputCount; }
    void run(const float *input, float *output) { entry(input, output, arena); }

private:
    void (*entry)(const float *, float *, unsigned char *) = nullptr;
    size_t inputCount = 0, outputCount = 0;
    unsigned char *arena = nullptr;
};

} // namespace bench
