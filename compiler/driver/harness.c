/* The program that barecc puts around a generated model to run it: reads raw inputs, runs, writes raw outputs, and
 * takes times and the use of the stack.
 *
 *     harness DIR STEPS RUNS STACK
 *
 * DIR/in_<i>.raw holds STEPS times the bytes of input i, one step after the other, and DIR/out_<i>.raw is written
 * likewise. The steps run in sequence on one state that starts fresh. Then RUNS more calls are timed on the inputs of
 * step 0, and DIR/times.txt gets one line of nanoseconds for each; RUNS of -1 means as many as fit a second, from 5 to
 * 10000. STACK of 1 asks for one more call before these, on the same inputs, during which the stack is watched:
 * DIR/stack.txt gets the bytes that the call used.
 *
 * barecc-glue.h, which barecc writes beside it, binds the names of the one model: input_bytes[], output_bytes[],
 * input_element_bytes[], output_element_bytes[], BARECC_GLUE_INPUTS, _OUTPUTS, _ARENA_BYTES, _ARENA_ALIGN, _STATE_BYTES, barecc_glue_reset(state),
 * barecc_glue_set_inputs(in, arena), barecc_glue_run(in, out, arena, state) and barecc_glue_get_outputs(out, arena). The
 * prefix keeps clear of a model that is called "model".
 *
 * The files are little-endian, whatever the processor is.
 *
 * The arena starts with a pattern, not with zeros, and every block ends in guard bytes, so that a model that reads what
 * it has not written or writes past an end is found out. Blocks are aligned to what the model's header asks for and to
 * no more, so that a model that counts on more is found out too; but inputs and outputs to a line of the cache where
 * time or stack is taken. */
#define _POSIX_C_SOURCE 200809L

#include "barecc-glue.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Sanitizers of clang are told what they would find out by themselves: MemorySanitizer takes the pattern for no value, and
 * a block ends where AddressSanitizer's own guards begin. */
#define FORGET(block, bytes) ((void)0)
#define GUARD_BYTES 64u
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#undef FORGET
#define FORGET(block, bytes) __msan_allocated_memory(block, bytes)
#endif
#if __has_feature(address_sanitizer)
#undef GUARD_BYTES
#define GUARD_BYTES 0u
#endif
#endif
#define GUARD_VALUE 0x5c
#define POISON_VALUE 0xa5
#define STACK_PAINTED 65536u
#define CACHE_LINE 64

/* Variables, since a model may have no inputs, and comparing with a literal 0 draws a warning. */
static const size_t inputs = BARECC_GLUE_INPUTS;
static const size_t outputs = BARECC_GLUE_OUTPUTS;

struct blocks {
    void *in[BARECC_GLUE_INPUTS + 1];
    void *out[BARECC_GLUE_OUTPUTS + 1];
    unsigned char *arena;
    unsigned char *state;
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "harness: %s: %s\n", what, which);
    exit(1);
}

/* A block of `bytes` with guards behind it, at an odd multiple of `align`, a power of two. */
static unsigned char *allocate(size_t bytes, size_t align)
{
    void *memory = NULL;
    const size_t twice = 2 * align > sizeof(void *) ? 2 * align : sizeof(void *);
    unsigned char *block;
    if (posix_memalign(&memory, twice, align + bytes + GUARD_BYTES) != 0)
        fail("out of memory", "cannot hold the model's buffers");
    block = (unsigned char *)memory + align;
    memset(block, POISON_VALUE, bytes);
    FORGET(block, bytes);
    memset(block + bytes, GUARD_VALUE, GUARD_BYTES);
    return block;
}

static void check_guard(const unsigned char *block, size_t bytes, const char *which)
{
    for (size_t i = 0; i < GUARD_BYTES; ++i)
        if (block[bytes + i] != GUARD_VALUE)
            fail("the generated code wrote past the end of a block", which);
}

/* Turns the bytes of each element round where the processor is big-endian. */
static void swap_to_little_endian(unsigned char *block, size_t bytes, size_t element)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    if (first == 1)
        return;
    for (size_t at = 0; at < bytes; at += element)
        for (size_t low = 0, high = element - 1; low < high; ++low, --high) {
            const unsigned char byte = block[at + low];
            block[at + low] = block[at + high];
            block[at + high] = byte;
        }
}

static void read_input(struct blocks *b, size_t i, FILE *file, const char *directory)
{
    if (fread(b->in[i], 1, input_bytes[i], file) != input_bytes[i])
        fail("an input file is too short", directory);
    swap_to_little_endian(b->in[i], input_bytes[i], input_element_bytes[i]);
}

/* The output is read from its file alone after this. */
static void write_output(struct blocks *b, size_t i, FILE *file, const char *directory)
{
    swap_to_little_endian(b->out[i], output_bytes[i], output_element_bytes[i]);
    if (fwrite(b->out[i], 1, output_bytes[i], file) != output_bytes[i])
        fail("cannot write an output file", directory);
}

static FILE *open_numbered(const char *directory, const char *kind, size_t index, const char *mode)
{
    char path[4096];
    FILE *file;
    int length = snprintf(path, sizeof path, "%s/%s_%lu.raw", directory, kind, (unsigned long)index);
    if (length < 0 || (size_t)length >= sizeof path)
        fail("path too long", directory);
    file = fopen(path, mode);
    if (file == NULL)
        fail("cannot open", path);
    return file;
}

static uint64_t now(void)
{
#ifdef CLOCK_MONOTONIC
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
#else
    return 0; /* an emulated board: instructions are counted instead */
#endif
}

