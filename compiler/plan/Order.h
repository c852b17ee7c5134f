// Choosing the order of the steps.
#pragma once

#include "compiler/plan/Dependences.h"
#include "compiler/plan/Liveness.h"

namespace barecc::plan {

struct OrderChoice {
    std::vector<StepId> order;
    /// No order has fewer bytes live at its worst moment.
    bool isOptimal;
};

/// Finds an order with few bytes live at the worst moment. The problem's own order is kept wherever changing it does
/// not lower that number.
OrderChoice chooseOrder(const AllocationProblem &problem, const Accesses &accesses, const Dependences &dependences);

} // namespace barecc::plan
