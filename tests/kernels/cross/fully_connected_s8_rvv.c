/* fully_connected_s8_rvv against fully_connected_s8. */
#include "generic/fully_connected_s8.c"

#include "riscv/fully_connected_s8_rvv.c"

#define TUNED fully_connected_s8_rvv
#define PACK pack_side_by_side
#define ARRANGE arrange_in_planes
#include "fully_connected_s8.h"
