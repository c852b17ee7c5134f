/* fully_connected_s8_simd128 against fully_connected_s8. */
#include "generic/fully_connected_s8.c"

#include "wasm/fully_connected_s8_simd128.c"

#define TUNED fully_connected_s8_simd128
#define PACK pack_pair_rows_8
#define ARRANGE arrange_in_eights_by_power
#include "fully_connected_s8.h"
