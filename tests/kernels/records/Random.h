// Numbers that look random and are the same on every machine.
#pragma once

#include <cstdint>
#include <random>

namespace barecc::kernel_test {

class Random {
public:
    explicit Random(uint32_t seed) : engine(seed) {}

    /// Within [low, high].
    int64_t integer(int64_t low, int64_t high)
    {
        return low + int64_t((uint64_t(engine()) << 32 | engine()) % uint64_t(high - low + 1));
    }
    int32_t operator()(int64_t low, int64_t high) { return int32_t(integer(low, high)); }
    /// Within [low, high], and one of both in a third of the cases.
    int32_t extreme(int64_t low, int64_t high)
    {
        const int64_t kind = integer(0, 5);
        return int32_t(kind == 0 ? low : kind == 1 ? high : integer(low, high));
    }
    /// True once in `times`.
    bool once(int64_t times) { return integer(1, times) == 1; }
    template <typename T, size_t Count> T oneOf(const T (&values)[Count])
    {
        return values[size_t(integer(0, Count - 1))];
    }
    /// A multiple of 1/8: sums of products of these are exact, so that all orders of addition give the same bits.
    float eighths(int64_t low, int64_t high) { return float(integer(low, high)) / 8; }

private:
    std::mt19937 engine;
};

} // namespace barecc::kernel_test
