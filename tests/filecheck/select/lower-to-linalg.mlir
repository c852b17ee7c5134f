// What no kernel takes goes on as loops: there is none for a pool of half floats, nor for a softmax of them.
// RUN: barecc-opt %s --select-kernels --lower-to-linalg | FileCheck %s

// CHECK-LABEL: func @pool
// CHECK-NOT: nn.max_pool2d
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]
// CHECK: arith.cmpf olt
func.func @pool(%x: tensor<1x8x8x4xf16>) -> tensor<1x4x4x4xf16> {
  %y = nn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x8x8x4xf16> -> tensor<1x4x4x4xf16>
  return %y : tensor<1x4x4x4xf16>
}

// CHECK-LABEL: func @softmax
// CHECK-NOT: nn.softmax
// CHECK: math.exp
// CHECK: arith.divf {{.*}} : f32
// CHECK: arith.truncf {{.*}} : f32 to f16
func.func @softmax(%x: tensor<2x10xf16>) -> tensor<2x10xf16> {
  %y = nn.softmax %x : tensor<2x10xf16> -> tensor<2x10xf16>
  return %y : tensor<2x10xf16>
}

// Padding round nothing is a constant, which the builder of the loops finds while the rewriter still looks at them.
// CHECK-LABEL: func @pad_nothing
// CHECK: %[[Y:.*]] = arith.constant dense<1.000000e+00> : tensor<4xf32>
// CHECK: return %[[Y]]
func.func @pad_nothing() -> tensor<4xf32> {
  %x = arith.constant dense<> : tensor<0xf32>
  %one = arith.constant 1.0 : f32
  %y = tensor.pad %x low[2] high[2] {
  ^bb0(%i: index):
    tensor.yield %one : f32
  } : tensor<0xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}
