/* The vectors of 32-bit words that generated loops use, lane by lane against plain C. */
#ifdef __ARM_FEATURE_MVE
#include "cortexm/words_mve.h"
#else
#include "neon/words_neon.h"
#endif
#include "support.h"

#define LANES ((int32_t)(sizeof(words) / sizeof(int32_t)))
#define MOST_LANES 8

typedef union {
    words vector;
    int32_t lane[MOST_LANES];
} word_lanes;

static void require(int holds, const char *what, int32_t a, int32_t b)
{
    if (!holds) {
        printf("words_%s differs at %ld, %ld\n", what, (long)a, (long)b);
        exit(1);
    }
}

static word_lanes random_lanes(int32_t low, int32_t high)
{
    word_lanes lanes;
    for (int32_t i = 0; i < LANES; i++)
        lanes.lane[i] = random_extreme(low, high);
    return lanes;
}

static void check_arithmetic(void)
{
    const word_lanes a = random_lanes(INT32_MIN, INT32_MAX), b = random_lanes(INT32_MIN, INT32_MAX);
    const int32_t places = random_int(0, 31);
    const word_lanes sum = {words_add(a.vector, b.vector)}, difference = {words_subtract(a.vector, b.vector)};
    const word_lanes product = {words_multiply(a.vector, b.vector)}, set = {words_set(a.lane[0])};
    const word_lanes larger = {words_maximum(a.vector, b.vector)}, smaller = {words_minimum(a.vector, b.vector)};
    const word_lanes shifted = {words_shift_left(a.vector, places)};
    for (int32_t i = 0; i < LANES; i++) {
        const int32_t x = a.lane[i], y = b.lane[i];
        const uint32_t u = (uint32_t)x, v = (uint32_t)y;
        require((uint32_t)sum.lane[i] == u + v, "add", x, y);
        require((uint32_t)difference.lane[i] == u - v, "subtract", x, y);
        require((uint32_t)product.lane[i] == u * v, "multiply", x, y);
        require((uint32_t)shifted.lane[i] == u << places, "shift_left", x, places);
        require(larger.lane[i] == (x > y ? x : y), "maximum", x, y);
        require(smaller.lane[i] == (x < y ? x : y), "minimum", x, y);
        require(set.lane[i] == a.lane[0], "set", a.lane[0], i);
    }
}

static void check_rescale(void)
{
    const int32_t shift = random_int(-31, 12), left = shift > 0 ? shift : 0;
    const int32_t multiplier = random_extreme(1 << 30, INT32_MAX);
    const word_lanes x = random_lanes(INT32_MIN >> left, INT32_MAX >> left);
    const word_lanes y = {words_rescale(x.vector, multiplier, shift)};
    for (int32_t i = 0; i < LANES; i++)
        require(y.lane[i] == rescale(x.lane[i], multiplier, shift), "rescale", x.lane[i], shift);
}

/* Exactly LANES bytes are read and written, at any address. */
static void check_memory(void)
{
    int8_t from[MOST_LANES + 2], to[MOST_LANES + 2];
    for (int32_t i = 0; i < MOST_LANES + 2; i++)
        from[i] = to[i] = (int8_t)random_extreme(INT8_MIN, INT8_MAX);
    const word_lanes loaded = {words_load_s8(from + 1)}, stored = random_lanes(-200, 200);
    words_store_s8(to + 1, stored.vector);
    for (int32_t i = 0; i < LANES; i++) {
        const int32_t x = stored.lane[i];
        require(loaded.lane[i] == from[i + 1], "load_s8", from[i + 1], i);
        require(to[i + 1] == (x < INT8_MIN ? INT8_MIN : x > INT8_MAX ? INT8_MAX : x), "store_s8", x, i);
    }
    require(to[0] == from[0] && to[LANES + 1] == from[LANES + 1], "store_s8", 0, LANES);
}

int main(void)
{
    for (int32_t i = 0; i < 3000; i++) {
        check_arithmetic();
        check_rescale();
        check_memory();
    }
    return 0;
}
