/* The helpers of a generated header by their values, against the definition: real = scale * (integer - zero point).
 *
 * The header is model.h; tensors.inc has a line TENSOR(number, least, greatest) for each pair of an input and an output
 * of one quantised type, with the range of its integers. Built with undefined behaviour an error. */
#include "model.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

typedef struct {
    int32_t (*quantize)(float);
    float (*dequantize)(int32_t);
    float scale;
    int32_t zero_point, least, greatest;
} tensor_type;

#define TENSOR(number, least, greatest)                                                                                \
    static int32_t quantize_##number(float real) { return model_quantize_in##number(real); }                           \
    static float dequantize_##number(int32_t value) { return model_dequantize_out##number(value); }
#include "tensors.inc"
#undef TENSOR

#define TENSOR(number, least, greatest)                                                                                \
    {                                                                                                                  \
        quantize_##number,                                                                                             \
        dequantize_##number,                                                                                           \
        MODEL_INPUT_IN##number##_SCALE,                                                                                \
        MODEL_INPUT_IN##number##_ZERO_POINT,                                                                           \
        least,                                                                                                         \
        greatest},
static const tensor_type types[] = {
#include "tensors.inc"
};

/* The nearest integer, ties away from zero, saturated; the least for what is no number. */
static int quantizes(const tensor_type *type, float real)
{
    const double steps = (double)(real / type->scale);
    const double expected =
        isnan(real) ? type->least : fmin(fmax(round(steps) + type->zero_point, type->least), type->greatest);
    const int32_t value = type->quantize(real);
    if (value == (int32_t)expected)
        return 1;
    printf("scale %.9g, zero point %d: %.9g, which is %.9g steps, becomes %d, not %.0f\n", (double)type->scale,
           (int)type->zero_point, (double)real, steps, (int)value, expected);
    return 0;
}

/* The product is exact in double, so the one expected is rounded once. */
static int dequantizes(const tensor_type *type, int32_t value)
{
    const float expected = (float)((double)type->scale * (value - type->zero_point));
    const float real = type->dequantize(value);
    if (real == expected)
        return 1;
    printf("scale %.9g, zero point %d: %d becomes %.9g, not %.9g\n", (double)type->scale, (int)type->zero_point,
           (int)value, (double)real, (double)expected);
    return 0;
}

static int is_right(const tensor_type *type)
{
    static const float ends[] = {0.0f,     -0.0f,    FLT_MIN,   -FLT_MIN, FLT_MIN * FLT_EPSILON, 1e9f, -1e9f, FLT_MAX,
                                 -FLT_MAX, INFINITY, -INFINITY, NAN};
    int right = 1;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        right &= quantizes(type, ends[i]);
    /* Each integer and each tie between two, some beyond the range, and the floats on both sides. */
    const int32_t first = 2 * (type->least - type->zero_point) - 9, last = 2 * (type->greatest - type->zero_point) + 9;
    for (int32_t half = first; half <= last && right; half++) {
        const float real = (float)(0.5 * half * (double)type->scale);
        right = quantizes(type, real) && quantizes(type, nextafterf(real, -INFINITY)) &&
                quantizes(type, nextafterf(real, INFINITY));
    }
    for (int32_t value = type->least; value <= type->greatest && right; value++)
        right = dequantizes(type, value) && type->quantize(type->dequantize(value)) == value;
    return right;
}

int main(void)
{
    int right = 1;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        right &= is_right(&types[i]);
    return !right;
}
