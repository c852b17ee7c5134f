// RUN: barecc-opt %s --select-kernels | FileCheck %s
// RUN: barecc-opt %s --select-kernels | barecc-opt | FileCheck %s

// An operation becomes the call of a kernel with the operands that it has; its geometry goes into the params.
// CHECK-LABEL: func @convolution
// CHECK: kernel.call "conv2d_f32"(input %arg0, weights %{{[a-z0-9_]+}}, bias %{{[a-z0-9_]+}})
// CHECK-SAME: params <conv2d_f32_params {window = window2d_params {batch = 1, in_h = 16,
// CHECK-SAME: out_c = 4,
// CHECK-SAME: min = 0.000000e+00 : f32, max = 6.000000e+00 : f32}>
// CHECK-SAME: {macs = 27648 : i64, rows = 16 : i64}
func.func @convolution(%x: tensor<1x16x16x3xf32>) -> tensor<1x16x16x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x3xf32>
  %b = arith.constant dense<1.0> : tensor<4xf32>
  %y = nn.conv2d %x, %w bias %b {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>, min = 0.0 : f32, max = 6.0 : f32}
      : tensor<1x16x16x3xf32>, tensor<4x3x3x3xf32> bias tensor<4xf32> -> tensor<1x16x16x4xf32>
  return %y : tensor<1x16x16x4xf32>
}

// The output of an integer kernel is scaled in fixed point, one multiplier and shift for each channel:
// 0.5 * 0.5 / 1.0 = 2^30 * 2^(-1 - 31), and 0.5 * 0.25 / 1.0 = 2^30 * 2^(-2 - 31).
// CHECK-LABEL: func @quantized
// CHECK-DAG: %[[M:.*]] = arith.constant dense<1073741824> : tensor<2xi32>
// CHECK-DAG: %[[S:.*]] = arith.constant dense<[-1, -2]> : tensor<2xi8>
// CHECK: kernel.call "fully_connected_s8"(input %arg0, weights %{{[a-z0-9_]+}}, multiplier %[[M]], shift %[[S]])
// CHECK-SAME: input_zero_point = -1, weights_zero_point = 0, output_zero_point = 3, min = 3, max = 127, per_channel = 1}>
!in = !quant.uniform<i8:f32, 0.5:-1>
!filter = !quant.uniform<i8:f32:0, {0.5, 0.25}>
!out = !quant.uniform<i8:f32, 1.0:3>
func.func @quantized(%x: tensor<1x4x!in>) -> tensor<1x2x!out> {
  %c = arith.constant dense<[[1, 2, 3, 4], [5, 6, 7, 8]]> : tensor<2x4xi8>
  %w = quant.scast %c : tensor<2x4xi8> to tensor<2x4x!filter>
  %y = nn.fully_connected %x, %w {min = 0.0 : f32} : tensor<1x4x!in>, tensor<2x4x!filter> -> tensor<1x2x!out>
  return %y : tensor<1x2x!out>
}

// The product 0.1 * 0.3 of the scales is taken in double precision, or rounded to single precision; then it is divided
// by 0.7.
// CHECK-LABEL: func @scaledInEitherPrecision
// CHECK-DAG: arith.constant dense<1472560321> : tensor<1xi32>
// CHECK-DAG: arith.constant dense<1472560299> : tensor<1xi32>
!tenth = !quant.uniform<i8:f32, 0.1:-1>
!threeTenths = !quant.uniform<i8:f32, 0.3>
!sevenTenths = !quant.uniform<i8:f32, 0.7>
func.func @scaledInEitherPrecision(%x: tensor<1x4x4x1x!tenth>) -> (tensor<1x4x4x1x!sevenTenths>, tensor<1x4x4x1x!sevenTenths>) {
  %c = arith.constant dense<5> : tensor<1x1x1x1xi8>
  %w = quant.scast %c : tensor<1x1x1x1xi8> to tensor<1x1x1x1x!threeTenths>
  %y = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 0, 0, 0, 0>,
      strides = array<i64: 1, 1>} : tensor<1x4x4x1x!tenth>, tensor<1x1x1x1x!threeTenths> -> tensor<1x4x4x1x!sevenTenths>
  %z = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 0, 0, 0, 0>,
      strides = array<i64: 1, 1>, scale_product = #nn.precision<single>}
      : tensor<1x4x4x1x!tenth>, tensor<1x1x1x1x!threeTenths> -> tensor<1x4x4x1x!sevenTenths>
  return %y, %z : tensor<1x4x4x1x!sevenTenths>, tensor<1x4x4x1x!sevenTenths>
}
