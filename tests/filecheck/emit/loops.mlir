// RUN: barecc-opt %s --outline-loops | barecc-translate | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#swap = affine_map<(d0, d1) -> (d1, d0)>

// Dimensions that lie one behind the other in all operands are one loop, and a result that lies on its input is one
// pointer.
// CHECK-LABEL: BARECC_LOOPS void exp_loop(
// CHECK-SAME: float *restrict output)
// CHECK-NEXT: {
// CHECK-NEXT: for (int32_t i = 0; i < 12; i++) {
// CHECK-NEXT:     output[i] = expf(output[i]);

// A sum over the inner dimension lives in a variable. The comment has the shapes.
// CHECK: /* input[3][4] -> output[3] */
// CHECK-NEXT: BARECC_LOOPS void rows_loop(const float *restrict input, float *restrict output)
// CHECK: for (int32_t i = 0; i < 3; i++) {
// CHECK-NEXT: float sum = 0.0f;
// CHECK-NEXT: for (int32_t j = 0; j < 4; j++) {
// CHECK-NEXT:     sum = input[i * 4 + j] + sum;
// CHECK: output[i] = sum;

// A sum over the outer one runs over contiguous elements.
// CHECK-LABEL: BARECC_LOOPS void columns_loop(
// CHECK: for (int32_t j = 0; j < 4; j++) {
// CHECK-NEXT: output[j] = 0.0f;
// CHECK: for (int32_t i = 0; i < 3; i++) {
// CHECK-NEXT: for (int32_t j = 0; j < 4; j++) {
// CHECK-NEXT:     output[j] = input[i * 4 + j] + output[j];

// Integers that could overflow wrap around, as C defines it only for unsigned ones.
// CHECK-LABEL: BARECC_LOOPS void wrap_loop(
// CHECK: output[i] = (int32_t)((uint32_t)input[i] + 1u);
func.func @main(%x: tensor<3x4xf32>, %n: tensor<12xi32>) -> (tensor<3xf32>, tensor<4xf32>, tensor<12xi32>) {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = arith.mulf %a, %a : f32
    linalg.yield %s : f32
  } -> tensor<3x4xf32> loc("square"("square"))
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<3x4xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = math.exp %a : f32
    linalg.yield %s : f32
  } -> tensor<3x4xf32> loc("exp"("exp"))
  %zero = arith.constant 0.0 : f32
  %er = tensor.empty() : tensor<3xf32>
  %fr = linalg.fill ins(%zero : f32) outs(%er : tensor<3xf32>) -> tensor<3xf32>
  %rows = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%u : tensor<3x4xf32>) outs(%fr : tensor<3xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<3xf32> loc("rows"("rows"))
  %ec = tensor.empty() : tensor<4xf32>
  %fc = linalg.fill ins(%zero : f32) outs(%ec : tensor<4xf32>) -> tensor<4xf32>
  %columns = linalg.generic {indexing_maps = [#id, #column], iterator_types = ["reduction", "parallel"]}
      ins(%u : tensor<3x4xf32>) outs(%fc : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %s = arith.addf %a, %out : f32
    linalg.yield %s : f32
  } -> tensor<4xf32> loc("columns"("columns"))
  %one = arith.constant dense<1> : tensor<12xi32>
  %en = tensor.empty() : tensor<12xi32>
  %wrap = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
      iterator_types = ["parallel"]} ins(%n, %one : tensor<12xi32>, tensor<12xi32>) outs(%en : tensor<12xi32>) {
  ^bb0(%a: i32, %b: i32, %out: i32):
    %s = arith.addi %a, %b : i32
    linalg.yield %s : i32
  } -> tensor<12xi32> loc("wrap"("wrap"))
  return %rows, %columns, %wrap : tensor<3xf32>, tensor<4xf32>, tensor<12xi32>
}
