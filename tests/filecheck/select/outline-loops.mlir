// RUN: barecc-opt %s --outline-loops | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A linalg operation becomes a step of its own, which sees its operands only and may overwrite what it reads at the same
// place. Uniform constants are written into the loop. So does a procedure: what it reads twice is one operand, and
// cannot be overwritten.
// CHECK-LABEL: func @main
// CHECK: %[[Y:.*]] = kernel.loops "add"(%arg0) {
// CHECK-NEXT: ^bb0(%[[X:.*]]: tensor<8xf32>):
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00>
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[ONE]] :
// CHECK: kernel.yield %[[SUM]] : tensor<8xf32>
// CHECK-NEXT: } {in_place = array<i64: 0>} : (tensor<8xf32>) -> tensor<8xf32>
// CHECK: kernel.procedure "search"(%arg0, %[[Y]]) {
// CHECK-NEXT: ^bb0(%{{.*}}: memref<8xf32>, %[[OLD:.*]]: memref<8xf32>, %[[NEW:.*]]: memref<8xf32>):
// CHECK: memref.load %[[OLD]]
// CHECK: memref.store %{{.*}}, %[[NEW]]
// CHECK: } {in_place = array<i64: 1>} : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %one : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<8xf32> loc(#add)
  %z = nn.procedure(%x, %y, %x) {
  ^bb0(%in: memref<8xf32>, %old: memref<8xf32>, %again: memref<8xf32>, %new: memref<8xf32>):
    %i = arith.constant 7 : index
    %u = memref.load %in[%i] : memref<8xf32>
    %v = memref.load %old[%i] : memref<8xf32>
    %w = memref.load %again[%i] : memref<8xf32>
    %uv = arith.addf %u, %v : f32
    %sum = arith.addf %uv, %w : f32
    memref.store %sum, %new[%i] : memref<8xf32>
  } {in_place = array<i64: 0, 1>} : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32> loc(#search)
  return %z : tensor<8xf32>
}
#type = loc("Add")
#add = loc("sum"(#type))
#type2 = loc("Search")
#search = loc("found"(#type2))
