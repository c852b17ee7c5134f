// RUN: barecc-opt %s --split-input-file --propagate-transposes | FileCheck %s

// An ONNX activation between two convolutions: elementwise in NCHW. The relu takes the convolutions' own layout, and
// the per-channel constant is laid out with it.
// CHECK-LABEL: func @elementwise
// CHECK-NOT: linalg.transpose
// CHECK: return
#nchw = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (0, d1, 0, 0)>
func.func @elementwise(%x: tensor<1x4x6x8xf32>) -> tensor<1x2x3x8xf32> {
  %scale = arith.constant dense<[[[[1.0]], [[2.0]], [[3.0]], [[4.0]], [[5.0]], [[6.0]], [[7.0]], [[8.0]]]]> : tensor<1x8x1x1xf32>
  %e = tensor.empty() : tensor<1x8x4x6xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x6x8xf32>) outs(%e : tensor<1x8x4x6xf32>) permutation = [0, 3, 1, 2]
  %scaled = linalg.generic {indexing_maps = [#nchw, #channel, #nchw], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %scale : tensor<1x8x4x6xf32>, tensor<1x8x1x1xf32>) outs(%e : tensor<1x8x4x6xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<1x8x4x6xf32>
  %e2 = tensor.empty() : tensor<1x4x6x8xf32>
  %back = linalg.transpose ins(%scaled : tensor<1x8x4x6xf32>) outs(%e2 : tensor<1x4x6x8xf32>) permutation = [0, 2, 3, 1]
  %pooled = nn.max_pool2d %back {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>} : tensor<1x4x6x8xf32> -> tensor<1x2x3x8xf32>
  return %pooled : tensor<1x2x3x8xf32>
}

// -----

// DenseNet and Inception: branches joined along channels, cut and padded, stay in NHWC.
// CHECK-LABEL: func @concat_slice_pad
// CHECK-NOT: linalg.transpose
// CHECK: %[[CAT:.*]] = tensor.concat dim(3) %arg0, %arg1
// CHECK: %[[CUT:.*]] = tensor.extract_slice %[[CAT]][0, 1, 0, 2] [1, 3, 6, 8] [1, 1, 1, 1]
// CHECK: %[[PAD:.*]] = tensor.pad %[[CUT]] low[0, 0, 1, 0] high[0, 0, 0, 0]
// CHECK-NOT: linalg.transpose
// CHECK: return %[[PAD]]
func.func @concat_slice_pad(%x: tensor<1x4x6x8xf32>, %y: tensor<1x4x6x4xf32>) -> tensor<1x3x7x8xf32> {
  %zero = arith.constant 0.0 : f32
  %ex = tensor.empty() : tensor<1x8x4x6xf32>
  %tx = linalg.transpose ins(%x : tensor<1x4x6x8xf32>) outs(%ex : tensor<1x8x4x6xf32>) permutation = [0, 3, 1, 2]
  %ey = tensor.empty() : tensor<1x4x4x6xf32>
  %ty = linalg.transpose ins(%y : tensor<1x4x6x4xf32>) outs(%ey : tensor<1x4x4x6xf32>) permutation = [0, 3, 1, 2]
  %joined = tensor.concat dim(1) %tx, %ty : (tensor<1x8x4x6xf32>, tensor<1x4x4x6xf32>) -> tensor<1x12x4x6xf32>
  %cut = tensor.extract_slice %joined[0, 2, 1, 0] [1, 8, 3, 6] [1, 1, 1, 1] : tensor<1x12x4x6xf32> to tensor<1x8x3x6xf32>
  %padded = tensor.pad %cut low[0, 0, 0, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x3x6xf32> to tensor<1x8x3x7xf32>
  %e = tensor.empty() : tensor<1x3x7x8xf32>
  %back = linalg.transpose ins(%padded : tensor<1x8x3x7xf32>) outs(%e : tensor<1x3x7x8xf32>) permutation = [0, 2, 3, 1]
  return %back : tensor<1x3x7x8xf32>
}

// -----

// Where only axes of extent 1 move, memory stays as it is.
// CHECK-LABEL: func @unit_axes
// CHECK-NEXT: %[[R:.*]] = nn.reshape %arg0 : tensor<1x1x1x8xf32> -> tensor<1x8x1x1xf32>
// CHECK-NEXT: return %[[R]]
func.func @unit_axes(%x: tensor<1x1x1x8xf32>) -> tensor<1x8x1x1xf32> {
  %e = tensor.empty() : tensor<1x8x1x1xf32>
  %t = linalg.transpose ins(%x : tensor<1x1x1x8xf32>) outs(%e : tensor<1x8x1x1xf32>) permutation = [0, 3, 1, 2]
  return %t : tensor<1x8x1x1xf32>
}

// -----

// A classifier on flattened NCHW: the filter's columns are permuted instead, here [c][h][w] = [2][1][3] to [h][w][c].
// CHECK-LABEL: func @fully_connected
// CHECK: %[[FILTER:.*]] = arith.constant dense<{{\[\[}}0.000000e+00, 3.000000e+00, 1.000000e+00, 4.000000e+00, 2.000000e+00, 5.000000e+00]]>
// CHECK-NEXT: %[[ROW:.*]] = nn.reshape %arg0 : tensor<1x1x3x2xf32> -> tensor<1x6xf32>
// CHECK-NEXT: %[[Y:.*]] = nn.fully_connected %[[ROW]], %[[FILTER]]
// CHECK-NEXT: return %[[Y]]
func.func @fully_connected(%x: tensor<1x1x3x2xf32>) -> tensor<1x1xf32> {
  %filter = arith.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]> : tensor<1x6xf32>
  %e = tensor.empty() : tensor<1x2x1x3xf32>
  %t = linalg.transpose ins(%x : tensor<1x1x3x2xf32>) outs(%e : tensor<1x2x1x3xf32>) permutation = [0, 3, 1, 2]
  %row = nn.reshape %t : tensor<1x2x1x3xf32> -> tensor<1x6xf32>
  %y = nn.fully_connected %row, %filter : tensor<1x6xf32>, tensor<1x6xf32> -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}

// -----

// ShuffleNet: five transposes of an image, of which the shuffle itself remains.
// CHECK-LABEL: func @channel_shuffle
// CHECK: nn.reshape %arg0 : tensor<1x4x6x8xf32> -> tensor<1x4x6x2x4xf32>
// CHECK: linalg.transpose {{.*}} permutation = [0, 1, 2, 4, 3]
// CHECK-NEXT: %[[Y:.*]] = nn.reshape {{.*}} -> tensor<1x4x6x8xf32>
// CHECK-NEXT: return %[[Y]]
func.func @channel_shuffle(%x: tensor<1x4x6x8xf32>) -> tensor<1x4x6x8xf32> {
  %e = tensor.empty() : tensor<1x8x4x6xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x6x8xf32>) outs(%e : tensor<1x8x4x6xf32>) permutation = [0, 3, 1, 2]
  %grouped = nn.reshape %t : tensor<1x8x4x6xf32> -> tensor<1x2x4x4x6xf32>
  %e5 = tensor.empty() : tensor<1x4x2x4x6xf32>
  %swapped = linalg.transpose ins(%grouped : tensor<1x2x4x4x6xf32>) outs(%e5 : tensor<1x4x2x4x6xf32>) permutation = [0, 2, 1, 3, 4]
  %joined = nn.reshape %swapped : tensor<1x4x2x4x6xf32> -> tensor<1x8x4x6xf32>
  %e2 = tensor.empty() : tensor<1x4x6x8xf32>
  %back = linalg.transpose ins(%joined : tensor<1x8x4x6xf32>) outs(%e2 : tensor<1x4x6x8xf32>) permutation = [0, 2, 3, 1]
  return %back : tensor<1x4x6x8xf32>
}

