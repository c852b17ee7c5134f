/* Runs a kernel and the reference of its operation on the same cases and compares every byte. Part of a program that
 * Program.cpp writes, which defines before it:
 *
 * INPUT, OUTPUT    types of the elements of activations: float, uint16_t (half floats), int8_t or int16_t; of the first
 *                  INPUT_IS_FLOAT or INPUT_IS_HALF
 * IS_PRODUCT       1: of two activations, lhs and rhs; 0: the kernel's input is one
 * PLANTS_NAN       1: some inputs hold a NaN
 * OUTPUT_IS_FLOAT  1: of float, not the bits of a half
 * ALIGNMENT        of constants and workspace, as the model aligns them
 * MOST_ELEMENTS    of any activation, MOST_WORKSPACE bytes of any workspace
 * run_reference, run_tested   call the kernels */
#include <stdio.h>

#ifdef INPUT_IS_HALF
#include "half.h"
#endif

#define MARGIN 64 /* bytes before and behind a tensor that must stay as they are */

typedef struct {
    unsigned char
        bytes[(MOST_ELEMENTS + 4) * (sizeof(INPUT) > sizeof(OUTPUT) ? sizeof(INPUT) : sizeof(OUTPUT)) + 2 * MARGIN];
} __attribute__((aligned(ALIGNMENT))) block;

#if IS_PRODUCT
static block lhs, rhs;
#endif
static block input, residual, before, expected, actual;
static unsigned char workspace[MOST_WORKSPACE + 2 * ALIGNMENT] __attribute__((aligned(ALIGNMENT)));

