/* half_to_float and float_to_half against the definition of half precision: each half, and round each midpoint between
 * two of them. */
#ifdef __aarch64__
#include "arm64/half_v8a.h"
#endif
#include "support.h"
#include "half.h"

/* The magnitude of a finite half, exact in double. */
static double magnitude_of(uint32_t half)
{
    const int exponent = (int)(half >> 10 & 31u), fraction = (int)(half & 1023u);
    return exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25);
}

static int expect_half(float value, uint32_t expected)
{
    const uint32_t actual = float_to_half(value);
    if (actual != expected)
        printf("float_to_half(%a) is %04x, expected %04x\n", (double)value, (unsigned)actual, (unsigned)expected);
    return actual != expected;
}

int main(void)
{
    int failed = 0;
    for (uint32_t half = 0; half < 0x7c00 && failed < 5; half++) {
        const double magnitude = magnitude_of(half);
        for (uint32_t sign = 0; sign < 2; sign++) {
            const uint32_t bits = half | sign << 15;
            const double value = sign ? -magnitude : magnitude;
            const float widened = half_to_float((uint16_t)bits);
            if ((double)widened != value || (signbit(widened) != 0) != (sign != 0)) {
                printf("half_to_float(%04x) is %a, expected %a\n", (unsigned)bits, (double)widened, value);
                failed++;
            }
            /* The midpoint to the next one goes to the even of the two; beyond the largest half lies infinity. */
            const double next = half == 0x7bff ? 65536.0 : magnitude_of(half + 1);
            const float middle = (float)((magnitude + next) / 2);
            const uint32_t even = half % 2 == 0 ? half : half + 1;
            const float below = nextafterf(middle, 0.0f), above = nextafterf(middle, INFINITY);
            failed += expect_half(widened, bits);
            failed += expect_half(sign ? -middle : middle, even | sign << 15);
            failed += expect_half(sign ? -below : below, bits);
            failed += expect_half(sign ? -above : above, (half + 1) | sign << 15);
        }
    }
    failed += expect_half(INFINITY, 0x7c00) + expect_half(-INFINITY, 0xfc00) + expect_half(3e38f, 0x7c00);
    failed += !isinf(half_to_float(0x7c00)) + !isinf(half_to_float(0xfc00)) + !isnan(half_to_float(0x7e00));
    failed += !isnan(half_to_float(float_to_half(NAN)));
    return failed > 0;
}