// -----

// A mean over rows and columns of NCHW reads NHWC as it lies, and its result needs no transpose.
// CHECK-LABEL: func @reduce
// CHECK-NOT: linalg.transpose
// CHECK: linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "reduction", "reduction", "parallel"]
// CHECK-SAME: ins(%arg0
// CHECK-NOT: linalg.transpose
// CHECK: return
#in = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#out = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
func.func @reduce(%x: tensor<1x4x6x8xf32>) -> tensor<1x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x8x4x6xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x6x8xf32>) outs(%e : tensor<1x8x4x6xf32>) permutation = [0, 3, 1, 2]
  %e1 = tensor.empty() : tensor<1x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e1 : tensor<1x8xf32>) -> tensor<1x8xf32>
  %sum = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "reduction", "reduction"]}
      ins(%t : tensor<1x8x4x6xf32>) outs(%init : tensor<1x8xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %s = arith.addf %a, %acc : f32
    linalg.yield %s : f32
  } -> tensor<1x8xf32>
  return %sum : tensor<1x8xf32>
}

// -----

// An upsampling that reads by index: loops are interchanged, and the read is turned with them.
// CHECK-LABEL: func @gather
// CHECK-NOT: linalg.transpose
// CHECK: %[[ROW:.*]] = linalg.index 1
// CHECK: tensor.extract %arg0[%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}] : tensor<1x2x3x8xf32>
// CHECK-NOT: linalg.transpose
// CHECK: return
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @gather(%x: tensor<1x2x3x8xf32>) -> tensor<1x4x6x8xf32> {
  %two = arith.constant 2 : index
  %e = tensor.empty() : tensor<1x8x2x3xf32>
  %t = linalg.transpose ins(%x : tensor<1x2x3x8xf32>) outs(%e : tensor<1x8x2x3xf32>) permutation = [0, 3, 1, 2]
  %e2 = tensor.empty() : tensor<1x8x4x6xf32>
  %up = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%e2 : tensor<1x8x4x6xf32>) {
  ^bb0(%out: f32):
    %row = linalg.index 2 : index
    %r = arith.divui %row, %two : index
    %n = linalg.index 0 : index
    %c = linalg.index 1 : index
    %column = linalg.index 3 : index
    %k = arith.divui %column, %two : index
    %v = tensor.extract %t[%n, %c, %r, %k] : tensor<1x8x2x3xf32>
    linalg.yield %v : f32
  } -> tensor<1x8x4x6xf32>
  %e3 = tensor.empty() : tensor<1x4x6x8xf32>
  %back = linalg.transpose ins(%up : tensor<1x8x4x6xf32>) outs(%e3 : tensor<1x4x6x8xf32>) permutation = [0, 2, 3, 1]
  return %back : tensor<1x4x6x8xf32>
}

