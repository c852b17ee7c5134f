// Giving addresses: rectangles of memory by time, packed into as little memory as possible.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace barecc::plan {

/// `bytes` in use from time `first` to time `last`, both included. `bytes` > 0, a multiple of the unit's alignment.
struct Extent {
    uint32_t first;
    uint32_t last;
    int64_t bytes;
};

/// What is placed as one: all extents of a unit start at the same address. A buffer has one extent; a chain of buffers
/// that are computed in place has one for each.
struct Unit {
    llvm::SmallVector<Extent, 1> extents;
    int64_t alignment = 1;
};

/// A unit that is in use at some moment together with this one, so that one must lie below the other.
struct Conflict {
    uint32_t other;
    /// Bytes that this unit needs free when the other lies above it: its largest extent that meets one of the other.
    int64_t own;
    /// The same for the other unit.
    int64_t others;
};

/// All conflicts of each unit, and the units' largest extents.
struct ConflictGraph {
    std::vector<int64_t> alignments;
    std::vector<int64_t> bytes;
    std::vector<std::vector<Conflict>> conflicts;

    size_t size() const { return bytes.size(); }
};

/// Nothing where there are more conflicts than are worth searching through.
std::optional<ConflictGraph> findConflicts(llvm::ArrayRef<Unit> units);

struct Placement {
    std::vector<int64_t> offsets;
    /// Largest end of a unit.
    int64_t peak;
    /// No placement of these units has a lower peak.
    bool isOptimal;
};

/// Places the units. `liveBytes` is the sum of the extents at each moment; no placement has a peak below its maximum,
/// and the search ends where a placement reaches it.
Placement place(llvm::ArrayRef<Unit> units, llvm::ArrayRef<int64_t> liveBytes);

/// Places each unit when it is used first, forwards or backwards in time, whichever takes less. For any number of units.
Placement placeInTime(llvm::ArrayRef<Unit> units);

/// Best of several greedy placements, then improved by moving forward the units that end too high (local search).
Placement placeGreedily(llvm::ArrayRef<Unit> units, const ConflictGraph &graph, llvm::ArrayRef<int64_t> liveBytes,
                        int64_t lowerBound);

/// Looks for placements with a lower peak than `best`, by branch and bound; takes over what it finds. Proves the
/// optimum if it ends within a fixed number of operations. For few units; does nothing for many.
void placeExactly(llvm::ArrayRef<Unit> units, const ConflictGraph &graph, int64_t lowerBound, Placement &best);

/// Lowers the peak of a placement by placing anew, exactly, a few units at a time that are in use around a moment at
/// which one ends too high (large neighbourhood search).
void improveByWindows(llvm::ArrayRef<Unit> units, const ConflictGraph &graph, llvm::ArrayRef<int64_t> liveBytes,
                      int64_t lowerBound, Placement &best);

} // namespace barecc::plan
