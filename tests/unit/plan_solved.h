// Solving a problem that has to be solvable.
#pragma once

#include "compiler/plan/Plan.h"

#include <gtest/gtest.h>

namespace barecc::plan::testing {

/// The plan of a valid problem; an empty one, and a failed test, if there is none or it does not stand up.
inline Plan solved(const AllocationProblem &problem)
{
    llvm::Expected<Plan> plan = solve(problem);
    if (!plan) {
        ADD_FAILURE() << llvm::toString(plan.takeError());
        return {};
    }
    EXPECT_EQ(llvm::toString(verify(problem, *plan)), "");
    EXPECT_LE(plan->lowerBound, plan->arenaBytes);
    return *plan;
}

} // namespace barecc::plan::testing
