#include "bench/compare/Ort.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

// The npm package of ONNX Runtime has its library but not its header. The C interface is a table of functions to which
// every version only appends, so the few that are needed have fixed places in it.
namespace {

using Status = void *;

enum Function : size_t {
    GetErrorMessage = 2,
    CreateEnv = 3,
    CreateSession = 7,
    Run = 9,
    CreateSessionOptions = 10,
    SetSessionGraphOptimizationLevel = 23,
    SetIntraOpNumThreads = 24,
    SetInterOpNumThreads = 25,
    CreateTensorWithDataAsOrtValue = 49,
    CreateCpuMemoryInfo = 69
};
constexpr int enableAll = 99, warningLevel = 2, deviceAllocator = 0, defaultMemory = 0, floatElements = 1;
constexpr uint32_t interfaceVersion = 14;

struct ApiBase {
    void *const *(*getApi)(uint32_t version);
    const char *(*getVersionString)();
};

void *const *api;

[[noreturn]] void fail(const char *message)
{
    std::fprintf(stderr, "ONNX Runtime: %s\n", message);
    std::exit(1);
}

template <typename Signature> Signature *function(Function which) { return reinterpret_cast<Signature *>(api[which]); }

template <typename... Arguments> void call(Function which, Arguments... arguments)
{
    if (Status status = function<Status(Arguments...)>(which)(arguments...))
        fail(function<const char *(Status)>(GetErrorMessage)(status));
}

const ApiBase &load(const std::string &library)
{
    void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        fail(dlerror());
    auto *getApiBase = reinterpret_cast<const ApiBase *(*)()>(dlsym(handle, "OrtGetApiBase"));
    if (!getApiBase)
        fail("OrtGetApiBase is missing from the library");
    return *getApiBase();
}

const char *const inputNames[] = {"input"}, *const outputNames[] = {"output"};

} // namespace

namespace bench {

std::string OrtModel::version(const std::string &library) { return load(library).getVersionString(); }

OrtModel::OrtModel(const std::string &library, const std::string &model, std::vector<float> &input,
                   const std::vector<int64_t> &inputShape, std::vector<float> &output,
                   const std::vector<int64_t> &outputShape)
{
    api = load(library).getApi(interfaceVersion);
    if (!api)
        fail("the library does not offer the C interface that this program uses");
    void *environment = nullptr, *options = nullptr, *memory = nullptr;
    call(CreateEnv, warningLevel, "bench", &environment);
    call(CreateSessionOptions, &options);
    call(SetSessionGraphOptimizationLevel, options, enableAll);
    call(SetIntraOpNumThreads, options, 1);
    call(SetInterOpNumThreads, options, 1);
    call(CreateSession, environment, model.c_str(), options, &session);
    call(CreateCpuMemoryInfo, deviceAllocator, defaultMemory, &memory);
    auto tensor = [&](std::vector<float> &values, const std::vector<int64_t> &shape, void **value) {
        call(CreateTensorWithDataAsOrtValue, memory, static_cast<void *>(values.data()), values.size() * sizeof(float),
             shape.data(), shape.size(), floatElements, value);
    };
    tensor(input, inputShape, &inputValue);
    tensor(output, outputShape, &outputValue);
}

void OrtModel::run()
{
    const void *const inputs[] = {inputValue};
    call(Run, session, static_cast<const void *>(nullptr), inputNames, &inputs[0], size_t(1), outputNames, size_t(1),
         &outputValue);
}

} // namespace bench
