// Tensors without elements are constants, and sums over nothing what they start from.
// RUN: barecc-opt %s --fold-empty-tensors --split-input-file | FileCheck %s

// Results without elements are known, though the operand is not.
// CHECK-LABEL: func @result
// CHECK-NEXT: %[[EMPTY:.*]] = arith.constant dense<> : tensor<0x4xf32>
// CHECK-NEXT: return %[[EMPTY]]
func.func @result(%x: tensor<0x3xf32>, %y: tensor<3x4xf32>) -> tensor<0x4xf32> {
  %none = tensor.empty() : tensor<0x4xf32>
  %product = linalg.matmul ins(%x, %y : tensor<0x3xf32>, tensor<3x4xf32>) outs(%none : tensor<0x4xf32>) -> tensor<0x4xf32>
  return %product : tensor<0x4xf32>
}

// CHECK-LABEL: func @quantized
// CHECK-NEXT: %[[EMPTY:.*]] = arith.constant dense<> : tensor<0xi8>
// CHECK-NEXT: %[[CAST:.*]] = quant.scast %[[EMPTY]]
// CHECK-NEXT: return %[[CAST]]
func.func @quantized(%x: tensor<0x!quant.uniform<i8:f32, 0.5>>) -> tensor<0x!quant.uniform<i8:f32, 0.5>> {
  return %x : tensor<0x!quant.uniform<i8:f32, 0.5>>
}

// A product over a depth of 0 is 0.
// CHECK-LABEL: func @product
// CHECK-NEXT: %[[ZEROS:.*]] = arith.constant dense<0.000000e+00> : tensor<1x2x4xf32>
// CHECK-NEXT: return %[[ZEROS]]
func.func @product(%x: tensor<1x2x0xf32>, %y: tensor<1x0x4xf32>) -> tensor<1x2x4xf32> {
  %z = nn.matmul %x, %y : tensor<1x2x0xf32>, tensor<1x0x4xf32> -> tensor<1x2x4xf32>
  return %z : tensor<1x2x4xf32>
}

// CHECK-LABEL: func @parts
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>
// CHECK-NEXT: return %[[X]]
func.func @parts(%x: tensor<2xf32>, %y: tensor<0xf32>) -> tensor<2xf32> {
  %z = tensor.concat dim(0) %y, %x, %y : (tensor<0xf32>, tensor<2xf32>, tensor<0xf32>) -> tensor<2xf32>
  return %z : tensor<2xf32>
}

// CHECK-LABEL: func @padding
// CHECK-NEXT: %[[Y:.*]] = arith.constant dense<1.000000e+00> : tensor<3xf32>
// CHECK-NEXT: return %[[Y]]
func.func @padding(%x: tensor<0xf32>) -> tensor<3xf32> {
  %one = arith.constant 1.0 : f32
  %y = tensor.pad %x low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %one : f32
  } : tensor<0xf32> to tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

// A loop that never runs gives what it starts with.
// CHECK-LABEL: func @loop
// CHECK-SAME: %[[X:.*]]: tensor<2xf32>
// CHECK-NEXT: %[[EMPTY:.*]] = arith.constant dense<> : tensor<0x2xf32>
// CHECK-NEXT: return %[[X]], %[[EMPTY]]
func.func @loop(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<0x2xf32>) {
  %final, %all = nn.loop @body init(%x : tensor<2xf32>) {trips = 0 : i64} -> (tensor<2xf32>) stacked(tensor<0x2xf32>)
  return %final, %all : tensor<2xf32>, tensor<0x2xf32>
}
func.func private @body(%i: tensor<i64>, %x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  return %x, %x : tensor<2xf32>, tensor<2xf32>
}
