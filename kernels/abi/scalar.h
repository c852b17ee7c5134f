/* Scalar functions that generated loops call where C has no operator of the same meaning. */
#pragma once

#include "kernel.h"

/* Whether two numbers are equal on purpose, written so that -Wfloat-equal has only the others to warn of. */
static inline int equal_f32(float a, float b) { return a <= b && a >= b; }

static inline int equal_f64(double a, double b) { return a <= b && a >= b; }

/* A NaN is the only number that is not at most itself. */
static inline int is_nan_f32(float x) { return !(x <= x); }

static inline int is_nan_f64(double x) { return !(x <= x); }

/* The larger or smaller number; NaN if either is. */
static inline float maximum_f32(float a, float b) { return a > b || is_nan_f32(a) ? a : b; }

static inline float minimum_f32(float a, float b) { return a < b || is_nan_f32(a) ? a : b; }

static inline double maximum_f64(double a, double b) { return a > b || is_nan_f64(a) ? a : b; }

static inline double minimum_f64(double a, double b) { return a < b || is_nan_f64(a) ? a : b; }

static inline int64_t maximum_s64(int64_t a, int64_t b) { return a > b ? a : b; }

static inline int64_t minimum_s64(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int32_t maximum_s32(int32_t a, int32_t b) { return a > b ? a : b; }

static inline int32_t minimum_s32(int32_t a, int32_t b) { return a < b ? a : b; }

/* Two's complement numbers divided by a power of two and rounded down, which is what every compiler that barecc knows
 * makes of the operator. */
static inline int32_t shift_right_s32(int32_t x, int32_t places) { return x >> places; }

static inline int64_t shift_right_s64(int64_t x, int64_t places) { return x >> places; }

#ifndef HAS_SATURATE_S8 /* an instruction for it */
/* x, or the limit of int8_t that it is beyond. */
static inline int8_t saturate_s8(int32_t x)
{
    return (int8_t)minimum_s32(maximum_s32(x, INT8_MIN), INT8_MAX);
}
#endif

static inline uint64_t maximum_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

static inline uint64_t minimum_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* The integer whose two's complement the low `bits` bits of a number are; fewer than 8. */
static inline int8_t low_bits(int x, int bits)
{
    const int sign = 1 << (bits - 1);
    return (int8_t)(((x & (2 * sign - 1)) ^ sign) - sign);
}

/* The largest integer not above a / b, and the smallest not below; b is not 0. */
static inline int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

static inline int64_t ceil_divide(int64_t a, int64_t b) { return a / b + (a % b != 0 && (a < 0) == (b < 0)); }
