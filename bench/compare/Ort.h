// One ONNX Runtime session with one float input called "input" and one float output called "output".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// Runs on the calling thread alone: one thread within and between operators, all graph optimisations, CPU provider.
/// An error ends the program with ONNX Runtime's message.
class OrtModel {
public:
    OrtModel(const std::string &library, const std::string &model, std::vector<float> &input,
             const std::vector<int64_t> &inputShape, std::vector<float> &output,
             const std::vector<int64_t> &outputShape);
    void run();
    static std::string version(const std::string &library);

private:
    void *session = nullptr, *inputValue = nullptr, *outputValue = nullptr;
};

} // namespace bench
