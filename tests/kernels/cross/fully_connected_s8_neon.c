/* fully_connected_s8_neon against fully_connected_s8. */
#include "generic/fully_connected_s8.c"

#include "neon/fully_connected_s8_neon.c"

#define TUNED fully_connected_s8_neon
#define PACK pack_quad_rows_8
#define ARRANGE arrange_in_eights
#define LEAST_WEIGHT (-127)
#include "fully_connected_s8.h"
