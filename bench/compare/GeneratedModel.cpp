#include "bench/compare/GeneratedModel.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace bench {

GeneratedModel::GeneratedModel(const std::string &library)
{
    void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto symbol = [&](const char *name) {
        void *address = handle ? dlsym(handle, name) : nullptr;
        if (!address) {
            std::fprintf(stderr, "%s\n", dlerror());
            std::exit(1);
        }
        return address;
    };
    auto number = [&](const char *name) { return *static_cast<const size_t *>(symbol(name)); };
    entry = reinterpret_cast<void (*)(const float *, float *, unsigned char *)>(symbol("model_run"));
    inputCount = number("model_input_elements");
    outputCount = number("model_output_elements");
    const size_t align = number("model_arena_align"), bytes = number("model_arena_bytes");
    arena = static_cast<unsigned char *>(std::aligned_alloc(align, (bytes + align - 1) / align * align + align));
    if (!arena) {
        std::fprintf(stderr, "%s: no memory for the arena\n", library.c_str());
        std::exit(1);
    }
}

} // namespace bench