static void run_model(struct blocks *b)
{
    barecc_glue_set_inputs(b->in, b->arena);
    barecc_glue_run(b->in, b->out, b->arena, b->state);
    barecc_glue_get_outputs(b->out, b->arena);
}

static void run_steps(struct blocks *b, const char *directory, long steps)
{
    FILE *in[BARECC_GLUE_INPUTS + 1];
    FILE *out[BARECC_GLUE_OUTPUTS + 1];
    for (size_t i = 0; i < inputs; ++i)
        in[i] = open_numbered(directory, "in", i, "rb");
    for (size_t i = 0; i < outputs; ++i)
        out[i] = open_numbered(directory, "out", i, "wb");
    barecc_glue_reset(b->state);
    for (long step = 0; step < steps; ++step) {
        for (size_t i = 0; i < inputs; ++i)
            read_input(b, i, in[i], directory);
        run_model(b);
        for (size_t i = 0; i < outputs; ++i)
            write_output(b, i, out[i], directory);
    }
    for (size_t i = 0; i < inputs; ++i)
        fclose(in[i]);
    for (size_t i = 0; i < outputs; ++i)
        if (fclose(out[i]) != 0)
            fail("cannot write an output file", directory);
}

/* The inputs of step 0. */
static void read_inputs(struct blocks *b, const char *directory)
{
    for (size_t i = 0; i < inputs; ++i) {
        FILE *file = open_numbered(directory, "in", i, "rb");
        read_input(b, i, file, directory);
        fclose(file);
    }
}

static FILE *open_result(const char *directory, const char *name)
{
    char path[4096];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "w");
    if (file == NULL)
        fail("cannot open", path);
    return file;
}

#ifndef __wasm__ /* whose calls use a stack that a program does not see */
#if defined(__x86_64__)
__extension__ register uintptr_t stack_pointer __asm__("rsp");
#elif defined(__s390x__)
__extension__ register uintptr_t stack_pointer __asm__("r15");
#else
__extension__ register uintptr_t stack_pointer __asm__("sp");
#endif

/* Calls the model once, and returns how far below this function's own stack pointer it wrote: the stack there is painted
 * before, and looked through from its far end afterwards. A function that is called by nothing else, has one call and
 * keeps its name, since instructions are counted from that call to its return. */
size_t harness_watch_stack(struct blocks *b);
__attribute__((noinline)) size_t harness_watch_stack(struct blocks *b)
{
    volatile unsigned char *const end = (volatile unsigned char *)(stack_pointer - STACK_PAINTED);
    size_t untouched = 0;
    for (size_t i = 0; i < STACK_PAINTED; ++i)
        end[i] = POISON_VALUE;
    barecc_glue_run(b->in, b->out, b->arena, b->state);
    while (untouched < STACK_PAINTED && end[untouched] == POISON_VALUE)
        ++untouched;
    return STACK_PAINTED - untouched;
}

static void measure_stack(struct blocks *b, const char *directory)
{
    FILE *file = open_result(directory, "stack.txt");
    barecc_glue_set_inputs(b->in, b->arena);
    fprintf(file, "%lu\n", (unsigned long)harness_watch_stack(b));
    if (fclose(file) != 0)
        fail("cannot write the bytes of stack to", directory);
}
#else
static void measure_stack(struct blocks *b, const char *directory)
{
    (void)b;
    (void)directory;
}
#endif

static void time_runs(struct blocks *b, const char *directory, long runs)
{
    FILE *times = open_result(directory, "times.txt");
    uint64_t start, total = 0;
    for (long run = 0; runs >= 0 ? run < runs : run < 5 || (run < 10000 && total < 1000000000u); ++run) {
        uint64_t elapsed;
        start = now();
        run_model(b);
        elapsed = now() - start;
        total += elapsed;
        fprintf(times, "%llu\n", (unsigned long long)elapsed);
    }
    if (fclose(times) != 0)
        fail("cannot write times to", directory);
}

int main(int argc, char **argv)
{
    struct blocks b;
    long steps, runs, stack;
    if (argc != 5)
        fail("usage", "harness DIR STEPS RUNS STACK");
    steps = strtol(argv[2], NULL, 10);
    runs = strtol(argv[3], NULL, 10);
    stack = strtol(argv[4], NULL, 10);

    for (size_t i = 0; i < inputs; ++i)
        b.in[i] = allocate(input_bytes[i], runs != 0 || stack != 0 ? CACHE_LINE : input_element_bytes[i]);
    for (size_t i = 0; i < outputs; ++i)
        b.out[i] = allocate(output_bytes[i], runs != 0 || stack != 0 ? CACHE_LINE : output_element_bytes[i]);
    b.arena = allocate(BARECC_GLUE_ARENA_BYTES, BARECC_GLUE_ARENA_ALIGN);
    b.state = allocate(BARECC_GLUE_STATE_BYTES, BARECC_GLUE_ARENA_ALIGN);

    run_steps(&b, argv[1], steps);
    if (runs != 0 || stack != 0)
        read_inputs(&b, argv[1]);
    if (stack != 0)
        measure_stack(&b, argv[1]);
    if (runs != 0)
        time_runs(&b, argv[1], runs);

    for (size_t i = 0; i < inputs; ++i)
        check_guard(b.in[i], input_bytes[i], "an input");
    for (size_t i = 0; i < outputs; ++i)
        check_guard(b.out[i], output_bytes[i], "an output");
    check_guard(b.arena, BARECC_GLUE_ARENA_BYTES, "the arena");
    check_guard(b.state, BARECC_GLUE_STATE_BYTES, "the state");
    return 0;
}
