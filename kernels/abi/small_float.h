/* Floating-point numbers of 8 and 4 bits, kept in memory as a byte each, their bits in its low end. Conversions to them
 * round to nearest even. The formats are described in https://onnx.ai/onnx/technical/float8.html and float4.html. */
#pragma once

#include "bits.h"

/* A number without its sign: an exponent of the given bias above `mantissa` bits, subnormal where it is 0. */
static inline float small_float_value(uint32_t magnitude, int mantissa, int bias)
{
    if (magnitude >> mantissa == 0)
        return (float)magnitude * float_from_bits((uint32_t)(128 - bias - mantissa) << 23);
    return float_from_bits((magnitude << (23 - mantissa)) + ((uint32_t)(127 - bias) << 23));
}

/* The nearest such number to a float without sign that is given by its bits. Beyond the largest number of a format it
 * goes on counting. */
static inline uint32_t nearest_small_float(uint32_t bits, int mantissa, int bias)
{
    const int dropped = 23 - mantissa;
    if (bits < (uint32_t)(128 - bias) << 23) { /* subnormal: the addition rounds at the right bit */
        const uint32_t unit = (uint32_t)(151 - bias - mantissa) << 23;
        return bits_of_float(float_from_bits(bits) + float_from_bits(unit)) - unit;
    }
    return (bits - ((uint32_t)(127 - bias) << 23) + ((uint32_t)1 << (dropped - 1)) - 1u + ((bits >> dropped) & 1u)) >>
           dropped;
}

static inline float signed_as(uint32_t sign, float magnitude)
{
    return sign ? -magnitude : magnitude;
}

/* E4M3FN: no infinities, one NaN of each sign. */
static inline float e4m3fn_to_float(uint8_t code)
{
    const uint32_t magnitude = code & 0x7fu;
    return signed_as(code & 0x80u, magnitude == 0x7fu ? NAN : small_float_value(magnitude, 3, 7));
}

static inline uint8_t float_to_e4m3fn(float value)
{
    const uint32_t bits = bits_of_float(value), sign = bits >> 24 & 0x80u, magnitude = bits & 0x7fffffffu;
    const uint32_t code = nearest_small_float(magnitude, 3, 7);
    return (uint8_t)(sign | (code > 0x7eu ? 0x7fu : code));
}

/* E5M2: as IEEE formats are. */
static inline float e5m2_to_float(uint8_t code)
{
    const uint32_t magnitude = code & 0x7fu;
    const float special = magnitude == 0x7cu ? INFINITY : NAN;
    return signed_as(code & 0x80u, magnitude >= 0x7cu ? special : small_float_value(magnitude, 2, 15));
}

static inline uint8_t float_to_e5m2(float value)
{
    const uint32_t bits = bits_of_float(value), sign = bits >> 24 & 0x80u, magnitude = bits & 0x7fffffffu;
    const uint32_t code = nearest_small_float(magnitude, 2, 15);
    if (magnitude > 0x7f800000u)
        return (uint8_t)(sign | 0x7eu);
    return (uint8_t)(sign | (code > 0x7cu ? 0x7cu : code));
}

/* E4M3FNUZ and E5M2FNUZ: no infinities, no negative zero; its code is the NaN. */
static inline float fnuz_to_float(uint8_t code, int mantissa, int bias)
{
    return code == 0x80u ? NAN : signed_as(code & 0x80u, small_float_value(code & 0x7fu, mantissa, bias));
}

static inline uint8_t float_to_fnuz(float value, int mantissa, int bias)
{
    const uint32_t bits = bits_of_float(value), sign = bits >> 24 & 0x80u, magnitude = bits & 0x7fffffffu;
    const uint32_t code = nearest_small_float(magnitude, mantissa, bias);
    return (uint8_t)(code > 0x7fu ? 0x80u : code == 0 ? 0u : sign | code);
}

static inline float e4m3fnuz_to_float(uint8_t code)
{
    return fnuz_to_float(code, 3, 8);
}

static inline uint8_t float_to_e4m3fnuz(float value)
{
    return float_to_fnuz(value, 3, 8);
}

static inline float e5m2fnuz_to_float(uint8_t code)
{
    return fnuz_to_float(code, 2, 16);
}

static inline uint8_t float_to_e5m2fnuz(float value)
{
    return float_to_fnuz(value, 2, 16);
}

/* E8M0: the powers of two from 2^-127 to 2^127, and NaN. What is converted to it is one of these. */
static inline float e8m0_to_float(uint8_t code)
{
    return float_from_bits(code == 0 ? 0x00400000u : code == 0xffu ? 0x7fc00000u : (uint32_t)code << 23);
}

static inline uint8_t float_to_e8m0(float value)
{
    return (uint8_t)(bits_of_float(value) >> 23 & 0xffu);
}

/* E2M1: finite numbers only; all beyond the largest become that, and so does NaN. */
static inline float e2m1_to_float(uint8_t code)
{
    return signed_as(code & 8u, small_float_value(code & 7u, 1, 1));
}

static inline uint8_t float_to_e2m1(float value)
{
    const uint32_t bits = bits_of_float(value), magnitude = bits & 0x7fffffffu;
    const uint32_t code = nearest_small_float(magnitude, 1, 1);
    if (magnitude > 0x7f800000u)
        return 7u;
    return (uint8_t)((bits >> 28 & 8u) | (code > 7u ? 7u : code));
}
