/* A call of two kernels, as the host has drawn it. */
#pragma once

#include <stdint.h>

/* By the roles of kernel records; what a call does not have is NULL. */
typedef struct {
    const void *input, *weights, *bias, *multiplier, *shift, *requant, *residual, *lhs, *rhs, *exp_table,
        *reciprocal_table;
    void *output, *workspace;
} kernel_operands;

typedef enum { ON_NOTHING, ON_INPUT, ON_RESIDUAL } result_place;

typedef struct {
    const char *description;
    const void *params;
    kernel_operands reference, tested; /* constants of each */
    int32_t rows, workspace;           /* bytes of the latter */
    int has_residual, has_constant_input, constant_input;
    result_place in_place; /* whether and where a result may lie on an operand */
} kernel_case;
