/* Plain kernels on pseudo-random data, and a checksum of each one's results, printed as a line. What is printed must not
 * depend on the width of int: a processor whose int has 16 bits prints what the host prints. */
#include "generic/avg_pool2d_s16.c"
#include "generic/avg_pool2d_s8.c"
#include "generic/avg_pool2d_s8_scalar.c"
#include "generic/conv2d_s16.c"
#include "generic/conv2d_s8.c"
#include "generic/depthwise_conv2d_s16.c"
#include "generic/fully_connected_s16.c"
#include "generic/fully_connected_s8.c"
#include "generic/log_softmax_s8.c"
#include "generic/softmax_s16.c"
#include "generic/softmax_s8.c"
#include "generic/softmax_s8_s16.c"
#include "abi/half.h"
#include "abi/scalar.h"
#include "abi/small_float.h"

#ifdef __AVR__
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
static void print(char c)
{
    while (!(UCSR0A & (1 << UDRE0)))
        ;
    UDR0 = (uint8_t)c;
}
static void start_printing(void) { UCSR0B = 1 << TXEN0; }
static void stop(void) /* asleep without interrupts: simavr ends */
{
    cli();
    sleep_mode();
}
#else
#include <stdio.h>
static void print(char c) { putchar(c); }
static void start_printing(void) {}
static void stop(void) {}
#endif

static uint32_t seed = 1;