// -----

// Scores of attention: the transposed keys are read as they lie.
// CHECK-LABEL: func @matmul
// CHECK-NEXT: nn.matmul %arg0, %arg1 {transpose_rhs}
func.func @matmul(%q: tensor<2x3x4xf32>, %k: tensor<2x5x4xf32>) -> tensor<2x3x5xf32> {
  %e = tensor.empty() : tensor<2x4x5xf32>
  %t = linalg.transpose ins(%k : tensor<2x5x4xf32>) outs(%e : tensor<2x4x5xf32>) permutation = [0, 2, 1]
  %scores = nn.matmul %q, %t : tensor<2x3x4xf32>, tensor<2x4x5xf32> -> tensor<2x3x5xf32>
  return %scores : tensor<2x3x5xf32>
}

// -----

// Up: what is made large in the wrong layout is made in the right one.
// CHECK-LABEL: func @broadcast
// CHECK-NOT: linalg.transpose
// CHECK: return
#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d1)>
func.func @broadcast(%x: tensor<8xf32>) -> tensor<4x6x8xf32> {
  %e = tensor.empty() : tensor<6x8x4xf32>
  %wide = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<8xf32>) outs(%e : tensor<6x8x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<6x8x4xf32>
  %e2 = tensor.empty() : tensor<4x6x8xf32>
  %t = linalg.transpose ins(%wide : tensor<6x8x4xf32>) outs(%e2 : tensor<4x6x8xf32>) permutation = [2, 0, 1]
  return %t : tensor<4x6x8xf32>
}
