// What a model may ask of the compiler. A file is untrusted: some bytes of it must not become gigabytes or hours, so
// what can be multiplied (by functions that call each other, by shapes, by folding) is counted, and the limits grow with
// the size of the model's files. All counts are of things, not of seconds: the same model compiles on every machine.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <optional>

namespace barecc {

enum class Limit : unsigned { Nodes, Nesting, WeightBytes, ConstantBytes, FoldedPoints, FileBytes };
inline constexpr size_t limitCount = 6;

/// What --limit nesting can be raised to: each level takes a part of the stack.
inline constexpr int64_t mostNesting = 1000;

/// A limit's default is `base` and `perKiB` more for each 1024 bytes of the model's files.
struct LimitInfo {
    Limit limit;
    llvm::StringRef name;    // as --limit has it
    llvm::StringRef meaning; // "nodes, with functions, subgraphs and unrolled loops in place"
    int64_t base, perKiB;
};

/// In the order of the enumeration.
llvm::ArrayRef<LimitInfo> allLimits();

/// Those that the person set.
using Limits = std::map<Limit, int64_t>;

/// The limit of a model whose files have so many bytes.
int64_t limitOf(Limit limit, const Limits &given, int64_t fileBytes);

/// Elements of a tensor of this shape; nothing where an extent is negative, or there would be more than 2^29, which no
/// device holds that C is written for, or there are more than 64 axes. Zeros do not hide extents that are too large.
std::optional<int64_t> tensorElements(llvm::ArrayRef<int64_t> shape);

} // namespace barecc
