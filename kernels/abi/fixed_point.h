/* exp, log and 1/x in 32-bit fixed point, to the bit as TensorFlow Lite's reference kernels have them (from gemmlowp).
 * Qm.n is a number with m integer bits and n = 31 - m fractional bits beside the sign. The product of Qa and Qb by
 * doubling_high_mul is Q(a+b). */
#pragma once

#include "quantize.h"

/* x * 2^exponent, saturated. */
static inline int32_t saturating_shift_left(int32_t x, int exponent)
{
    const int64_t wide = x * ((int64_t)1 << exponent);
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* Zero bits above the highest one of x > 0. */
static inline int leading_zeros(int32_t x)
{
    int count = 1;
    while (x < ((int32_t)1 << 30)) {
        x *= 2;
        count++;
    }
    return count;
}

/* exp(x) in Q0.31 for x <= 0 in Q5.26. The part of x below 1/4 goes into a Taylor polynomial around -1/8; each bit
 * of the rest multiplies by its own power of e. */
static inline int32_t exp_of_negative(int32_t x)
{
    static const int32_t powers[] = {
        /* exp(-2^i) in Q0.31 for i = -2 to 4 */
        1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242,
    };
    const int32_t quarter = (int32_t)1 << 24, eighth_q0 = (int32_t)1 << 28;
    const int32_t third = 715827883, exp_minus_eighth = 1895147668;
    if (x == 0)
        return INT32_MAX;
    const int32_t low = (x & (quarter - 1)) - quarter;
    const int32_t a = low * 32 + eighth_q0;
    const int32_t a2 = doubling_high_mul(a, a);
    const int32_t a3 = doubling_high_mul(a2, a);
    const int32_t a4 = doubling_high_mul(a2, a2);
    const int32_t tail = doubling_high_mul(rounding_shift_right(a4, 2) + a3, third) + a2; /* a^2 + a^3/3 + a^4/12 */
    int32_t result = exp_minus_eighth + doubling_high_mul(exp_minus_eighth, a + rounding_shift_right(tail, 1));
    const int32_t high = low - x;
    for (int i = 0; i < 7; i++)
        if (high & (quarter << i))
            result = doubling_high_mul(result, powers[i]);
    return result;
}

/* 1 / (1 + x) in Q0.31 for x in [0, 1) in Q0.31: three Newton steps from 48/17 - 32/17 * d, d = (1 + x) / 2. */
static inline int32_t reciprocal_of_one_plus(int32_t x)
{
    const int32_t one_q2 = (int32_t)1 << 29, first = 1515870810, slope = -1010580540; /* 48/17 and -32/17 in Q2.29 */
    const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    int32_t r = first + doubling_high_mul(half, slope);
    for (int i = 0; i < 3; i++)
        r += saturating_shift_left(doubling_high_mul(r, one_q2 - doubling_high_mul(half, r)), 2);
    return saturating_shift_left(r, 1); /* r is 2 / (1 + x) in Q2.29, half of it in Q1.30 */
}

/* log(x) in Q5.26 for x >= 1 in Q12.19. Written as x = r / s * 2^power with s = 2^(-1/4) and r from [s^2, 1],
 * log(x) = power * log(2) + log(r / s), the latter a fraction of polynomials in q = 2 * (r - s). An r is taken from x
 * with and without a factor of sqrt(2); the one out of range saturates, so the lesser r has the greater power. */
static inline int32_t log_of_at_least_one(int32_t x)
{
    const int32_t s = 1805811301, s2 = 1518500250, log_2 = 1488522236;                              /* Q0.31 */
    const int32_t alpha_n = 117049297, alpha_d = 127690142, alpha_i = 1057819769, alpha_f = 638450708; /* Q0.31 */
    const int32_t one_q6 = (int32_t)1 << 25, quarter_q6 = (int32_t)1 << 23;

    const int zeros = leading_zeros(x);
    const int32_t r_even = saturating_shift_left(doubling_high_mul(saturating_shift_left(x, zeros - 1), s2), 1);
    const int32_t power_even = (12 - zeros) * one_q6 + quarter_q6;
    const int headroom = leading_zeros(doubling_high_mul(x, s2)) - 1;
    const int32_t r_odd = saturating_shift_left(x, headroom);
    const int32_t power_odd = (12 - headroom) * one_q6 - quarter_q6;
    const int32_t r = r_even < r_odd ? r_even : r_odd;
    const int32_t power = power_even > power_odd ? power_even : power_odd;

    const int32_t p = (int32_t)(((int64_t)r + s + 1) / 2);
    const int32_t q = (r - s) * 2;
    const int32_t q2 = doubling_high_mul(q, q);
    const int32_t numerator = doubling_high_mul(q, r) + doubling_high_mul(doubling_high_mul(q, q2), alpha_n);
    const int32_t denominator = /* less one */
        doubling_high_mul(p, alpha_i + q + doubling_high_mul(alpha_d, q2)) + doubling_high_mul(alpha_f, q);
    const int32_t log_r = doubling_high_mul(rounding_shift_right(numerator, 6), reciprocal_of_one_plus(denominator));
    return saturating_shift_left(doubling_high_mul(power, log_2) + log_r, 1);
}

/* Largest of `depth` values, and the sum of exp(scale * (x - max)) in Q12.19, which saturates where TensorFlow
 * Lite's overflows; the scale as in softmax_s8_params. */
static inline int32_t max_of_row(const int8_t *x, int32_t depth)
{
    int32_t max = x[0];
    for (int32_t i = 1; i < depth; i++)
        max = x[i] > max ? x[i] : max;
    return max;
}

static inline int32_t exp_sum_of_row(const int8_t *x, int32_t depth, int32_t max, int32_t multiplier, int32_t shift,
                                     int32_t diff_min)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < depth; i++)
        if (x[i] - max >= diff_min) {
            const int32_t term = rounding_shift_right(exp_of_negative(rescale(x[i] - max, multiplier, shift)), 12);
            sum = term > INT32_MAX - sum ? INT32_MAX : sum + term;
        }
    return sum;
}

/* A function of int16 by linear interpolation between 513 samples, for -32768, -32640, ... 32768. */
static inline int16_t interpolate_s16(const int16_t *samples, int32_t x)
{
    const int16_t *sample = samples + 256 + (x >> 7);
    return (int16_t)(sample[0] + ((((int32_t)sample[1] - sample[0]) * (x & 127) + 64) >> 7));
}
