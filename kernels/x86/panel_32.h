/* For kernels that read the panels of weights of AVX-512, so that a program can have both; see gemm_tile_f32.h. */
#pragma once

#define PANEL 32
