// RUN: barecc-opt %s --split-input-file --fuse-into-kernels | FileCheck %s

// Batch norm behind a convolution as importers write it, (x * scale) + shift for each channel, then a relu.
// The filter is scaled by channel, the bias is 2 * 1 + 1 and 3 * 1 + 2, the relu is a clamp.
// CHECK-LABEL: func @batch_norm
// CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}2.000000e+00, 4.000000e+00]]], {{\[\[\[}}9.000000e+00, 1.200000e+01]]]]>
// CHECK-DAG: %[[B:.*]] = arith.constant dense<[3.000000e+00, 5.000000e+00]>
// CHECK: %[[Y:.*]] = nn.conv2d %arg0, %[[W]] bias %[[B]] {{{.*}}min = 0.000000e+00 : f32
// CHECK-NEXT: return %[[Y]]
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (d3)>
func.func @batch_norm(%x: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]]]> : tensor<2x1x1x2xf32>
  %b = arith.constant dense<[1.0, 1.0]> : tensor<2xf32>
  %scale = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %shift = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %zero = arith.constant 0.0 : f32
  %conv = nn.conv2d %x, %w bias %b {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32> bias tensor<2xf32> -> tensor<1x4x4x2xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %scaled = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv, %scale : tensor<1x4x4x2xf32>, tensor<2xf32>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%a: f32, %s: f32, %out: f32):
    %m = arith.mulf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x2xf32>
  %shifted = linalg.generic {indexing_maps = [#id, #channel, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%scaled, %shift : tensor<1x4x4x2xf32>, tensor<2xf32>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%a: f32, %s: f32, %out: f32):
    %m = arith.addf %a, %s : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x2xf32>
  %relu = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%shifted : tensor<1x4x4x2xf32>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.maximumf %a, %zero : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x2xf32>
  return %relu : tensor<1x4x4x2xf32>
}

// -----

// A residual block: the later of two branches adds the other, and clamps after it.
// CHECK-LABEL: func @residual
// CHECK: %[[SHORTCUT:.*]] = nn.conv2d
// CHECK-NEXT: %[[SUM:.*]] = nn.conv2d %arg0, %{{.*}} residual %[[SHORTCUT]] {{{.*}}max = 6.000000e+00 : f32, min = 0.000000e+00 : f32
// CHECK-NEXT: return %[[SUM]]
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @residual(%x: tensor<1x4x4x2xf32>, %w: tensor<2x1x1x2xf32>) -> tensor<1x4x4x2xf32> {
  %zero = arith.constant 0.0 : f32
  %six = arith.constant 6.0 : f32
  %a = nn.conv2d %x, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x4x4x2xf32>
  %b = nn.conv2d %x, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x4x4x2xf32>
  %e = tensor.empty() : tensor<1x4x4x2xf32>
  %sum = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%a, %b : tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %m = arith.addf %p, %q : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x2xf32>
  %relu6 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sum : tensor<1x4x4x2xf32>) outs(%e : tensor<1x4x4x2xf32>) {
  ^bb0(%p: f32, %out: f32):
    %low = arith.maximumf %p, %zero : f32
    %high = arith.minimumf %low, %six : f32
    linalg.yield %high : f32
  } -> tensor<1x4x4x2xf32>
  return %relu6 : tensor<1x4x4x2xf32>
}

// -----

// A bias behind a matrix product that was flattened to rows.
// CHECK-LABEL: func @bias_of_rows
// CHECK: %[[B:.*]] = arith.constant dense<[5.000000e-01, -5.000000e-01]>
// CHECK: %[[Y:.*]] = nn.fully_connected %arg0, %arg1 bias %[[B]]
// CHECK-NEXT: nn.reshape %[[Y]]
#rows = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#last = affine_map<(d0, d1, d2) -> (d2)>
func.func @bias_of_rows(%x: tensor<6x4xf32>, %w: tensor<2x4xf32>) -> tensor<2x3x2xf32> {
  %b = arith.constant dense<[0.5, -0.5]> : tensor<2xf32>
  %y = nn.fully_connected %x, %w : tensor<6x4xf32>, tensor<2x4xf32> -> tensor<6x2xf32>
  %r = nn.reshape %y : tensor<6x2xf32> -> tensor<2x3x2xf32>
  %e = tensor.empty() : tensor<2x3x2xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #last, #rows], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%r, %b : tensor<2x3x2xf32>, tensor<2xf32>) outs(%e : tensor<2x3x2xf32>) {
  ^bb0(%p: f32, %q: f32, %out: f32):
    %m = arith.addf %p, %q : f32
    linalg.yield %m : f32
  } -> tensor<2x3x2xf32>
  return %sum : tensor<2x3x2xf32>
}

// -----

// A kernel clamps last: what comes after a clamp stays, and so does what follows a result that is read twice.
// CHECK-LABEL: func @after_clamp
// CHECK: nn.max_pool2d {{.*}}min = 0.000000e+00 : f32
// CHECK: linalg.generic
// CHECK: arith.mulf
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @after_clamp(%x: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %two = arith.constant 2.0 : f32
  %pool = nn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = array<i64: 0, 0, 0, 0>,
      dilations = array<i64: 1, 1>, min = 0.0 : f32} : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  %e = tensor.empty() : tensor<1x2x2x2xf32>
  %scaled = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%pool : tensor<1x2x2x2xf32>) outs(%e : tensor<1x2x2x2xf32>) {
  ^bb0(%a: f32, %out: f32):
    %m = arith.mulf %a, %two : f32
    linalg.yield %m : f32
  } -> tensor<1x2x2x2xf32>
  return %scaled : tensor<1x2x2x2xf32>
}

// -----

// An infinite factor stays a factor: as a weight it would make NaN of the zeros that it meets. One that makes infinities
// of the weights does too.
// CHECK-LABEL: func @infinite_factor
// CHECK: nn.conv2d
// CHECK: arith.mulf
// CHECK: nn.conv2d
// CHECK: arith.mulf
#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
func.func @infinite_factor(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %w = arith.constant dense<[[[[3.0e+30]]]]> : tensor<1x1x1x1xf32>
  %infinity = arith.constant 0x7F800000 : f32
  %large = arith.constant 1.0e+30 : f32
  %e = tensor.empty() : tensor<1x4x4x1xf32>
  %a = nn.conv2d %x, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x4x4x1xf32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%a : tensor<1x4x4x1xf32>) outs(%e : tensor<1x4x4x1xf32>) {
  ^bb0(%p: f32, %out: f32):
    %m = arith.mulf %p, %infinity : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x1xf32>
  %c = nn.conv2d %b, %w {strides = array<i64: 1, 1>, padding = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x4x4x1xf32>
  %d = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%c : tensor<1x4x4x1xf32>) outs(%e : tensor<1x4x4x1xf32>) {
  ^bb0(%p: f32, %out: f32):
    %m = arith.mulf %p, %large : f32
    linalg.yield %m : f32
  } -> tensor<1x4x4x1xf32>
  return %d : tensor<1x4x4x1xf32>
}
