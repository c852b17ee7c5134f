/* fully_connected_f32_rvv against fully_connected_f32. */
#include "generic/fully_connected_f32.c"

#include "riscv/fully_connected_f32_rvv.c"

#define TUNED fully_connected_f32_rvv
#define WIDTH s->n
#include "fully_connected_f32.h"
