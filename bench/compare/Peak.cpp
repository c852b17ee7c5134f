// Built for the machine that it runs on.
#include "bench/compare/Peak.h"

#include <algorithm>
#include <ctime>

namespace bench {

double threadNanoseconds()
{
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e9 + double(t.tv_nsec);
}

double measurePeak()
{
#ifdef __AVX512F__
    constexpr int lanes = 16;
#else
    constexpr int lanes = 8;
#endif
    using Vector = float __attribute__((vector_size(lanes * sizeof(float))));
    // Enough sums at once to hide the latency of two units with four to six cycles each.
    constexpr int sums = 12;
    constexpr long steps = 200000;
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        Vector sum[sums] = {};
        Vector factor = Vector{} + 0.999f, addend = Vector{} + 0.001f;
        asm volatile("" : "+v"(factor), "+v"(addend));
        const double start = threadNanoseconds();
        for (long step = 0; step < steps; ++step) {
#pragma GCC unroll 12
            for (int i = 0; i < sums; ++i) {
                sum[i] = sum[i] * factor + addend;
                asm("" : "+v"(sum[i])); // one instruction each, whatever the compiler would make of the loop
            }
        }
        const double time = threadNanoseconds() - start;
        best = std::max(best, double(steps) * sums * lanes / time);
    }
    return best;
}

} // namespace bench
