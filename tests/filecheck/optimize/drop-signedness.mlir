// The boundary's types say which integers are unsigned; once it is known, inside and outside are of one type.
// RUN: barecc-opt %s --drop-signedness | FileCheck %s

// CHECK-LABEL: func @main(%arg0: tensor<4xi8> {nn.name = "x"}, %arg1: tensor<2xi16>)
// CHECK-SAME: -> (tensor<4xi8> {nn.name = "y"}, tensor<2xi16>)
// CHECK-NOT: bitcast
// CHECK: %[[Y:.*]] = nn.reshape %arg0 : tensor<4xi8> -> tensor<2x2xi8>
// CHECK: %[[Z:.*]] = nn.reshape %[[Y]] : tensor<2x2xi8> -> tensor<4xi8>
// CHECK: return %[[Z]], %arg1
func.func @main(%x: tensor<4xui8> {nn.name = "x"}, %unchanged: tensor<2xui16>)
    -> (tensor<4xui8> {nn.name = "y"}, tensor<2xui16>) {
  %inside = tensor.bitcast %x : tensor<4xui8> to tensor<4xi8>
  %y = nn.reshape %inside : tensor<4xi8> -> tensor<2x2xi8>
  %z = nn.reshape %y : tensor<2x2xi8> -> tensor<4xi8>
  %outside = tensor.bitcast %z : tensor<4xi8> to tensor<4xui8>
  return %outside, %unchanged : tensor<4xui8>, tensor<2xui16>
}
