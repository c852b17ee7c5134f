// Where what a function computes lies in its arena, by names.
#pragma once

#include "compiler/emit/Names.h"
#include "compiler/emit/RegionMap.h"

#include <map>
#include <string>
#include <vector>

namespace barecc {

/// The buffers of one function's arena. Each has the name of the step that writes it first ("conv2d_3_output"), or of
/// an input the one that reads it; and so has what a step uses while it runs ("conv2d_3_workspace"). In the text these
/// are constants, bytes from the start of the arena, whose declarations are a map of it.
class ArenaMap {
public:
    /// `program` has the names that the function's own must not hide, and has to outlive them.
    ArenaMap(const FunctionPlan &plan, const Names &program);

    /// Where an operand begins.
    c::Expr address(const BufferPlace &place);
    /// Where begins what a call of the plan uses while it runs.
    c::Expr workspace(size_t call);

    /// The constants that were asked for, by steps.
    c::Block declarations() const;

private:
    struct Part : RegionPart {
        size_t firstStep = 0, lastStep = 0;
        std::string holds; // a type and shape, but for a workspace
    };

    void add(const BufferPlace &place, mlir::Value value, size_t step, const char *role);

    const MemoryRegion &arena;
    Names names;
    const std::vector<std::string> steps;
    std::map<unsigned, Part> buffers; // by their number in the plan
    std::vector<Part> workspaces;     // by call
};

} // namespace barecc
