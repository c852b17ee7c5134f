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

/* x, but at least `low`, or at most `high`, which are no NaN; the bound where x is one. What C's functions of that are,
 * an instruction, where there is one. */
#if (defined __ARM_FP && __ARM_ARCH >= 8) || defined __riscv_flen
static inline float at_least_f32(float x, float low) { return fmaxf(x, low); }

static inline float at_most_f32(float x, float high) { return fminf(x, high); }
#else
static inline float at_least_f32(float x, float low) { return x > low ? x : low; }

static inline float at_most_f32(float x, float high) { return x < high ? x : high; }
#endif

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

/* The same of 64 bits and the limits of int32_t, which is what indices are. */
static inline int32_t saturate_s32(int64_t x)
{
    return (int32_t)minimum_s64(maximum_s64(x, INT32_MIN), INT32_MAX);
}

static inline uint64_t maximum_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

static inline uint64_t minimum_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* The integer whose two's complement the low `bits` bits of a number are; fewer than 8. */
static inline int8_t low_bits(int x, int bits)
{
    const int sign = 1 << (bits - 1);
    return (int8_t)(((x & (2 * sign - 1)) ^ sign) - sign);
}

/* The quotient cut towards zero and its remainder, for all operands: both are 0 where b is 0, and the lowest number
 * divided by -1 wraps around to itself. */
static inline int32_t divide_s32(int32_t a, int32_t b)
{
    return b == 0 ? 0 : b == -1 ? (int32_t)(0u - (uint32_t)a) : a / b;
}

static inline int32_t remainder_s32(int32_t a, int32_t b) { return b == 0 || b == -1 ? 0 : a % b; }

static inline int64_t divide_s64(int64_t a, int64_t b)
{
    return b == 0 ? 0 : b == -1 ? (int64_t)(0u - (uint64_t)a) : a / b;
}

static inline int64_t remainder_s64(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }

static inline uint32_t divide_u32(uint32_t a, uint32_t b) { return b == 0 ? 0 : a / b; }

static inline uint32_t remainder_u32(uint32_t a, uint32_t b) { return b == 0 ? 0 : a % b; }

static inline uint64_t divide_u64(uint64_t a, uint64_t b) { return b == 0 ? 0 : a / b; }

static inline uint64_t remainder_u64(uint64_t a, uint64_t b) { return b == 0 ? 0 : a % b; }

/* The largest integer not above a / b, and the smallest not below; of b as above. */
static inline int32_t floor_divide_s32(int32_t a, int32_t b)
{
    return divide_s32(a, b) - (remainder_s32(a, b) != 0 && (a < 0) != (b < 0));
}

static inline int32_t ceil_divide_s32(int32_t a, int32_t b)
{
    return divide_s32(a, b) + (remainder_s32(a, b) != 0 && (a < 0) == (b < 0));
}

static inline int64_t floor_divide_s64(int64_t a, int64_t b)
{
    return divide_s64(a, b) - (remainder_s64(a, b) != 0 && (a < 0) != (b < 0));
}

static inline int64_t ceil_divide_s64(int64_t a, int64_t b)
{
    return divide_s64(a, b) + (remainder_s64(a, b) != 0 && (a < 0) == (b < 0));
}

/* A floating-point number cut towards zero to an integer, for all numbers: one beyond the type's range becomes the limit
 * it is beyond, and NaN 0. C leaves these undefined, and processors differ. */
static inline int32_t float_to_s32(float x)
{
    return x < -0x1p31f ? INT32_MIN : x < 0x1p31f ? (int32_t)x : x > 0 ? INT32_MAX : 0;
}

static inline uint32_t float_to_u32(float x)
{
    return x < 0x1p32f ? x > 0 ? (uint32_t)x : 0 : x > 0 ? UINT32_MAX : 0;
}

static inline int64_t float_to_s64(float x)
{
    return x < -0x1p63f ? INT64_MIN : x < 0x1p63f ? (int64_t)x : x > 0 ? INT64_MAX : 0;
}

static inline uint64_t float_to_u64(float x)
{
    return x < 0x1p64f ? x > 0 ? (uint64_t)x : 0 : x > 0 ? UINT64_MAX : 0;
}

static inline int32_t double_to_s32(double x)
{
    return x < -0x1p31 ? INT32_MIN : x < 0x1p31 ? (int32_t)x : x > 0 ? INT32_MAX : 0;
}

static inline uint32_t double_to_u32(double x)
{
    return x < 0x1p32 ? x > 0 ? (uint32_t)x : 0 : x > 0 ? UINT32_MAX : 0;
}

static inline int64_t double_to_s64(double x)
{
    return x < -0x1p63 ? INT64_MIN : x < 0x1p63 ? (int64_t)x : x > 0 ? INT64_MAX : 0;
}

static inline uint64_t double_to_u64(double x)
{
    return x < 0x1p64 ? x > 0 ? (uint64_t)x : 0 : x > 0 ? UINT64_MAX : 0;
}
