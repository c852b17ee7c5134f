/* All kernels of RISC-V's vectors in one file, as models that mix integers and floats have them: no name is taken
 * twice. */
#include "riscv/avg_pool2d_f32_rvv.c"
#include "riscv/avg_pool2d_s8_rvv.c"
#include "riscv/conv2d_f32_rvv.c"
#include "riscv/conv2d_s8_rvv.c"
#include "riscv/depthwise_conv2d_f32_rvv.c"
#include "riscv/depthwise_conv2d_s8_rvv.c"
#include "riscv/fully_connected_f32_rvv.c"
#include "riscv/fully_connected_s8_rvv.c"
#include "riscv/matmul_f32_rvv.c"
#include "riscv/matmul_transposed_f32_rvv.c"
#include "riscv/max_pool2d_f32_rvv.c"
#include "riscv/max_pool2d_s8_rvv.c"

int main(void)
{
    const int8_t bytes[4] = {1, -2, 3, 4};
    const float numbers[4] = {1.0f, -2.0f, 3.0f, 4.0f};
    int8_t byte = 0;
    float number = 0.0f;
    const pool2d_s8_params p = {{1, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0}, 0, -128, 127};
    const pool2d_f32_params q = {p.window, -INFINITY, INFINITY};
    max_pool2d_s8_rvv(&p, bytes, &byte, 0, 1);
    max_pool2d_f32_rvv(&q, numbers, &number, 0, 1);
    return byte != 4 || number != 4.0f;
}
