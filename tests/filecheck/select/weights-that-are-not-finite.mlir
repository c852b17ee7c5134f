// RUN: barecc-opt %s --select-kernels=features=neon | FileCheck %s

// CHECK-LABEL: func @finite
// CHECK: kernel.call "conv2d_f32_neon"
func.func @finite(%x: tensor<1x16x16x8xf32>) -> tensor<1x16x16x8xf32> {
  %w = arith.constant dense<0.5> : tensor<8x3x3x8xf32>
  %y = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x16x16x8xf32>, tensor<8x3x3x8xf32> -> tensor<1x16x16x8xf32>
  return %y : tensor<1x16x16x8xf32>
}

// The zeros of the padding are no part of the sum, but a tuned kernel multiplies them, and 0 times infinity is NaN.
// CHECK-LABEL: func @infinite
// CHECK: kernel.call "conv2d_f32"(
func.func @infinite(%x: tensor<1x16x16x8xf32>) -> tensor<1x16x16x8xf32> {
  %w = arith.constant dense<0x7F800000> : tensor<8x3x3x8xf32>
  %y = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x16x16x8xf32>, tensor<8x3x3x8xf32> -> tensor<1x16x16x8xf32>
  return %y : tensor<1x16x16x8xf32>
}
