/* Memory that operands are laid in: a block for each role, and more for what the reference has apart. Where a program is
 * one of an operating system, blocks lie between pages that may not be touched (guard_pages.h). */
#pragma once

#include "kernel_case.h"

#include <stdio.h>
#include <stdlib.h>

#define MARGIN 64 /* bytes before and behind an operand that lies somewhere */

enum { block_expected = role_count, block_before, block_count };

typedef struct {
    unsigned char *begin;
    size_t bytes;
    unsigned char *at; /* where the operand lies */
    size_t used;       /* its bytes */
} block;

static block blocks[block_count];
static const char *current_call;

static const char *const block_names[block_count] = {
    "the input",
    "the weights",
    "the bias",
    "the multiplier",
    "the shift",
    "requant",
    "the residual",
    "the table of exp",
    "the table of 1 / x",
    "the left-hand side",
    "the right-hand side",
    "the output",
    "the workspace",
    "the reference's output",
    "the reference's operand",
};

#if GUARDED
#include "guard_pages.h"
#else
/* At least so many bytes. */
static unsigned char *allocate(size_t *bytes)
{
    unsigned char *const memory = malloc(*bytes + ALIGNMENT);
    if (memory == NULL)
        abort();
    return memory + (ALIGNMENT - (uintptr_t)memory % ALIGNMENT);
}
#endif

/* Where in its block an operand lies. Somewhere is a step of the operand's alignment behind a margin. */
typedef enum { SOMEWHERE, AT_BEGIN, AT_END } placement;
#define STEPS 4

static unsigned char *lay(block *b, size_t bytes, size_t alignment, placement where, size_t step)
{
    const size_t last = (b->bytes - bytes) / alignment * alignment;
    b->used = bytes;
    b->at = b->begin + (where == AT_BEGIN ? 0 : where == AT_END ? last : MARGIN + alignment * step);
    return b->at;
}

/* That holds operands of so many bytes wherever they are laid. */
static void make_block(block *b, size_t bytes)
{
    b->bytes = bytes + 2 * MARGIN + STEPS * ALIGNMENT;
    b->begin = allocate(&b->bytes);
}

/* AddressSanitizer is told that nothing but the operands may be touched, which is exact behind their ends. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define POISON(begin, bytes) __asan_poison_memory_region(begin, bytes)
#define UNPOISON(begin, bytes) __asan_unpoison_memory_region(begin, bytes)
#endif
#endif
#ifndef POISON
#define POISON(begin, bytes) ((void)(begin), (void)(bytes))
#define UNPOISON(begin, bytes) ((void)(begin), (void)(bytes))
#endif

static void hide_all_but_operands(void)
{
    for (size_t i = 0; i < block_count; i++) {
        const block *const b = &blocks[i];
        POISON(b->begin, b->bytes);
        UNPOISON(b->at, b->used);
    }
}

static void show_all(void)
{
    for (size_t i = 0; i < block_count; i++)
        UNPOISON(blocks[i].begin, blocks[i].bytes);
}
