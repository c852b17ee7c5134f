// How two tensors are compared.
#pragma once

#include "compiler/driver/Tensor.h"

#include <optional>
#include <string>

namespace barecc {

/// Floating point: |got - reference| <= atol + rtol * |reference|, 1e-5 and 1e-4 where nothing is given. Integers:
/// equal, or where atol is given, |got - reference| <= atol.
struct Tolerance {
    std::optional<double> rtol, atol;
};

struct Comparison {
    /// Empty where the two can be compared; else why not: types or shapes differ.
    std::string mismatch;
    int64_t total = 0;
    int64_t differing = 0;
    /// The element furthest outside the bound, or where none is outside, the one with the largest difference; -1: all
    /// are equal.
    int64_t worst = -1;
    double worstGot = 0, worstReference = 0;

    bool passed() const { return mismatch.empty() && differing == 0; }
};

/// Two NaNs are equal, and so are two infinities of one sign.
Comparison compareTensors(const Tensor &got, const Tensor &reference, const Tolerance &tolerance);

/// One line for the person: "3 of 1000 elements differ; worst at [0,17]: got 1.5, reference 1".
std::string describe(const Comparison &comparison, const std::vector<int64_t> &shape);

} // namespace barecc
