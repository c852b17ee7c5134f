/* Runs a kernel and the reference of its operation on the same cases and compares every byte. Part of a program that
 * Program.cpp writes, which defines before it:
 *
 * INPUT, OUTPUT    types of the elements of activations: float, uint16_t (half floats), int8_t or int16_t; of the first
 *                  INPUT_IS_FLOAT or INPUT_IS_HALF
 * PLANTS_NAN       1: some inputs hold a NaN
 * OUTPUT_IS_FLOAT  1: of float, not the bits of a half
 * ALIGNMENT        of constants and workspace, as the model aligns them
 * MOST_BYTES       of the operand of each role of any case
 * GUARDED          1: nothing outside of operands may be touched, which the operating system sees to
 * run_reference, run_tested   call the kernels */
#include "blocks.h"

#ifdef INPUT_IS_HALF
#include "half.h"
#endif

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

static void fill(unsigned char *at, size_t bytes)
{
    for (size_t i = 0; i + sizeof(INPUT) <= bytes; i += sizeof(INPUT)) {
        const INPUT element = random_element();
        memcpy(at + i, &element, sizeof element);
    }
}

/* An activation as the case says. */
static void make_input(const kernel_case *k, unsigned char *at, size_t bytes)
{
    fill(at, bytes);
    if (k->has_constant_input)
        memset(at, k->constant_input, bytes);
#if PLANTS_NAN
    if (random_int(0, 3) == 0) {
        const float nan = NAN;
        memcpy(at, &nan, sizeof nan);
    }
#endif
}

/* Random numbers, and round them a pattern. */
static void make_workspace(void)
{
    const block *const b = &blocks[role_workspace];
    for (size_t i = 0; i < b->bytes; i++)
        b->begin[i] = (unsigned char)(i * 37);
    for (size_t i = 0; i < b->used; i++)
        b->at[i] = (unsigned char)random_word();
}

static int workspace_is_left(void)
{
    const block *const b = &blocks[role_workspace];
    const size_t begin = (size_t)(b->at - b->begin);
    for (size_t i = 0; i < b->bytes; i++)
        if ((i < begin || i >= begin + b->used) && b->begin[i] != (unsigned char)(i * 37)) {
            printf("byte %ld of a workspace of %ld is written\n", (long)i - (long)begin, (long)b->used);
            return 0;
        }
    return 1;
}

/* Whether what holds byte i of both is a NaN: which one a processor makes is left to it. */
static int is_nan(const unsigned char *expected, const unsigned char *actual, size_t i)
{
#if OUTPUT_IS_FLOAT
    float a, b;
    i -= i % sizeof a;
    memcpy(&a, expected + i, sizeof a);
    memcpy(&b, actual + i, sizeof b);
    return isnan(a) && isnan(b);
#else
    (void)expected, (void)actual, (void)i;
    return 0;
#endif
}

/* The block with the result, and all of it. */
static int differs(const char *what, const block *result)
{
    const unsigned char *const expected = blocks[block_expected].begin, *const actual = result->begin;
    if (memcmp(expected, actual, result->bytes) == 0)
        return 0;
    for (size_t i = 0; i < result->bytes; i++)
        if (expected[i] != actual[i] && !is_nan(expected, actual, i)) {
            printf("%s: byte %ld of the output is %d, expected %d\n", what, (long)i - (long)(result->at - actual),
                   actual[i], expected[i]);
            return 1;
        }
    return 0;
}

/* Lays what both kernels share, and the constants and the workspace of the one under test. */
static void lay_operands(const kernel_case *k, placement where, operand *reference, operand *tested)
{
    for (int r = 0; r < role_count; r++) {
        const size_t bytes = (size_t)tested[r].bytes;
        const int is_constant = tested[r].at != NULL;
        const size_t alignment = is_constant || r == role_workspace ? ALIGNMENT
                                 : r == role_output                 ? sizeof(OUTPUT)
                                                                    : sizeof(INPUT);
        unsigned char *const at = lay(&blocks[r], bytes, alignment, where, random_word() % STEPS);
        if (is_constant)
            memcpy(at, tested[r].at, bytes);
        else if (r == role_workspace)
            make_workspace();
        else if (r == role_output)
            fill(at, bytes);
        else if (bytes > 0)
            make_input(k, at, bytes);
        if (bytes > 0)
            tested[r].at = at;
        if (bytes > 0 && !is_constant)
            reference[r].at = at;
    }
}

/* A block of the reference's with what is in another one, and the operand in it. */
static void *copy_of(block *copy, const block *original)
{
    memcpy(copy->begin, original->begin, original->bytes);
    copy->at = copy->begin + (original->at - original->begin);
    copy->used = original->used;
    return copy->at;
}

/* Rows [begin, end) by both kernels; the result lies on the operand of the role `on`, or by itself. */
static int check(const kernel_case *k, int32_t begin, int32_t end, placement where, role on)
{
    const block *const result = &blocks[on];
    operand reference[role_count], tested[role_count];
    memcpy(reference, k->reference, sizeof reference);
    memcpy(tested, k->tested, sizeof tested);
    lay_operands(k, where, reference, tested);
    tested[role_output].at = tested[on].at;
    reference[role_output].at = copy_of(&blocks[block_expected], result);
    if (on != role_output)
        reference[on].at = copy_of(&blocks[block_before], result);
    hide_all_but_operands();
    run_reference(k->params, reference, begin, end);
    run_tested(k->params, tested, begin, end);
    show_all();
    return differs(on == role_output ? "rows" : "in place", result) || !workspace_is_left();
}

/* All rows, the first ones or some, and in place. Guards follow what the last rows read, and come before what the first
 * ones do. */
static int check_case(const kernel_case *k)
{
    const int32_t begin = random_int(0, k->rows - 1), end = random_int(begin, k->rows);
    const int are_first = GUARDED && random_int(0, 1);
    const placement at_end = GUARDED ? AT_END : SOMEWHERE;
    current_call = k->description;
    return check(k, 0, k->rows, at_end, role_output) ||
           check(k, are_first ? 0 : begin, end, are_first ? AT_BEGIN : SOMEWHERE, role_output) ||
           (k->in_place != role_output && check(k, 0, k->rows, are_first ? AT_BEGIN : at_end, k->in_place));
}

static void make_blocks(void)
{
    static const size_t most_bytes[role_count] = MOST_BYTES;
    size_t most_of_all = 0;
    for (int r = 0; r < role_count; r++) {
        make_block(&blocks[r], most_bytes[r]);
        fill(blocks[r].begin, blocks[r].bytes);
        most_of_all = blocks[r].bytes > most_of_all ? blocks[r].bytes : most_of_all;
    }
    make_block(&blocks[block_expected], most_of_all);
    make_block(&blocks[block_before], most_of_all);
}

int main(void)
{
    int failed = 0;
    make_blocks();
    for (size_t i = 0; i < sizeof cases / sizeof *cases && failed < 5; i++) {
        const int wrong = check_case(&cases[i]);
        if (wrong)
            printf("case %ld: %s\n", (long)i, current_call);
        failed += wrong;
    }
    return failed > 0;
}
