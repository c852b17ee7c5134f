// RUN: barecc-opt %s --insert-copies --split-input-file | FileCheck %s
// RUN: barecc-opt %s --insert-copies --insert-copies --split-input-file | FileCheck %s

// A tensor that somebody else provides is copied where it becomes a result or a part of a concat; what a step computes
// is written there at once.
// CHECK-LABEL: func @main
// CHECK: %[[NEG:.*]] = kernel.loops "neg"(%arg0)
// CHECK: %[[PART:.*]] = kernel.loops "copy"(%arg0) {
// CHECK: linalg.copy
// CHECK: %[[ALL:.*]] = tensor.concat dim(0) %[[NEG]], %[[PART]]
// CHECK: %[[X:.*]] = kernel.loops "copy"(%arg0)
// CHECK-NOT: "copy"
// CHECK: return %[[ALL]], %[[X]]
func.func @main(%x: tensor<8xf32>) -> (tensor<16xf32>, tensor<8xf32>) {
  %n = kernel.loops "neg"(%x) {
  ^bb0(%in: tensor<8xf32>):
    %e = tensor.empty() : tensor<8xf32>
    %out = linalg.negf ins(%in : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    kernel.yield %out : tensor<8xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>
  %c = tensor.concat dim(0) %n, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<16xf32>
  return %c, %x : tensor<16xf32>, tensor<8xf32>
}

// -----

// Quantised tensors are copied as integers.
// CHECK-LABEL: func @main
// CHECK: %[[I:.*]] = quant.scast %arg0
// CHECK: %[[C:.*]] = kernel.loops "copy"(%[[I]]) {
// CHECK: %[[Q:.*]] = quant.scast %[[C]]
// CHECK: return %[[Q]]
!q = !quant.uniform<i8:f32, 0.5>
func.func @main(%x: tensor<8x!q>) -> tensor<8x!q> {
  return %x : tensor<8x!q>
}

// -----

// Two states that change places: each old value is set aside first, but the last may go straight to its new place.
// CHECK-LABEL: func @main
// CHECK: %[[A:.*]] = kernel.loops "copy"(%arg0)
// CHECK: %[[B:.*]] = kernel.loops "copy"(%arg1)
// CHECK: %[[A2:.*]] = kernel.loops "copy"(%[[A]])
// CHECK-NOT: "copy"
// CHECK: return %[[A2]], %[[B]]
func.func @main(%a: tensor<4xf32> {nn.state = "a", nn.initial = dense<0.0> : tensor<4xf32>},
                %b: tensor<4xf32> {nn.state = "b", nn.initial = dense<1.0> : tensor<4xf32>})
    -> (tensor<4xf32> {nn.state = "b"}, tensor<4xf32> {nn.state = "a"}) {
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}
