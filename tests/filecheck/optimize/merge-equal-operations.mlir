// RUN: barecc-opt %s --split-input-file --merge-equal-operations | FileCheck %s

// The first and the third are equal, whatever their locations; the second has another number in its body, and the fourth
// the operands of its division the other way round.
#map = affine_map<(d0) -> (d0)>
// CHECK-LABEL: func @bodies
// CHECK: %[[A:.*]] = linalg.generic
// CHECK: %[[B:.*]] = linalg.generic
// CHECK: %[[D:.*]] = linalg.generic
// CHECK-NOT: linalg.generic
// CHECK: return %[[A]], %[[B]], %[[A]], %[[D]]
func.func @bodies(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4xf32>
  %a = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %c = arith.constant 2.0 : f32
    %r = arith.divf %in, %c : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %b = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %c = arith.constant 3.0 : f32
    %r = arith.divf %in, %c : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %a2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %c = arith.constant 2.0 : f32
    %r = arith.divf %in, %c : f32
    linalg.yield %r : f32
  } -> tensor<4xf32> loc("elsewhere")
  %d = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %c = arith.constant 2.0 : f32
    %r = arith.divf %c, %in : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %a, %b, %a2, %d : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// Inside a body too.
// CHECK-LABEL: func @inside
// CHECK: math.exp
// CHECK-NOT: math.exp
func.func @inside(%x: tensor<4xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %a = linalg.map ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) (%in: f32, %out: f32) {
    %c = math.exp %in : f32
    %d = math.exp %in : f32
    %r = arith.addf %c, %d : f32
    linalg.yield %r : f32
  }
  return %a : tensor<4xf32>
}
