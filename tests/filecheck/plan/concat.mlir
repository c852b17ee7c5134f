// RUN: barecc-opt %s --select | barecc-translate | FileCheck %s

// A channel concat costs nothing: each producer writes its channels into the pixels of the result, 8 channels wide.
// CHECK: conv2d_f32_geometry = {{.*}}
// CHECK: .output_pixel_stride = 8
// CHECK: conv2d_f32_layer(in0, model_conv2d_1_weights, (float *)(void *)(arena + conv2d_1_output));
// CHECK: conv2d_f32_layer(in0, model_conv2d_2_weights, (float *)(void *)(arena + conv2d_1_output + 16));
// CHECK: softmax_f32_layer((const float *)(void *)(arena + conv2d_1_output), out0);
// CHECK-NOT: copy
func.func @main(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x8xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x3xf32>
  %v = arith.constant dense<0.25> : tensor<4x3x3x3xf32>
  %a = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x2x2x3xf32>, tensor<4x3x3x3xf32> -> tensor<1x2x2x4xf32>
  %b = nn.conv2d %x, %v {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x2x2x3xf32>, tensor<4x3x3x3xf32> -> tensor<1x2x2x4xf32>
  %c = tensor.concat dim(3) %a, %b : (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x8xf32>
  %y = nn.softmax %c : tensor<1x2x2x8xf32> -> tensor<1x2x2x8xf32>
  return %y : tensor<1x2x2x8xf32>
}
