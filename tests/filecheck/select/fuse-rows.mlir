// RUN: barecc-opt %s --select | FileCheck %s

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#turned = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, d3)>

// A kernel and the loops over its result become one step that computes bands of rows, here one row at a time: the kernel
// writes them to the result, and the loops combine them there with those of their other operand.
// CHECK-LABEL: func @gate
// CHECK: %[[Y:.*]] = kernel.rows(%arg0, %{{.*}}, %arg1) band 1 {
// CHECK-NEXT: ^bb0(%[[X:.*]]: tensor<1x8x8x4xf32>, %[[W:.*]]: tensor<4x3x3x4xf32>, %[[G:.*]]: tensor<1x8x8x4xf32>):
// CHECK-NEXT: %[[T:.*]] = kernel.call "conv2d_f32"(input %[[X]], weights %[[W]]) {{.*}} -> tensor<1x8x8x4xf32>
// CHECK-NEXT: %[[M:.*]] = kernel.loops "mul"(%[[T]], %[[G]]) {
// CHECK: } {in_place = array<i64: 0, 1>}
// CHECK-NEXT: kernel.yield %[[M]]
// CHECK-NEXT: }
// CHECK-NEXT: return %[[Y]]
func.func @gate(%x: tensor<1x8x8x4xf32>, %g: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}

// Not where the other tensor lives on, since nothing could lie on it,
// CHECK-LABEL: func @readLater
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @readLater(%x: tensor<1x8x8x4xf32>, %g: tensor<1x8x8x4xf32>) -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%y, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y, %z : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
}

// nor where the convolution reads it, whose windows would find its own results,
// CHECK-LABEL: func @readByKernel
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @readByKernel(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %x : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}

// nor where the convolution's result is read twice,
// CHECK-LABEL: func @readTwice
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @readTwice(%x: tensor<1x8x8x4xf32>, %g: tensor<1x8x8x4xf32>) -> (tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y, %t : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>
}

// nor where a row takes more than one row of an operand,
// CHECK-LABEL: func @turned
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @turned(%x: tensor<1x8x8x4xf32>, %g: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #turned, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}

// nor where there is no tensor to lie on,
// CHECK-LABEL: func @scaled
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @scaled(%x: tensor<1x8x8x4xf32>, %g: tensor<1x1x1x4xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x1x1x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}

// nor where so few rows would save little.
// CHECK-LABEL: func @threeRows
// CHECK: kernel.call "conv2d_f32"
// CHECK: kernel.loops "mul"
func.func @threeRows(%x: tensor<1x3x8x4xf32>, %g: tensor<1x3x8x4xf32>) -> tensor<1x3x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x3x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x3x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x3x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x3x8x4xf32>, tensor<1x3x8x4xf32>) outs(%e : tensor<1x3x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x3x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x3x8x4xf32>
}

// Of two convolutions the one that reads less runs last, although it comes first: what it reads is kept until then.
// CHECK-LABEL: func @block
// CHECK: %[[S:.*]] = kernel.call "conv2d_f32"(input %arg1,
// CHECK: kernel.rows(%arg0, %{{.*}}, %[[S]])
func.func @block(%x: tensor<1x8x8x4xf32>, %wide: tensor<1x8x8x16xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %v = arith.constant dense<0.25> : tensor<4x3x3x16xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %s = nn.conv2d %wide, %v {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x16xf32>, tensor<4x3x3x16xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %s : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}

// Integers pass through casts.
// CHECK-LABEL: func @quantised
// CHECK: %[[G:.*]] = quant.scast %arg1
// CHECK: kernel.rows(%arg0, %{{.*}}, %{{.*}}, %{{.*}}, %[[G]]) band 1 {
// CHECK-NEXT: ^bb0(%[[X:.*]]: tensor<1x8x8x4x!quant{{.*}}>, %[[W:.*]]: {{.*}}, %[[M:.*]]: {{.*}}, %[[S:.*]]: {{.*}}, %[[O:.*]]: tensor<1x8x8x4xi8>):
// CHECK: %[[T:.*]] = kernel.call "conv2d_s8"(input %[[X]], weights %[[W]], multiplier %[[M]], shift %[[S]]) {{.*}} -> tensor<1x8x8x4xi8>
// CHECK: kernel.loops "add"(%[[T]], %[[O]])
!q = !quant.uniform<i8:f32, 0.5>
func.func @quantised(%x: tensor<1x8x8x4x!q>, %g: tensor<1x8x8x4x!q>) -> tensor<1x8x8x4xi8> {
  %c = arith.constant dense<1> : tensor<4x3x3x4xi8>
  %w = quant.scast %c : tensor<4x3x3x4xi8> to tensor<4x3x3x4x!q>
  %e = tensor.empty() : tensor<1x8x8x4xi8>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4x!q>, tensor<4x3x3x4x!q> -> tensor<1x8x8x4x!q>
  %a = quant.scast %t : tensor<1x8x8x4x!q> to tensor<1x8x8x4xi8>
  %b = quant.scast %g : tensor<1x8x8x4x!q> to tensor<1x8x8x4xi8>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%a, %b : tensor<1x8x8x4xi8>, tensor<1x8x8x4xi8>) outs(%e : tensor<1x8x8x4xi8>) {
  ^bb0(%p: i8, %q: i8, %out: i8):
    %m = arith.addi %p, %q : i8
    linalg.yield %m : i8
  } -> tensor<1x8x8x4xi8> loc("sum"("Add"))
  return %y : tensor<1x8x8x4xi8>
}
