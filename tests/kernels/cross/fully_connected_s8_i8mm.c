/* fully_connected_s8_i8mm against fully_connected_s8. */
#include "generic/fully_connected_s8.c"

#include "arm64/fully_connected_s8_i8mm.c"

#define TUNED fully_connected_s8_i8mm
#define PACK pack_row_blocks_8
#define ARRANGE arrange_in_eights
#include "fully_connected_s8.h"
