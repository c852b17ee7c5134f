// Where in the block that a model keeps from one run to the next its states lie, by names.
#pragma once

#include "compiler/emit/Names.h"
#include "compiler/emit/RegionMap.h"

namespace barecc {

/// The states of a model: "state_1", "state_2" ... in their order. In the text these are constants, as the parts of
/// the arena are.
class StateMap {
public:
    /// `program` has the names that the function's own must not hide.
    StateMap(const MemoryPlan &plan, const Names &program);

    /// Where an operand begins that lies in state number `state`, at so many bytes from the start of the block.
    c::Expr address(unsigned state, int64_t offset);
    /// Where a state begins.
    c::Expr address(unsigned state) { return address(state, parts[state].offset); }

    /// The constants that were asked for.
    c::Block declarations() const;

private:
    const MemoryPlan &plan;
    std::vector<RegionPart> parts;
};

} // namespace barecc
