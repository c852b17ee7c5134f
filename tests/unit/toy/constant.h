/* The least a model can be: no inputs, no arena, no state. */
#pragma once

#define CONSTANT_ARENA_BYTES 0
#define CONSTANT_ARENA_ALIGN 1

void constant_run(float *out, unsigned char *arena);
