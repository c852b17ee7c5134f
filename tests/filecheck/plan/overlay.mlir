// RUN: barecc-opt %s --select | barecc-translate | FileCheck %s

// A residual sum is written over the tensor it adds, unless the convolution reads that very tensor as its image.
// CHECK: const size_t conv2d_1_output = [[A:[0-9]+]];
// CHECK: const size_t conv2d_2_output = [[A]];
// CHECK: conv2d_f32_layer(in0, model_conv2d_1_weights, (float *)(void *)(arena + conv2d_1_output));
// CHECK: conv2d_f32_layer_2(in0, model_conv2d_1_weights, (const float *)(void *)(arena + conv2d_1_output),
// CHECK-NEXT: (float *)(void *)(arena + conv2d_2_output));
// CHECK: conv2d_f32_layer_2((const float *)(void *)(arena + conv2d_2_output), model_conv2d_1_weights,
// CHECK-NEXT: (const float *)(void *)(arena + conv2d_2_output), out0);
func.func @main(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<0.5> : tensor<2x3x3x2xf32>
  %a = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x4x4x2xf32>, tensor<2x3x3x2xf32> -> tensor<1x4x4x2xf32>
  %b = nn.conv2d %x, %w residual %a {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x4x4x2xf32>, tensor<2x3x3x2xf32> residual tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %c = nn.conv2d %b, %w residual %b {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x4x4x2xf32>, tensor<2x3x3x2xf32> residual tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  return %c : tensor<1x4x4x2xf32>
}
