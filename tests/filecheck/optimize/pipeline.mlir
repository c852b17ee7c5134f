// RUN: barecc-opt %s --optimize | FileCheck %s

// The whole stage on a small network as the ONNX importer writes it: NCHW outside, a transpose before and after every
// image operation, batch norm and activation as operations of their own. What is left is one turn of the input and three
// kernels.
// CHECK-LABEL: func @main
// CHECK: %[[IMAGE:.*]] = linalg.generic {{.*}} ins(%arg0 : tensor<1x2x4x4xf32>) outs(%{{.*}} : tensor<1x4x4x2xf32>)
// CHECK: %[[CONV:.*]] = nn.conv2d %[[IMAGE]], %{{.*}} bias %{{.*}} {{{.*}}min = 0.000000e+00 : f32, padding = array<i64: 1, 1, 1, 1>
// CHECK-NEXT: %[[POOL:.*]] = nn.max_pool2d %[[CONV]]
// CHECK-NEXT: %[[COLUMNS:.*]] = arith.constant
// CHECK-NEXT: %[[ROW:.*]] = nn.reshape %[[POOL]] : tensor<1x2x2x3xf32> -> tensor<1x12xf32>
// CHECK-NEXT: %[[Y:.*]] = nn.fully_connected %[[ROW]], %[[COLUMNS]] : tensor<1x12xf32>, tensor<2x12xf32> -> tensor<1x2xf32>
// CHECK-NEXT: return %[[Y]]
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d1, 0, 0)>
func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x2xf32> {
  %zero = arith.constant 0.0 : f32
  %w = arith.constant dense<0.5> : tensor<3x3x3x2xf32>
  %scale = arith.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32>
  %shift = arith.constant dense<[[[0.1]], [[0.2]], [[0.3]]]> : tensor<3x1x1xf32>
  %columns = arith.constant dense<0.25> : tensor<2x12xf32>

  %padded = tensor.pad %x low[0, 0, 1, 1] high[0, 0, 1, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x2x4x4xf32> to tensor<1x2x6x6xf32>
  %e0 = tensor.empty() : tensor<1x6x6x2xf32>
  %image = linalg.transpose ins(%padded : tensor<1x2x6x6xf32>) outs(%e0 : tensor<1x6x6x2xf32>) permutation = [0, 2, 3, 1]
  %conv = nn.conv2d %image, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x6x6x2xf32>, tensor<3x3x3x2xf32> -> tensor<1x4x4x3xf32>
  %e1 = tensor.empty() : tensor<1x3x4x4xf32>
  %nchw = linalg.transpose ins(%conv : tensor<1x4x4x3xf32>) outs(%e1 : tensor<1x3x4x4xf32>) permutation = [0, 3, 1, 2]
  %scaled = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%nchw, %scale : tensor<1x3x4x4xf32>, tensor<3x1x1xf32>) outs(%e1 : tensor<1x3x4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %out: f32):
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x4x4xf32>
  %shifted = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scaled, %shift : tensor<1x3x4x4xf32>, tensor<3x1x1xf32>) outs(%e1 : tensor<1x3x4x4xf32>) {
  ^bb0(%a: f32, %s: f32, %out: f32):
    %m = arith.addf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x3x4x4xf32>
  %relu = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%shifted : tensor<1x3x4x4xf32>) outs(%e1 : tensor<1x3x4x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x3x4x4xf32>
  %e2 = tensor.empty() : tensor<1x4x4x3xf32>
  %nhwc = linalg.transpose ins(%relu : tensor<1x3x4x4xf32>) outs(%e2 : tensor<1x4x4x3xf32>) permutation = [0, 2, 3, 1]
  %pool = nn.max_pool2d %nhwc {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x4x4x3xf32> -> tensor<1x2x2x3xf32>
  %e3 = tensor.empty() : tensor<1x3x2x2xf32>
  %back = linalg.transpose ins(%pool : tensor<1x2x2x3xf32>) outs(%e3 : tensor<1x3x2x2xf32>) permutation = [0, 3, 1, 2]
  %row = nn.reshape %back : tensor<1x3x2x2xf32> -> tensor<1x12xf32>
  %y = nn.fully_connected %row, %columns : tensor<1x12xf32>, tensor<2x12xf32> -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
