// RUN: barecc-opt %s --split-input-file --fuse-elementwise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

// A chain is one loop nest; a number that all elements share is a constant of its body.
// CHECK-LABEL: func @chain
// CHECK: linalg.generic
// CHECK-SAME: ins(%arg0 : tensor<4x8xf32>)
// CHECK: arith.mulf %{{.*}}, %[[TWO:.*]] : f32
// CHECK-NEXT: math.exp
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @chain(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %two = arith.constant dense<2.0> : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %two : tensor<4x8xf32>, tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %v = arith.mulf %p, %q : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %out: f32):
    %v = math.exp %p : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  return %b : tensor<4x8xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// A reduction takes in what computes its input: each element is still computed once.
// CHECK-LABEL: func @reduction
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction"]
// CHECK-SAME: ins(%arg0 : tensor<4x8xf32>)
// CHECK: math.exp
// CHECK-NEXT: arith.addf
// CHECK-NOT: linalg.generic
func.func @reduction(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %out: f32):
    %v = math.exp %p : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  %e1 = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%p: f32, %acc: f32):
    %v = arith.addf %p, %acc : f32
    linalg.yield %v : f32
  } -> tensor<4xf32>
  return %sum : tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#one = affine_map<(d0) -> (d0)>
#row = affine_map<(d0, d1) -> (d0)>

// Read again for every column, an exponential is computed once and kept.
// CHECK-LABEL: func @broadcast
// CHECK: math.exp
// CHECK: linalg.yield
// CHECK: arith.mulf
func.func @broadcast(%x: tensor<4xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e1 = tensor.empty() : tensor<4xf32>
  %a = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e1 : tensor<4xf32>) {
  ^bb0(%p: f32, %out: f32):
    %v = math.exp %p : f32
    linalg.yield %v : f32
  } -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %a : tensor<4x8xf32>, tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %v = arith.mulf %p, %q : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  return %b : tensor<4x8xf32>
}

// -----

#one = affine_map<(d0) -> (d0)>

// Two readers: a dequantisation is done again by each, which reads a quarter of the bytes; a square root is kept.
// CHECK-LABEL: func @two_readers
// CHECK: %[[ROOT:.*]] = linalg.generic
// CHECK: math.sqrt
// CHECK: linalg.generic {{.*}} ins(%arg0, %[[ROOT]] : tensor<8xi8>, tensor<8xf32>)
// CHECK: arith.sitofp
// CHECK: linalg.generic {{.*}} ins(%arg0, %[[ROOT]] : tensor<8xi8>, tensor<8xf32>)
// CHECK: arith.sitofp
// CHECK-NOT: linalg.generic
func.func @two_readers(%x: tensor<8xi8>, %y: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %real = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%x : tensor<8xi8>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: i8, %out: f32):
    %v = arith.sitofp %p : i8 to f32
    linalg.yield %v : f32
  } -> tensor<8xf32>
  %root = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%y : tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %out: f32):
    %v = math.sqrt %p : f32
    linalg.yield %v : f32
  } -> tensor<8xf32>
  %a = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}
      ins(%real, %root : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %v = arith.addf %p, %q : f32
    linalg.yield %v : f32
  } -> tensor<8xf32>
  %b = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}
      ins(%real, %root : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %v = arith.mulf %p, %q : f32
    linalg.yield %v : f32
  } -> tensor<8xf32>
  return %a, %b : tensor<8xf32>, tensor<8xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>

// A transpose and a reader of it are one loop nest, and so is what a gather by index leads into.
// CHECK-LABEL: func @transpose_and_gather
// CHECK: linalg.generic
// CHECK-SAME: ins(%arg0 : tensor<8x4xf32>)
// CHECK: linalg.index 1
// CHECK: tensor.extract %arg1
// CHECK: arith.addf
// CHECK-NOT: affine.apply
// CHECK-NOT: linalg.generic
// CHECK: return
func.func @transpose_and_gather(%x: tensor<8x4xf32>, %table: tensor<8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %t = linalg.transpose ins(%x : tensor<8x4xf32>) outs(%e : tensor<4x8xf32>) permutation = [1, 0]
  %g = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x8xf32>) {
  ^bb0(%out: f32):
    %i = linalg.index 1 : index
    %v = tensor.extract %table[%i] : tensor<8xf32>
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %v = arith.addf %p, %q : f32
    linalg.yield %v : f32
  } -> tensor<4x8xf32>
  return %b : tensor<4x8xf32>
}

// -----

#diagonal = affine_map<(d0) -> (d0, d0)>
#line = affine_map<(d0) -> (d0)>
#number = affine_map<(d0) -> ()>

// What adds to the elements that it starts from is no part of a reduction, over whose loop its result would lie.
// CHECK-LABEL: func @starts_from_elements
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel"]
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["reduction"]
func.func @starts_from_elements(%x: tensor<3x3xi32>, %start: tensor<3xi32>, %zero: tensor<i32>) -> tensor<i32> {
  %a = linalg.generic {indexing_maps = [#diagonal, #line], iterator_types = ["parallel"]}
      ins(%x : tensor<3x3xi32>) outs(%start : tensor<3xi32>) {
  ^bb0(%p: i32, %out: i32):
    %v = arith.addi %out, %p : i32
    linalg.yield %v : i32
  } -> tensor<3xi32>
  %b = linalg.generic {indexing_maps = [#line, #number], iterator_types = ["reduction"]}
      ins(%a : tensor<3xi32>) outs(%zero : tensor<i32>) {
  ^bb0(%p: i32, %out: i32):
    %v = arith.addi %p, %out : i32
    linalg.yield %v : i32
  } -> tensor<i32>
  return %b : tensor<i32>
}
