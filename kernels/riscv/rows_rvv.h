/* Tiles of rows that are multiplied with a matrix of weights [depth][n]: what convolutions and fully connected layers
 * are made of on 64-bit RISC-V with vectors of any length. Columns lie side by side in a vector; each weight is
 * multiplied with the scalars of all of a tile's rows.
 *
 * Sums fill the vector registers: seven rows of four registers each where these hold all n columns, else three rows of
 * eight. */
#pragma once

#include <riscv_vector.h>

#include "kernel.h"

#define ROWS_OF_TILE 7

/* How many rows to compute at a time. */
static inline int32_t rows_at_once(int32_t n) { return (size_t)n <= __riscv_vsetvlmax_e32m4() ? ROWS_OF_TILE : 3; }

/* Where up to ROWS_OF_TILE rows lie. A row is made of lines, such as those under the window of a convolution; `gap` is
 * how many bytes are between one line's end and the next one's start. Instructions below count on the order of these
 * words. */
typedef struct {
    const void *x[ROWS_OF_TILE];
    ptrdiff_t gap[ROWS_OF_TILE];
} row_tile;

/* STEP(i, ...) for each row i of a tile of that many. */
#define FOR_1_ROW(STEP, ...) STEP(0, __VA_ARGS__)
#define FOR_3_ROWS(STEP, ...) FOR_1_ROW(STEP, __VA_ARGS__) STEP(1, __VA_ARGS__) STEP(2, __VA_ARGS__)
#define FOR_7_ROWS(STEP, ...)                                                                                          \
    FOR_3_ROWS(STEP, __VA_ARGS__)                                                                                      \
    STEP(3, __VA_ARGS__) STEP(4, __VA_ARGS__) STEP(5, __VA_ARGS__) STEP(6, __VA_ARGS__)

/* Instructions for row i: where it goes on is in register a<i>, its element in t<i> or ft<i>. */
#define LOAD_POINTER(i, ...) "ld a" #i ", 8*" #i "(%[tile])\n\t"
#define SKIP_GAP(i, ...) "ld t" #i ", 56+8*" #i "(%[tile])\n\tadd a" #i ", a" #i ", t" #i "\n\t"
#define ADVANCE(i, bytes) "addi a" #i ", a" #i ", " bytes "\n\t"
#define LOAD_ELEMENT(i, load, element, at) load " " element #i ", " at "(a" #i ")\n\t"
#define ADD_PRODUCTS(i, multiply, element) multiply " %[sums" #i "], " element #i ", %[weights]\n\t"
#define ROW_REGISTERS "a0", "a1", "a2", "a3", "a4", "a5", "a6", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "vl", "vtype"
#define SUMS(i, ...) [sums##i] "+&vr"(sums##i),

/* clang-format off */

/* One weight of each column, and its products with one element of each row. */
#define MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, at)                                                  \
    load_weights                                                                                                       \
    "add %[w], %[w], %[pitch]\n\t"                                                                                     \
    FOR_ROWS(LOAD_ELEMENT, load, element, at)                                                                          \
    FOR_ROWS(ADD_PRODUCTS, multiply, element)

/* All products of a tile, in assembly: compilers load so many elements ahead that they run out of registers. `bytes` is
 * the size of an element; load_weights puts weights of type vtype into %[weights]. */
#define MULTIPLY_LINES(FOR_ROWS, vtype, load_weights, load, multiply, element, bytes)                                  \
    "vsetvli zero, %[vl], " vtype ", ta, ma\n\t"                                                                       \
    FOR_ROWS(LOAD_POINTER, )                                                                                           \
    "1:\n\t"                                                                                                           \
    "srliw %[k], %[depth], 2\n\t"                                                                                      \
    "beqz %[k], 3f\n"                                                                                                  \
    "2:\n\t"                                                                                                           \
    MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, "0")                                                     \
    MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, bytes)                                                   \
    MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, "2*" bytes)                                              \
    MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, "3*" bytes)                                              \
    FOR_ROWS(ADVANCE, "4*" bytes)                                                                                      \
    "addi %[k], %[k], -1\n\t"                                                                                          \
    "bnez %[k], 2b\n"                                                                                                  \
    "3:\n\t"                                                                                                           \
    "andi %[k], %[depth], 3\n\t"                                                                                       \
    "beqz %[k], 5f\n"                                                                                                  \
    "4:\n\t"                                                                                                           \
    MULTIPLY(FOR_ROWS, load_weights, load, multiply, element, "0")                                                     \
    FOR_ROWS(ADVANCE, bytes)                                                                                           \
    "addi %[k], %[k], -1\n\t"                                                                                          \
    "bnez %[k], 4b\n"                                                                                                  \
    "5:\n\t"                                                                                                           \
    "addi %[lines], %[lines], -1\n\t"                                                                                  \
    "beqz %[lines], 6f\n\t"                                                                                            \
    FOR_ROWS(SKIP_GAP, )                                                                                               \
    "j 1b\n"                                                                                                           \
    "6:"

/* clang-format on */
