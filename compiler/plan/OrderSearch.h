// Finding an order of a region's steps that needs less memory at its worst moment.
#pragma once

#include "compiler/plan/Region.h"

#include <optional>

namespace barecc::plan {

/// A number of bytes that no order of the region can stay below at its worst moment: for each step, what lies between
/// its ancestors and its descendants is live with it. Memory and time are quadratic in the region's size.
int64_t boundOfAllOrders(const Region &region);

struct OrderSearchResult {
    /// The region's steps (local numbers), if an order with a lower peak was found.
    std::optional<std::vector<uint32_t>> order;
    int64_t peak;
    /// No order has a lower peak, unless `goodEnough` was reached.
    bool isOptimal;
};

/// Looks for an order whose peak is below `currentPeak`; peaks up to `goodEnough` count as equal. Exact (a best-first
/// search over the sets of executed steps) where that ends within a fixed number of operations, otherwise a beam
/// search.
OrderSearchResult searchOrder(const Region &region, int64_t currentPeak, int64_t goodEnough);

} // namespace barecc::plan
