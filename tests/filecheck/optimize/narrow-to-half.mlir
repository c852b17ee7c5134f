// RUN: barecc-opt %s --split-input-file --narrow-to-half --fuse-into-kernels | FileCheck %s

#id = affine_map<(a, b, c, d) -> (a, b, c, d)>

// Between casts, with weights that are half floats: a convolution of half floats, which takes the clamp behind it.
// CHECK-LABEL: func @conv
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x4x2xf16>)
// CHECK-DAG: %[[W:.*]] = arith.constant dense<2.500000e-01> : tensor<3x1x1x2xf16>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf16>
// CHECK: %[[Y:.*]] = nn.conv2d %[[X]], %[[W]] bias %[[B]] {{.*}}min = 0.000000e+00
// CHECK-NOT: linalg.generic
// CHECK: return %[[Y]]
func.func @conv(%x: tensor<1x4x4x2xf16>) -> tensor<1x4x4x3xf16> {
  %w = arith.constant dense<0.25> : tensor<3x1x1x2xf32>
  %b = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %wide = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x4x4x2xf16>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%in: f16, %out: f32):
    %v = arith.extf %in : f16 to f32
    linalg.yield %v : f32
  } -> tensor<1x4x4x2xf32>
  %y = nn.conv2d %wide, %w bias %b {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32> bias tensor<3xf32> -> tensor<1x4x4x3xf32>
  %f = tensor.empty() : tensor<1x4x4x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y : tensor<1x4x4x3xf32>) outs(%f : tensor<1x4x4x3xf16>) {
  ^bb0(%in: f32, %out: f16):
    %v = arith.truncf %in : f32 to f16
    linalg.yield %v : f16
  } -> tensor<1x4x4x3xf16>
  %zero = arith.constant 0.0 : f16
  %c = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%r : tensor<1x4x4x3xf16>) outs(%f : tensor<1x4x4x3xf16>) {
  ^bb0(%in: f16, %out: f16):
    %v = arith.maximumf %in, %zero : f16
    linalg.yield %v : f16
  } -> tensor<1x4x4x3xf16>
  return %c : tensor<1x4x4x3xf16>
}

// -----

#id = affine_map<(a, b) -> (a, b)>

// 0.1 is no half float: with other weights it would be another layer.
// CHECK-LABEL: func @other_weights
// CHECK: nn.fully_connected {{.*}}f32
func.func @other_weights(%x: tensor<1x2xf16>) -> tensor<1x3xf16> {
  %w = arith.constant dense<0.1> : tensor<3x2xf32>
  %e = tensor.empty() : tensor<1x2xf32>
  %wide = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<1x2xf16>) outs(%e : tensor<1x2xf32>) {
  ^bb0(%in: f16, %out: f32):
    %v = arith.extf %in : f16 to f32
    linalg.yield %v : f32
  } -> tensor<1x2xf32>
  %y = nn.fully_connected %wide, %w : tensor<1x2xf32>, tensor<3x2xf32> -> tensor<1x3xf32>
  %f = tensor.empty() : tensor<1x3xf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<1x3xf32>) outs(%f : tensor<1x3xf16>) {
  ^bb0(%in: f32, %out: f16):
    %v = arith.truncf %in : f32 to f16
    linalg.yield %v : f16
  } -> tensor<1x3xf16>
  return %r : tensor<1x3xf16>
}
