// RUN: barecc-opt %s --select | barecc-translate | FileCheck %s

#id = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// What lies in the arena and dies is written over, row after row.
// CHECK-LABEL: BARECC_LAYER void conv2d_f32_mul_rows(const float *input, const float *weights, float *output, void *workspace)
// CHECK-NEXT: {
// CHECK-NEXT:     /* What the output lies on is set aside before it is overwritten. */
// CHECK-NEXT:     float *aside = (float *)workspace;
// CHECK-NEXT:     for (int32_t i = 0; i < 8; i++) {
// CHECK-NEXT:         set_aside(aside, output + i * 32, 128);
// CHECK-NEXT:         conv2d_f32(&conv2d_f32_geometry, input, weights, NULL, NULL, output, i, i + 1);
// CHECK-NEXT:         mul_loop(aside, output + i * 32);
// CHECK-NEXT:     }
// CHECK-NEXT: }

// What lies elsewhere is read from there. A matrix product has a row for each pixel.
// CHECK-LABEL: BARECC_LAYER void fully_connected_f32_mul_rows(const float *input, const float *weights, const float *input_3,
// CHECK-NEXT: float *output)
// CHECK-NEXT: {
// CHECK-NEXT:     for (int32_t i = 0; i < 8; i++) {
// CHECK-NEXT:         fully_connected_f32(&fully_connected_f32_geometry, input, weights, NULL, NULL, output, i * 8, i * 8 + 8);
// CHECK-NEXT:         mul_loop(input_3 + i * 32, output + i * 32);

// CHECK: const size_t conv2d_1_output = [[G:[0-9]+]];
// CHECK: const size_t conv2d_f32_mul_2_output = [[G]];
// CHECK: conv2d_f32_layer(in0, model_conv2d_1_weights, (float *)(void *)(arena + conv2d_1_output));
// CHECK: conv2d_f32_mul_rows(in0, model_conv2d_1_weights, (float *)(void *)(arena + conv2d_f32_mul_2_output),
// CHECK-NEXT: (void *)(arena + conv2d_f32_mul_2_workspace));
// CHECK: fully_connected_f32_mul_rows((const float *)(void *)(arena + conv2d_f32_mul_2_output),
// CHECK-NEXT: model_fully_connected_3_weights, in1, out0);
func.func @main(%x: tensor<1x8x8x4xf32>, %h: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x3x3x4xf32>
  %e = tensor.empty() : tensor<1x8x8x4xf32>
  %p = arith.constant dense<0.25> : tensor<4x1x1x4xf32>
  %g = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %t = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x3x3x4xf32> -> tensor<1x8x8x4xf32>
  %u = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%t, %g : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  %v = nn.conv2d %u, %p {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 0, 0, 0, 0>,
      strides = array<i64: 1, 1>} : tensor<1x8x8x4xf32>, tensor<4x1x1x4xf32> -> tensor<1x8x8x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %h : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) outs(%e : tensor<1x8x8x4xf32>) {
  ^bb0(%l: f32, %r: f32, %out: f32):
    %m = arith.mulf %l, %r : f32
    linalg.yield %m : f32
  } -> tensor<1x8x8x4xf32> loc("gate"("Mul"))
  return %y : tensor<1x8x8x4xf32>
}
