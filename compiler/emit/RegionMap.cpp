#include "compiler/emit/RegionMap.h"

namespace barecc {

c::Expr addressIn(const MemoryRegion &region, RegionPart &part, int64_t offset)
{
    part.isUsed = true;
    return c::sum(c::binary(c::Operator::Add, c::Atom::name(region.name), c::Atom::name(part.name)),
                  c::Atom::literal(offset - part.offset));
}

c::Stmt declarationOf(const RegionPart &part, const std::string &description)
{
    return c::Declaration{"const size_t", part.name, c::Atom::literal(part.offset), std::nullopt,
                          std::to_string(part.bytes) + (part.bytes == 1 ? " byte, " : " bytes, ") + description};
}

} // namespace barecc
