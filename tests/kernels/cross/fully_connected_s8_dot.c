/* fully_connected_s8_dot against fully_connected_s8. */
#include "generic/fully_connected_s8.c"

#include "arm64/fully_connected_s8_dot.c"

#define TUNED fully_connected_s8_dot
#define PACK pack_quad_rows_8
#define ARRANGE arrange_in_eights
#include "fully_connected_s8.h"
