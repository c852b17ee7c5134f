// RUN: barecc-opt %s --split-input-file --fuse-window-padding | FileCheck %s

// Zeros around an image are what a convolution's own padding counts as.
// CHECK-LABEL: func @conv
// CHECK-NOT: tensor.pad
// CHECK: nn.conv2d %arg0, %arg1 {{{.*}}padding = array<i64: 1, 2, 1, 0>
func.func @conv(%x: tensor<1x4x4x2xf32>, %w: tensor<2x3x3x2xf32>) -> tensor<1x4x4x2xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 2, 0] high[0, 1, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  %y = nn.conv2d %p, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x6x6x2xf32>, tensor<2x3x3x2xf32> -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

// -----

// Of a quantised image the zero point is 0.
// CHECK-LABEL: func @quantised
// CHECK-NOT: tensor.pad
// CHECK: nn.conv2d %arg0, %arg1 {{{.*}}padding = array<i64: 1, 1, 1, 1>
!image = !quant.uniform<i8:f32, 0.5:-3>
!filter = !quant.uniform<i8:f32, 0.25>
func.func @quantised(%x: tensor<1x4x4x2x!image>, %w: tensor<2x3x3x2x!filter>) -> tensor<1x4x4x2x!image> {
  %zero = arith.constant -3 : i8
  %i8 = quant.scast %x : tensor<1x4x4x2x!image> to tensor<1x4x4x2xi8>
  %p = tensor.pad %i8 low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : i8
  } : tensor<1x4x4x2xi8> to tensor<1x6x6x2xi8>
  %q = quant.scast %p : tensor<1x6x6x2xi8> to tensor<1x6x6x2x!image>
  %y = nn.conv2d %q, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x6x6x2x!image>, tensor<2x3x3x2x!filter> -> tensor<1x4x4x2x!image>
  return %y : tensor<1x4x4x2x!image>
}

// -----

// Zeros around what is never negative cannot win a maximum; around anything else they can.
// CHECK-LABEL: func @max_pool
// CHECK: %[[RELU:.*]] = nn.max_pool2d %arg0
// CHECK-NEXT: nn.max_pool2d %[[RELU]] {{{.*}}padding = array<i64: 1, 1, 1, 1>
// CHECK: %[[PAD:.*]] = tensor.pad %arg0
// CHECK: nn.max_pool2d %[[PAD]]
func.func @max_pool(%x: tensor<1x4x4x2xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %relu = nn.max_pool2d %x {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>, min = 0.0 : f32} : tensor<1x4x4x2xf32> -> tensor<1x4x4x2xf32>
  %p = tensor.pad %relu low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  %a = nn.max_pool2d %p {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x6x6x2xf32> -> tensor<1x2x2x2xf32>
  %q = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  %b = nn.max_pool2d %q {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x6x6x2xf32> -> tensor<1x2x2x2xf32>
  return %a, %b : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// -----

// A mean over written zeros divides by their number too.
// CHECK-LABEL: func @avg_pool
// CHECK-NEXT: nn.avg_pool2d %arg0 {count_padding, {{.*}}padding = array<i64: 1, 1, 1, 1>
func.func @avg_pool(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %zero = arith.constant 0.0 : f32
  %p = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  %y = nn.avg_pool2d %p {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x6x6x2xf32> -> tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
