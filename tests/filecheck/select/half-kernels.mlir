// RUN: barecc-opt %s --select-kernels | FileCheck %s --check-prefix=PLAIN
// RUN: barecc-opt %s --select-kernels=features=neon,fullfp16 | FileCheck %s --check-prefix=TUNED

// Convolutions and fully connected layers of half floats; the tuned kernels' weights lie in panels of eight outputs.
// PLAIN: kernel.call "conv2d_f16"(input %arg0, weights {{.*}} tensor<3x1x2x8xf16>
// PLAIN: kernel.call "depthwise_conv2d_f16"
// PLAIN: kernel.call "fully_connected_f16"
// TUNED: tensor<128xf16>
// TUNED: kernel.call "conv2d_f16_neon"(input %arg0, weights %{{[a-z0-9_]+}})
// TUNED-SAME: min = 0.000000e+00 : f32, max = 6.000000e+00 : f32
// TUNED-SAME: workspace = 512 : i64
// TUNED: kernel.call "depthwise_conv2d_f16_neon"
// TUNED: kernel.call "fully_connected_f16_neon"
// TUNED-SAME: workspace = 2048 : i64
func.func @layers(%x: tensor<1x8x8x8xf16>) -> (tensor<1x8x8x3xf16>, tensor<1x8x8x8xf16>, tensor<1x16xf16>) {
  %w = arith.constant dense<0.5> : tensor<3x1x2x8xf16>
  %c = nn.conv2d %x, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 1, 0, 0>, dilations = array<i64: 1, 1>,
      groups = 1 : i64, min = 0.0 : f32, max = 6.0 : f32}
      : tensor<1x8x8x8xf16>, tensor<3x1x2x8xf16> -> tensor<1x8x8x3xf16>
  %v = arith.constant dense<0.5> : tensor<3x3x8xf16>
  %d = nn.depthwise_conv2d %x, %v {strides = array<i64: 1, 1>, padding = array<i64: 1, 1, 1, 1>,
      dilations = array<i64: 1, 1>} : tensor<1x8x8x8xf16>, tensor<3x3x8xf16> -> tensor<1x8x8x8xf16>
  %u = arith.constant dense<0.5> : tensor<16x512xf16>
  %f = nn.fully_connected %x, %u : tensor<1x8x8x8xf16>, tensor<16x512xf16> -> tensor<1x16xf16>
  return %c, %d, %f : tensor<1x8x8x3xf16>, tensor<1x8x8x8xf16>, tensor<1x16xf16>
}
