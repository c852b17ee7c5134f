/* Floating-point numbers as their bits, and back. */
#pragma once

#include "kernel.h"

static inline float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The float next to a double in whose last place one can see that it is not exact: rounding it again, to a shorter
 * type, gives what rounding the double at once would. */
static inline float float_rounded_to_odd(double value)
{
    const float nearest = (float)value;
    uint32_t bits = bits_of_float(nearest);
    if (!((double)nearest < value || (double)nearest > value)) /* exact, or a NaN */
        return nearest;
    if (fabs((double)nearest) > fabs(value))
        --bits; /* towards zero */
    return float_from_bits(bits | 1u);
}

static inline double double_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
