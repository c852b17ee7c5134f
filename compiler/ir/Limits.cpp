#include "compiler/ir/Limits.h"

#include "llvm/ADT/STLExtras.h"

namespace barecc {

llvm::ArrayRef<LimitInfo> allLimits()
{
    // An ONNX node takes 16 bytes of a file at least. Folding evaluates some 30 million points a second, and takes a
    // weight through some steps: to floats, transposed, scaled. Files that stand for a network's topology have all its
    // weights as ConstantOfShape, those of VGG19 550 MiB.
    static constexpr LimitInfo all[] = {
        {Limit::Nodes, "nodes", "nodes, with functions, subgraphs and unrolled loops in place", 10'000, 128},
        {Limit::Nesting, "nesting", "functions or subgraphs inside each other", 200, 0},
        {Limit::WeightBytes, "weight-bytes", "bytes of constants", int64_t(640) << 20, 64 * 1024},
        {Limit::ConstantBytes, "constant-bytes", "bytes of constants computed or written out at compile time",
         int64_t(1) << 26, 64 * 1024},
        {Limit::FoldedPoints, "folded-points", "elements computed at compile time", int64_t(1) << 24, 64 * 1024},
        {Limit::FileBytes, "file-bytes", "bytes in one file", int64_t(1) << 33, 0},
    };
    return all;
}

int64_t limitOf(Limit limit, const Limits &given, int64_t fileBytes)
{
    if (auto set = given.find(limit); set != given.end())
        return set->second;
    const LimitInfo &info = allLimits()[unsigned(limit)];
    return info.base + fileBytes / 1024 * info.perKiB + fileBytes % 1024 * info.perKiB / 1024;
}

std::optional<int64_t> tensorElements(llvm::ArrayRef<int64_t> shape)
{
    constexpr int64_t most = int64_t(1) << 29;
    // What walks over axes may call itself for each, and the generated C has a loop inside the other.
    constexpr size_t mostAxes = 64;
    if (shape.size() > mostAxes)
        return std::nullopt;
    int64_t elements = 1;
    for (int64_t extent : shape) {
        if (extent < 0 || extent > most)
            return std::nullopt;
        elements *= std::max<int64_t>(extent, 1);
        if (elements > most)
            return std::nullopt;
    }
    return llvm::is_contained(shape, 0) ? 0 : elements;
}

} // namespace barecc