static uint32_t random_bits(void)
{
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static void print_checksum(const char *name, const void *results, size_t bytes)
{
    uint32_t sum = UINT32_C(2166136261); /* FNV-1a */
    for (size_t i = 0; i < bytes; i++)
        sum = (sum ^ ((const uint8_t *)results)[i]) * UINT32_C(16777619);
    while (*name)
        print(*name++);
    print(' ');
    for (int8_t digit = 28; digit >= 0; digit = (int8_t)(digit - 4))
        print("0123456789abcdef"[sum >> digit & 15u]);
    print('\n');
}

#define ROWS 4
#define DEPTH 24
#define CHANNELS 4
#define SIDE 5

/* All of int8 and of int16, the extremes more often than by chance. */
static int8_t x8[ROWS * DEPTH + SIDE * SIDE * CHANNELS], w8[9 * CHANNELS * CHANNELS + DEPTH * CHANNELS], y8[256];
static int16_t x16[ROWS * DEPTH + SIDE * SIDE * CHANNELS], y16[256], samples[513];
static int32_t bias[CHANNELS], multiplier[CHANNELS];
static int64_t wide_bias[CHANNELS];
static int8_t shift[CHANNELS];

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PRINT(name, results) print_checksum(name, results, sizeof(results))

static void fill(void)
{
    for (size_t i = 0; i < COUNT(x8); i++) {
        const uint32_t bits = random_bits();
        x8[i] = bits % 7u == 0 ? INT8_MIN : bits % 7u == 1 ? INT8_MAX : (int8_t)((int32_t)(bits >> 8 & 255u) - 128);
        x16[i] = bits % 7u == 0   ? INT16_MIN
                 : bits % 7u == 1 ? INT16_MAX
                                  : (int16_t)((int32_t)(bits >> 4 & 65535u) - 32768);
    }
    for (size_t i = 0; i < COUNT(w8); i++)
        w8[i] = (int8_t)((int32_t)(random_bits() % 255u) - 127);
    for (size_t i = 0; i < CHANNELS; i++) {
        bias[i] = (int32_t)(random_bits() % 20000u) - 10000;
        wide_bias[i] = (int64_t)bias[i] * 5;
        multiplier[i] = INT32_C(0x40000000) + (int32_t)(random_bits() << 6);
        shift[i] = (int8_t)(-7 - (int8_t)(i % 3u));
    }
    /* Rises, then falls by more than 32767 from one to the next. */
    for (int32_t i = 0; i < (int32_t)COUNT(samples); i++)
        samples[i] = (int16_t)(i % 256 == 255 ? -32768 : i * 64 % 32768);
}

static const window2d_params window = {.batch = 1,
                                       .in_h = SIDE,
                                       .in_w = SIDE,
                                       .in_c = CHANNELS,
                                       .out_h = SIDE,
                                       .out_w = SIDE,
                                       .out_c = CHANNELS,
                                       .kernel_h = 3,
                                       .kernel_w = 3,
                                       .stride_h = 1,
                                       .stride_w = 1,
                                       .dilation_h = 1,
                                       .dilation_w = 1,
                                       .pad_top = 1,
                                       .pad_left = 1,
                                       .groups = 1,
                                       .input_pixel_stride = CHANNELS,
                                       .output_pixel_stride = CHANNELS};

static void convolve(void)
{
    const conv2d_s8_params byte = {
        .window = window, .input_zero_point = -3, .output_zero_point = 5, .min = -128, .max = 127, .per_channel = 1};
    const conv2d_s16_params word = {.window = window, .min = INT16_MIN, .max = INT16_MAX, .per_channel = 1};
    conv2d_s8(&byte, x8, w8, bias, multiplier, shift, y8, 0, SIDE);
    PRINT("conv2d_s8", y8);
    conv2d_s16(&word, x16, w8, wide_bias, multiplier, shift, y16, 0, SIDE);
    PRINT("conv2d_s16", y16);
    depthwise_conv2d_s16(&word, x16, w8, wide_bias, multiplier, shift, y16, 0, SIDE);
    PRINT("depthwise_conv2d_s16", y16);
}

static void pool(void)
{
    const pool2d_s8_params byte = {.window = window, .zero_point = 3, .min = -128, .max = 127};
    const pool2d_s16_params word = {.window = window, .min = INT16_MIN, .max = INT16_MAX};
    avg_pool2d_s8(&byte, x8, y8, 0, SIDE);
    PRINT("avg_pool2d_s8", y8);
    avg_pool2d_s8_scalar(&byte, x8, y8, 0, SIDE);
    PRINT("avg_pool2d_s8_scalar", y8);
    avg_pool2d_s16(&word, x16, y16, 0, SIDE);
    PRINT("avg_pool2d_s16", y16);
}

static void multiply(void)
{
    const gemm_params size = {
        .batch = 1, .m = ROWS, .n = CHANNELS, .k = DEPTH, .lda = DEPTH, .ldb = DEPTH, .ldc = CHANNELS};
    const matmul_s8_params byte = {
        .gemm = size, .input_zero_point = 128, .output_zero_point = -1, .min = -128, .max = 127, .per_channel = 1};
    const matmul_s16_params word = {.gemm = size, .min = INT16_MIN, .max = INT16_MAX, .per_channel = 1};
    fully_connected_s8(&byte, x8, w8, bias, multiplier, shift, y8, 0, ROWS);
    PRINT("fully_connected_s8", y8);
    fully_connected_s16(&word, x16, w8, wide_bias, multiplier, shift, y16, 0, ROWS);
    PRINT("fully_connected_s16", y16);
}

static void normalise(void)
{
    const softmax_s8_params byte = {ROWS, DEPTH, INT32_C(1717986918), 21, -123};
    const log_softmax_s8_params logarithm = {byte, INT32_C(1342177280), -20};
    const softmax_s16_params word = {ROWS, DEPTH, INT32_C(1289185618), 1};
    softmax_s8(&byte, x8, y8, 0, ROWS);
    PRINT("softmax_s8", y8);
    softmax_s8_s16(&byte, x8, y16, 0, ROWS);
    PRINT("softmax_s8_s16", y16);
    log_softmax_s8(&logarithm, x8, y8, 0, ROWS);
    PRINT("log_softmax_s8", y8);
    softmax_s16(&word, x16, samples, samples, y16, 0, ROWS);
    PRINT("softmax_s16", y16);
}

/* Every value of each short format, there and back, and what lies between. */
static void convert(void)
{
    uint8_t codes[64];
    uint16_t halves[64];
    for (size_t i = 0; i < COUNT(codes); i++) {
        const float value = half_to_float((uint16_t)(random_bits() & 0x7bffu));
        codes[i] = (uint8_t)(float_to_e4m3fn(value) ^ float_to_e5m2(value * 0.01f) ^ float_to_e2m1(value * 0.001f));
        halves[i] = (uint16_t)(float_to_half(value * 0.3f) ^ float_to_bfloat16(e4m3fn_to_float((uint8_t)(i * 2u))));
    }
    PRINT("float8", codes);
    PRINT("float16", halves);
    for (size_t i = 0; i < COUNT(codes); i++)
        codes[i] = (uint8_t)low_bits((int)i, 4);
    PRINT("int4", codes);
}

int main(void)
{
    start_printing();
    fill();
    convolve();
    pool();
    multiply();
    normalise();
    convert();
    stop();
    return 0;
}
