// Comparisons that the ranges of integers decide go, and with them what is then read by nothing.
// RUN: barecc-opt %s --simplify-scalars | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A signed byte is at most 127.
// CHECK-LABEL: func @always
// CHECK-SAME: %[[X:.*]]: tensor<4xi8>
// CHECK: linalg.generic {{.*}} outs(
// CHECK-NOT: arith.cmpi
// CHECK: linalg.yield %true
func.func @always(%x: tensor<4xi8>) -> tensor<4xi1> {
  %empty = tensor.empty() : tensor<4xi1>
  %most = arith.constant 127 : i8
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi8>) outs(%empty : tensor<4xi1>) {
  ^bb0(%a: i8, %out: i1):
    %c = arith.cmpi sle, %a, %most : i8
    linalg.yield %c : i1
  } -> tensor<4xi1>
  return %y : tensor<4xi1>
}

// An unsigned byte is not negative when it is widened; against 7 it may be either.
// CHECK-LABEL: func @widened
// CHECK: %[[WIDE:.*]] = arith.extui
// CHECK: %[[C:.*]] = arith.cmpi slt, %[[WIDE]]
// CHECK: linalg.yield %[[C]]
func.func @widened(%x: tensor<4xi8>) -> tensor<4xi1> {
  %empty = tensor.empty() : tensor<4xi1>
  %zero = arith.constant 0 : i32
  %seven = arith.constant 7 : i32
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xi8>) outs(%empty : tensor<4xi1>) {
  ^bb0(%a: i8, %out: i1):
    %wide = arith.extui %a : i8 to i32
    %c = arith.cmpi sge, %wide, %zero : i32
    %d = arith.cmpi slt, %wide, %seven : i32
    %both = arith.andi %c, %d : i1
    linalg.yield %both : i1
  } -> tensor<4xi1>
  return %y : tensor<4xi1>
}

// The index of a loop is in its bounds.
// CHECK-LABEL: func @index
// CHECK-NOT: arith.cmpi
// CHECK-NOT: arith.select
func.func @index(%x: tensor<4xf32>) -> tensor<4xf32> {
  %empty = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0 : index
  %none = arith.constant 0.0 : f32
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%empty : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %i = linalg.index 0 : index
    %inside = arith.cmpi sge, %i, %zero : index
    %r = arith.select %inside, %a, %none : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// Nor are branches left that are never taken, nor loops that never run.
// CHECK-LABEL: func @procedure
// CHECK-NOT: scf.if
// CHECK-NOT: scf.for
// CHECK: memref.store
func.func @procedure(%x: tensor<4xi8>) -> tensor<4xi8> {
  %y = nn.procedure(%x) {
  ^bb0(%in: memref<4xi8>, %out: memref<4xi8>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %most = arith.constant 127 : i8
    %v = memref.load %in[%zero] : memref<4xi8>
    scf.for %i = %zero to %zero step %one {
      memref.store %most, %out[%i] : memref<4xi8>
    }
    %c = arith.cmpi sgt, %v, %most : i8
    scf.if %c {
      memref.store %most, %out[%one] : memref<4xi8>
    } else {
      memref.store %v, %out[%zero] : memref<4xi8>
    }
  } : (tensor<4xi8>) -> tensor<4xi8>
  return %y : tensor<4xi8>
}
