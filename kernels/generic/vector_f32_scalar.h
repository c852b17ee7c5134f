/* The f32 "vector" of processors with 32 registers for floats and no vectors. */
#pragma once

#include "../vector/vector_f32_one_lane.h"

#define GEMM_ROWS 4 /* 16 sums, 4 of weights, 1 of input */
#define DEPTHWISE_COLUMNS 4
