// RUN: barecc-opt %s --select-kernels=features=dsp | FileCheck %s --check-prefixes=CHECK,PLANE
// RUN: barecc-opt %s --select-kernels=features=mve | FileCheck %s --check-prefixes=CHECK,RING
// RUN: barecc-opt %s --select-kernels=features=tune-scalar | FileCheck %s --check-prefixes=CHECK,PLANE

// A depthwise convolution may write over an input of the same shape, by kernels that copy what they read: a channel of the
// image, or the lines under the window, which is too late where the padding is higher than that or lines are passed over.
!q = !quant.uniform<i8:f32, 0.5>
!w = !quant.uniform<i8:f32, 0.125>

// CHECK-LABEL: func @same
// CHECK: kernel.call "depthwise_conv2d_s8_{{.*}}in_place = array<i64: 0>
func.func @same(%x: tensor<1x8x8x16x!q>) -> tensor<1x8x8x16x!q> {
  %c = arith.constant dense<1> : tensor<3x3x16xi8>
  %w = quant.scast %c : tensor<3x3x16xi8> to tensor<3x3x16x!w>
  %y = nn.depthwise_conv2d %x, %w {dilations = array<i64: 1, 1>, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x16x!q>, tensor<3x3x16x!w> -> tensor<1x8x8x16x!q>
  return %y : tensor<1x8x8x16x!q>
}

// CHECK-LABEL: func @smaller
// CHECK: kernel.call "depthwise_conv2d_s8_
// CHECK-NOT: in_place
// CHECK: return
func.func @smaller(%x: tensor<1x8x8x16x!q>) -> tensor<1x4x4x16x!q> {
  %c = arith.constant dense<1> : tensor<3x3x16xi8>
  %w = quant.scast %c : tensor<3x3x16xi8> to tensor<3x3x16x!w>
  %y = nn.depthwise_conv2d %x, %w {dilations = array<i64: 1, 1>, padding = array<i64: 0, 0, 1, 1>,
      strides = array<i64: 2, 2>} : tensor<1x8x8x16x!q>, tensor<3x3x16x!w> -> tensor<1x4x4x16x!q>
  return %y : tensor<1x4x4x16x!q>
}

// CHECK-LABEL: func @paddedAbove
// CHECK: kernel.call "depthwise_conv2d_s8_
// PLANE-SAME: in_place = array<i64: 0>
// RING-NOT: in_place
// CHECK: return
func.func @paddedAbove(%x: tensor<1x8x8x16x!q>) -> tensor<1x8x8x16x!q> {
  %c = arith.constant dense<1> : tensor<1x1x16xi8>
  %w = quant.scast %c : tensor<1x1x16xi8> to tensor<1x1x16x!w>
  %y = nn.depthwise_conv2d %x, %w {dilations = array<i64: 1, 1>, padding = array<i64: 7, 7, 7, 7>,
      strides = array<i64: 3, 3>} : tensor<1x8x8x16x!q>, tensor<1x1x16x!w> -> tensor<1x8x8x16x!q>
  return %y : tensor<1x8x8x16x!q>
}
