// Exact search for a placement of a few units below a given height, the others staying where they are.
//
// After Moffitt, "MiniMalloc: A Lightweight Memory Allocator for Hardware-Accelerated Machine Learning" (2023),
// extended by obstacles. Every placement can be pushed down until no unit can move any lower, and then be built by
// adding units in the order of their offsets: each goes to the lowest offset above all units added before that it
// meets, dodging the obstacles. So one number a moment, the top of what is placed, describes a partial placement.
#pragma once

#include "compiler/plan/Place.h"

namespace barecc::plan {

class BranchAndBound {
public:
    enum class Outcome { Found, Impossible, GaveUp };

    /// The units `movable` are to be placed; the others are obstacles at their places in `offsets`.
    BranchAndBound(llvm::ArrayRef<Unit> units, const ConflictGraph &graph, llvm::ArrayRef<uint32_t> movable,
                   llvm::ArrayRef<int64_t> offsets);

    /// Looks for places that end at `capacity` or below. Takes from `effort`, and gives up when it is used up; each
    /// node of the search costs units times moments.
    Outcome run(int64_t capacity, int64_t &effort);

    /// The places found, in the order of `movable`.
    llvm::ArrayRef<int64_t> offsets() const { return placedAt; }

private:
    struct Candidate {
        int64_t offset;
        uint32_t item;
    };
    /// A range of addresses.
    struct Span {
        int64_t begin;
        int64_t end;
    };
    /// A movable unit.
    struct Item {
        /// Its moments (indices), and what it takes there.
        llvm::SmallVector<std::pair<uint32_t, int64_t>, 8> needs;
        int64_t bytes;
        int64_t alignment;
        /// Offsets x with begin < x < end collide with an obstacle. By ascending begin.
        llvm::SmallVector<Span, 4> ruledOut;
    };
    /// Only moments at which something starts matter: between two of them nothing new meets.
    struct Moment {
        uint32_t time;
        /// End of the highest placed extent.
        int64_t top = 0;
        /// Sum of the extents still to be placed.
        int64_t toPlace = 0;
        /// What obstacles take.
        llvm::SmallVector<Span, 4> obstacles;
    };

    void collectMoments(llvm::ArrayRef<Unit> units, llvm::ArrayRef<uint32_t> movable,
                        llvm::ArrayRef<uint32_t> obstacles);
    llvm::SmallVector<std::pair<uint32_t, int64_t>, 8> findNeeds(const Unit &unit) const;
    bool descend(size_t placedCount, Candidate last, int64_t &effort);
    bool isHopeless() const;
    llvm::SmallVector<Candidate, 8> findCandidates(Candidate last) const;
    int64_t lowestOffset(const Item &item) const;

    std::vector<Item> items;
    std::vector<Moment> moments;
    std::vector<int64_t> placedAt;
    int64_t capacity = 0;
};

} // namespace barecc::plan