static uint32_t random_word(void)
{
    static uint32_t state = 2463534242u; /* Marsaglia's xorshift */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static int32_t random_int(int32_t low, int32_t high)
{
    return low + (int32_t)(random_word() % (uint32_t)(high - low + 1));
}

#if defined(INPUT_IS_FLOAT) || defined(INPUT_IS_HALF)
/* Multiples of 1/8, of whose products all sums are exact. A table, since most of the time went into making them where
 * floats are computed by functions. */
static float random_eighths(void)
{
    static const float eighths[16] = {-1.0f, -0.875f, -0.75f, -0.625f, -0.5f, -0.375f, -0.25f, -0.125f,
                                      0.0f,  0.125f,  0.25f,  0.375f,  0.5f,  0.625f,  0.75f,  0.875f};
    return eighths[random_word() >> 28];
}
#endif

/* Any integer; of floats multiples of 1/8. */
static INPUT random_element(void)
{
#if defined(INPUT_IS_FLOAT)
    return random_eighths();
#elif defined(INPUT_IS_HALF)
    return float_to_half(random_eighths());
#else
    const int32_t most = sizeof(INPUT) == 1 ? INT8_MAX : INT16_MAX;
    return (INPUT)random_int(-most - 1, most);
#endif
}

static void fill(block *b)
{
    for (size_t i = 0; i + sizeof(INPUT) <= sizeof b->bytes; i += sizeof(INPUT)) {
        const INPUT element = random_element();
        memcpy(b->bytes + i, &element, sizeof element);
    }
}

/* A place within a block that is aligned as its elements are, and no more. */
static unsigned char *place(block *b, int32_t offset, size_t element)
{
    return b->bytes + MARGIN + element * (size_t)offset;
}

/* Fills the input as the case says and returns where it lies. */
static const void *make_input(const kernel_case *k, block *b)
{
    unsigned char *const at = place(b, random_int(0, 3), sizeof(INPUT));
    fill(b);
    if (k->has_constant_input)
        memset(b->bytes, k->constant_input, sizeof b->bytes);
#if PLANTS_NAN
    if (random_int(0, 3) == 0) {
        const float nan = NAN;
        memcpy(at, &nan, sizeof nan);
    }
#endif
    return at;
}

/* The workspace of the size that the record says, with random numbers in it and round it. */
static void *make_workspace(const kernel_case *k)
{
    for (size_t i = 0; i < sizeof workspace; i++)
        workspace[i] = (unsigned char)(i * 37);
    if (k->workspace == 0)
        return NULL;
    for (int32_t i = 0; i < k->workspace; i++)
        workspace[ALIGNMENT + i] = (unsigned char)random_word();
    return workspace + ALIGNMENT;
}

static int workspace_is_left(const kernel_case *k)
{
    for (size_t i = 0; i < sizeof workspace; i++)
        if ((i < ALIGNMENT || i >= ALIGNMENT + (size_t)k->workspace) && workspace[i] != (unsigned char)(i * 37)) {
            printf("byte %ld of a workspace of %ld is written\n", (long)i - ALIGNMENT, (long)k->workspace);
            return 0;
        }
    return 1;
}

/* Whether byte i of both blocks is of a NaN: which one a processor makes is left to it. */
static int is_nan(size_t i)
{
#if OUTPUT_IS_FLOAT
    float a, b;
    i -= i % sizeof a;
    memcpy(&a, expected.bytes + i, sizeof a);
    memcpy(&b, actual.bytes + i, sizeof b);
    return isnan(a) && isnan(b);
#else
    (void)i;
    return 0;
#endif
}

/* `output` is where the result begins in both blocks. */
static int differs(const char *what, int32_t output)
{
    const size_t begin = MARGIN + sizeof(OUTPUT) * (size_t)output;
    for (size_t i = 0; i < sizeof expected.bytes; i++)
        if (expected.bytes[i] != actual.bytes[i] && !is_nan(i)) {
            printf("%s: byte %ld of the output is %d, expected %d\n", what, (long)i - (long)begin, actual.bytes[i],
                   expected.bytes[i]);
            return 1;
        }
    return 0;
}

/* Rows [begin, end) by both kernels into blocks of the same random numbers. */
static int check_rows(const kernel_case *k, int32_t begin, int32_t end)
{
    const int32_t offset = random_int(0, 3);
    kernel_operands reference = k->reference, tested = k->tested;
#if IS_PRODUCT
    reference.lhs = tested.lhs = make_input(k, &lhs);
    reference.rhs = tested.rhs = make_input(k, &rhs);
#else
    reference.input = tested.input = make_input(k, &input);
#endif
    if (k->has_residual)
        reference.residual = tested.residual = make_input(k, &residual);
    fill(&expected);
    memcpy(&actual, &expected, sizeof actual);
    reference.output = place(&expected, offset, sizeof(OUTPUT));
    tested.output = place(&actual, offset, sizeof(OUTPUT));
    tested.workspace = make_workspace(k);
    run_reference(k->params, &reference, begin, end);
    run_tested(k->params, &tested, begin, end);
    return differs("rows", offset) + !workspace_is_left(k);
}

/* All rows, the result on the input or on the residual. */
static int check_in_place(const kernel_case *k)
{
    const int32_t offset = random_int(0, 3);
    kernel_operands reference = k->reference, tested = k->tested;
    reference.input = tested.input = make_input(k, &input);
    fill(&before);
    if (k->in_place == ON_INPUT)
        memcpy(&before, &input, sizeof before);
    memcpy(&expected, &before, sizeof expected);
    memcpy(&actual, &before, sizeof actual);
    reference.output = place(&expected, offset, sizeof(OUTPUT));
    tested.output = place(&actual, offset, sizeof(OUTPUT));
    if (k->in_place == ON_INPUT) {
        reference.input = place(&before, offset, sizeof(OUTPUT));
        tested.input = tested.output;
    } else {
        reference.residual = place(&before, offset, sizeof(OUTPUT));
        tested.residual = tested.output;
    }
    tested.workspace = make_workspace(k);
    run_reference(k->params, &reference, 0, k->rows);
    run_tested(k->params, &tested, 0, k->rows);
    return differs("in place", offset) + !workspace_is_left(k);
}

int main(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases && failed < 5; i++) {
        const kernel_case *const k = &cases[i];
        const int32_t begin = random_int(0, k->rows - 1);
        const int wrong = check_rows(k, 0, k->rows) || check_rows(k, begin, random_int(begin, k->rows)) ||
                          (k->in_place != ON_NOTHING && check_in_place(k));
        if (wrong)
            printf("case %ld: %s\n", (long)i, k->description);
        failed += wrong;
    }
    return failed > 0;
}
