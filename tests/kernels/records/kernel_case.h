/* A call of two kernels, as the host has drawn it. */
#pragma once

#include <stdint.h>

/* The roles of kernel records, and the workspace. */
typedef enum {
    role_input,
    role_weights,
    role_bias,
    role_multiplier,
    role_shift,
    role_requant,
    role_residual,
    role_exp_table,
    role_reciprocal_table,
    role_lhs,
    role_rhs,
    role_output,
    role_workspace,
    role_count
} role;

/* Constants lie somewhere, others are yet to be laid. What a call does not have is NULL and has no bytes. */
typedef struct {
    const void *at;
    int32_t bytes;
} operand;

typedef struct {
    const char *description;
    const void *params;
    operand reference[role_count], tested[role_count];
    int32_t rows;
    int has_constant_input, constant_input;
    role in_place; /* the operand that a result may lie on; role_output: none */
} kernel_case;
