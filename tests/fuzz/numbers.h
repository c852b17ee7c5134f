// Numbers that break things.
#pragma once

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <random>

namespace barecc::fuzz {

class Random {
public:
    explicit Random(unsigned seed) : engine(seed) {}

    /// Below `count`.
    size_t operator()(size_t count) { return engine() % count; }

    /// Small, or at a limit of what holds sizes and indices.
    int64_t integer()
    {
        constexpr int64_t limits[] = {INT8_MAX,  INT8_MIN,  UINT8_MAX, INT16_MAX,    INT16_MIN, UINT16_MAX,
                                      INT32_MAX, INT32_MIN, 1 << 20,   UINT32_MAX,   INT64_MAX, INT64_MIN,
                                      1 << 30,   1LL << 32, 1LL << 62, INT64_MAX / 4};
        return (*this)(4) ? int64_t((*this)(12)) - 2 : limits[(*this)(std::size(limits))];
    }

    double real()
    {
        constexpr double limits[] = {0.0,
                                     -0.0,
                                     1.0,
                                     -1.0,
                                     0.5,
                                     1e-45,
                                     1e38,
                                     1e-9,
                                     3e9,
                                     1e300,
                                     255.5,
                                     -1e9,
                                     std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::quiet_NaN()};
        return limits[(*this)(std::size(limits))];
    }

private:
    std::minstd_rand engine;
};

} // namespace barecc::fuzz
