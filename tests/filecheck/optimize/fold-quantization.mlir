// RUN: barecc-opt %s --split-input-file --fold-quantization | FileCheck %s

!in = !quant.uniform<i8:f32, 0.5:-3>
!filter = !quant.uniform<i8:f32:0, {0.25, 0.5}>
!bias = !quant.uniform<i32:f32:0, {0.125, 0.5}>
!out = !quant.uniform<i8:f32, 2.0:4>

// A convolution between casts is the integer one. The bias goes to the scale of the products, 0.5 * 0.25 and 0.5 * 0.5:
// the first is at that scale already, the second is doubled.
// CHECK-LABEL: func @conv
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[8, 6]> : tensor<2xi32>
// CHECK-DAG: %[[W:.*]] = quant.scast {{.*}} : tensor<2x1x1x2xi8> to tensor<2x1x1x2x!quant.uniform<i8:f32:0
// CHECK: %[[Y:.*]] = nn.conv2d %arg0, %[[W]] bias %[[B]] {{{.*}}min = 0.000000e+00 : f32
// CHECK-NOT: cast
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x4x4x2x!in>) -> tensor<1x4x4x2x!out> {
  %wi = arith.constant dense<[[[[1, 2]]], [[[3, 4]]]]> : tensor<2x1x1x2xi8>
  %wq = quant.scast %wi : tensor<2x1x1x2xi8> to tensor<2x1x1x2x!filter>
  %w = quant.dcast %wq : tensor<2x1x1x2x!filter> to tensor<2x1x1x2xf32>
  %bi = arith.constant dense<[8, 3]> : tensor<2xi32>
  %bq = quant.scast %bi : tensor<2xi32> to tensor<2x!bias>
  %b = quant.dcast %bq : tensor<2x!bias> to tensor<2xf32>
  %real = quant.dcast %x : tensor<1x4x4x2x!in> to tensor<1x4x4x2xf32>
  %y = nn.conv2d %real, %w bias %b {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64, min = 0.0 : f32}
      : tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32> bias tensor<2xf32> -> tensor<1x4x4x2xf32>
  %q = quant.qcast %y : tensor<1x4x4x2xf32> to tensor<1x4x4x2x!out>
  return %q : tensor<1x4x4x2x!out>
}

// -----

!t = !quant.uniform<i8:f32, 0.5:-3>

// What moves elements moves integers: a reshape, a maximum, a padding by zero, which is the zero point.
// CHECK-LABEL: func @moves
// CHECK: %[[R:.*]] = nn.reshape %arg0 : {{.*}} -> tensor<1x4x4x2x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: %[[S:.*]] = quant.scast %[[R]]
// CHECK: %[[P:.*]] = tensor.pad %[[S]]
// CHECK: tensor.yield %{{.*}} : i8
// CHECK: %[[Q:.*]] = quant.scast %[[P]]
// CHECK: %[[M:.*]] = nn.max_pool2d %[[Q]]
// CHECK-NOT: quant.dcast
// CHECK: return %[[M]]
func.func @moves(%x: tensor<16x2x!t>) -> tensor<1x2x2x2x!t> {
  %zero = arith.constant 0.0 : f32
  %real = quant.dcast %x : tensor<16x2x!t> to tensor<16x2xf32>
  %image = nn.reshape %real : tensor<16x2xf32> -> tensor<1x4x4x2xf32>
  %p = tensor.pad %image low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x4x4x2xf32> to tensor<1x6x6x2xf32>
  %y = nn.max_pool2d %p {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x6x6x2xf32> -> tensor<1x2x2x2xf32>
  %q = quant.qcast %y : tensor<1x2x2x2xf32> to tensor<1x2x2x2x!t>
  return %q : tensor<1x2x2x2x!t>
}

// -----

!b = !quant.uniform<i8:f32, 0.25>

// Branches of a concat come to its scale one by one: the one that has it already for nothing.
// CHECK-LABEL: func @concat
// CHECK: %[[Q:.*]] = quant.qcast %arg0 : tensor<4xf32>
// CHECK: tensor.concat dim(0) %[[Q]], %arg1
func.func @concat(%x: tensor<4xf32>, %y: tensor<4x!b>) -> tensor<8x!b> {
  %ry = quant.dcast %y : tensor<4x!b> to tensor<4xf32>
  %c = tensor.concat dim(0) %x, %ry : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  %q = quant.qcast %c : tensor<8xf32> to tensor<8x!b>
  return %q : tensor<8x!b>
}

// -----

!t = !quant.uniform<i8:f32, 0.5:-3>

// A mean is taken of integers only where its result has their scale; one that counts padding stays as it is.
// CHECK-LABEL: func @mean
// CHECK: %[[REAL:.*]] = quant.dcast %arg0
// CHECK: nn.avg_pool2d %arg0 {{.*}} -> tensor<1x1x1x2x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: nn.avg_pool2d %[[REAL]] {{.*}}count_padding{{.*}} -> tensor<1x1x1x2xf32>
func.func @mean(%x: tensor<1x4x4x2x!t>) -> (tensor<1x1x1x2x!t>, tensor<1x1x1x2x!t>) {
  %real = quant.dcast %x : tensor<1x4x4x2x!t> to tensor<1x4x4x2xf32>
  %y = nn.avg_pool2d %real {kernel = array<i64: 4, 4>, strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x4x4x2xf32> -> tensor<1x1x1x2xf32>
  %q = quant.qcast %y : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!t>
  %z = nn.avg_pool2d %real {kernel = array<i64: 5, 5>, strides = array<i64: 1, 1>, padding = array<i64: 1, 1, 0, 0>,
      dilations = array<i64: 1, 1>, count_padding} : tensor<1x4x4x2xf32> -> tensor<1x1x1x2xf32>
  %r = quant.qcast %z : tensor<1x1x1x2xf32> to tensor<1x1x1x2x!t>
  return %q, %r : tensor<1x1x1x2x!t>, tensor<1x1x1x2x!t>
}
