/* What Cortex-M has instructions for among the functions of kernels/abi, against plain C. */
#include "cortexm/quantize_dsp.h"
#include "cortexm/scalar_thumb2.h"

#include "scalar.h"
#include "support.h"

static int check(int holds, const char *what, int32_t x, int32_t y)
{
    if (!holds)
        printf("%s differs at %ld, %ld\n", what, (long)x, (long)y);
    return !holds;
}

int main(void)
{
    int failed = 0;
    for (int i = 0; i < 20000 && failed < 5; i++) {
        const int32_t x = random_extreme(-(1 << 30), (1 << 30) - 1), multiplier = random_extreme(1 << 30, INT32_MAX);
        const int32_t shift = random_int(-31, 0), word = random_extreme(INT32_MIN, INT32_MAX);
        const int32_t near = random_int(-300, 300);
        failed +=
            check(rescale_narrow(x, multiplier, shift) == rescale(x, multiplier, shift), "rescale_narrow", x, shift);
        failed += check(saturate_s8(word) == clamp_s32(word, INT8_MIN, INT8_MAX), "saturate_s8", word, 0);
        failed += check(saturate_s8(near) == clamp_s32(near, INT8_MIN, INT8_MAX), "saturate_s8", near, 0);
    }
    return failed > 0;
}
