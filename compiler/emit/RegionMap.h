// Places in a region of memory, by names.
#pragma once

#include "compiler/emit/c/Stmt.h"
#include "compiler/plan/MemoryPlan.h"

#include <string>

namespace barecc {

/// A part of a region. In the text its offset is a constant of this name, bytes from the start of the region.
struct RegionPart {
    std::string name;
    int64_t offset = 0, bytes = 0;
    bool isUsed = false; // whether the text has an address in it
};

/// "arena + conv2d_3_output + 64": the byte `offset` of a region, which lies in `part`. The part is used from now on.
c::Expr addressIn(const MemoryRegion &region, RegionPart &part, int64_t offset);

/// "const size_t conv2d_3_output = 0; /* 64 bytes, what it is */".
c::Stmt declarationOf(const RegionPart &part, const std::string &description);

} // namespace barecc
