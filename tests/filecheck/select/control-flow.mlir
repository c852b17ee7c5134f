// RUN: barecc-opt %s --outline-loops | FileCheck %s

// Loops and branches become steps that run the same subgraphs, which stay functions.
// CHECK-LABEL: func @main
// CHECK: %[[Y:.*]] = kernel.loop @body start(%arg0 : tensor<i1>) init(%arg1 : tensor<8xf32>)
// CHECK-SAME: {name = "loop", trips = 3 : i64} -> (tensor<8xf32>)
// CHECK: kernel.if %arg0 then @double otherwise @same(%[[Y]]) {name = "if"}
func.func @main(%c: tensor<i1>, %x: tensor<8xf32>) -> tensor<8xf32> {
  %y = nn.loop @body start(%c : tensor<i1>) init(%x : tensor<8xf32>) {trips = 3 : i64} -> (tensor<8xf32>) loc(#loop)
  %z = nn.if %c then @double otherwise @same(%y) : tensor<i1>, (tensor<8xf32>) -> tensor<8xf32> loc(#if)
  return %z : tensor<8xf32>
}

// CHECK-LABEL: func private @body
// CHECK: kernel.loops "add"(%arg1)
func.func private @body(%i: tensor<i64>, %s: tensor<8xf32>) -> (tensor<i1>, tensor<8xf32>) {
  %true = arith.constant dense<true> : tensor<i1>
  %e = tensor.empty() : tensor<8xf32>
  %t = linalg.add ins(%s, %s : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32> loc(#add)
  return %true, %t : tensor<i1>, tensor<8xf32>
}
func.func private @double(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %t = linalg.add ins(%x, %x : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32> loc(#add)
  return %t : tensor<8xf32>
}
func.func private @same(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}
#loop = loc("again"("Loop"))
#if = loc("choice"("If"))
#add = loc("sum"("Add"))
