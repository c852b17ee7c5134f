// RUN: barecc-opt %s --fold-constants | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// A chain that depends on no input is computed at compile time, whatever its operations.
// CHECK-LABEL: func @constant_chain
// CHECK-NEXT: %[[C:.*]] = arith.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [4.000000e+00, 8.000000e+00]]>
// CHECK-NEXT: return %[[C]]
func.func @constant_chain() -> tensor<2x2xf32> {
  %x = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %doubled = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = arith.addf %a, %a : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  %square = nn.reshape %doubled : tensor<4xf32> -> tensor<2x2xf32>
  %e2 = tensor.empty() : tensor<2x2xf32>
  %t = linalg.transpose ins(%square : tensor<2x2xf32>) outs(%e2 : tensor<2x2xf32>) permutation = [1, 0]
  return %t : tensor<2x2xf32>
}

// What nobody reads goes away.
// CHECK-LABEL: func @dead
// CHECK-NEXT: return %arg0
func.func @dead(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %unused = nn.softmax %x : tensor<1x8xf32> -> tensor<1x8xf32>
  return %x : tensor<1x8xf32>
}

// Reshapes of reshapes are one, and none where the shape is back.
// CHECK-LABEL: func @reshapes
// CHECK-NEXT: return %arg0
func.func @reshapes(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %a = nn.reshape %x : tensor<1x8xf32> -> tensor<2x4xf32>
  %b = nn.reshape %a : tensor<2x4xf32> -> tensor<8xf32>
  %c = nn.reshape %b : tensor<8xf32> -> tensor<1x8xf32>
  return %c : tensor<1x8xf32>
}

// Quantised and dequantised numbers are not the numbers before.
// CHECK-LABEL: func @rounded
// CHECK-NEXT: quant.qcast
// CHECK-NEXT: quant.dcast
func.func @rounded(%x: tensor<8xf32>) -> tensor<8xf32> {
  %q = quant.qcast %x : tensor<8xf32> to tensor<8x!quant.uniform<i8:f32, 0.5:3>>
  %d = quant.dcast %q : tensor<8x!quant.uniform<i8:f32, 0.5:3>> to tensor<8xf32>
  return %d : tensor<8xf32>
}

// Operations of nn go by their loops: in floats, and in integers with the scales of the result.
// CHECK-LABEL: func @product
// CHECK-NEXT: %[[C:.*]] = arith.constant dense<{{\[\[}}[1.900000e+01, 2.200000e+01], [4.300000e+01, 5.000000e+01]]]>
// CHECK-NEXT: return %[[C]]
func.func @product() -> tensor<1x2x2xf32> {
  %a = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>
  %b = arith.constant dense<[[[5.0, 6.0], [7.0, 8.0]]]> : tensor<1x2x2xf32>
  %c = nn.matmul %a, %b : tensor<1x2x2xf32>, tensor<1x2x2xf32> -> tensor<1x2x2xf32>
  return %c : tensor<1x2x2xf32>
}

// CHECK-LABEL: func @softmax
// CHECK-NEXT: arith.constant dense<2.500000e-01> : tensor<2x4xf32>
// CHECK-NEXT: return
func.func @softmax() -> tensor<2x4xf32> {
  %x = arith.constant dense<1.5> : tensor<2x4xf32>
  %y = nn.softmax %x : tensor<2x4xf32> -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// A product of no outputs is no quotient of elements by them.
// CHECK-LABEL: func @nothing
// CHECK-NEXT: arith.constant dense<> : tensor<2x0xf32>
// CHECK-NEXT: return
func.func @nothing() -> tensor<2x0xf32> {
  %x = arith.constant dense<1.0> : tensor<2x3xf32>
  %w = arith.constant dense<> : tensor<0x3xf32>
  %y = nn.fully_connected %x, %w : tensor<2x3xf32>, tensor<0x3xf32> -> tensor<2x0xf32>
  return %y : tensor<2x0xf32>
}
