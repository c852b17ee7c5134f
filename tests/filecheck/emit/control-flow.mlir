// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s

// Subgraphs are functions; a carried value alternates between the place of the result and one in the workspace.

// CHECK: BARECC_LAYER void body(const int64_t *input, const float *input_2, const float *input_3, const float *input_4,
// CHECK-NEXT: float *output, float *output_2, unsigned char *arena)
// CHECK: BARECC_LAYER void op_loop_2(
// CHECK: const size_t other0 = 0;
// CHECK-NEXT: const size_t body_arena = 32;
// CHECK-NEXT: const float *now0 = input;
// CHECK-NEXT: float *const next0[2] = {(float *)(void *)(workspace + other0), output};
// CHECK: for (i = 0; i < 10; i++) {
// CHECK-NEXT: body(&i, now0, input_2 + i * 8, input_3, next0[i & 1], output_2 + i * 8, workspace + body_arena);
// CHECK-NEXT: now0 = next0[i & 1];
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK: BARECC_LAYER void op_loop_3(
// CHECK: for (i = 0; i < 10 && i < limit; i++) {
// CHECK: *output_3 = i;
// CHECK-NEXT: if (now0 != output)
// CHECK-NEXT: memcpy(output, now0, 32);
// CHECK: BARECC_LAYER void op_choice(const uint8_t *input, const float *input_2, float *output, unsigned char *workspace)
// CHECK-NEXT: {
// CHECK-NEXT: if (*input)
// CHECK-NEXT: yes(input_2, output, workspace);
// CHECK-NEXT: else
// CHECK-NEXT: no(input_2, output, workspace);

#id = affine_map<(d0) -> (d0)>
func.func private @body(%i: tensor<i64>, %s: tensor<8xf32>, %x: tensor<8xf32>, %w: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%s, %x, %w : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %out: f32):
    %t = arith.addf %a, %b : f32
    %u = arith.mulf %t, %c : f32
    linalg.yield %u : f32
  } -> tensor<8xf32>
  return %y, %s : tensor<8xf32>, tensor<8xf32>
}
func.func private @yes(%w: tensor<8xf32>) -> (tensor<8xf32>) {
  return %w : tensor<8xf32>
}
func.func private @no(%w: tensor<8xf32>) -> (tensor<8xf32>) {
  %z = arith.constant dense<2.0> : tensor<8xf32>
  return %z : tensor<8xf32>
}
func.func @main(%x: tensor<i1>, %z: tensor<8xf32>, %xs: tensor<10x8xf32>, %n: tensor<i64>) -> (tensor<8xf32>, tensor<10x8xf32>, tensor<8xf32>, tensor<i64>) {
  %w = arith.constant dense<[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0]> : tensor<8xf32>
  %f, %all = nn.loop @body init(%z : tensor<8xf32>) scan(%xs : tensor<10x8xf32>) capture(%w : tensor<8xf32>) {trips = 10 : i64} -> (tensor<8xf32>) stacked (tensor<10x8xf32>)
  %f2, %all2, %c = nn.loop @body limit(%n : tensor<i64>) init(%z : tensor<8xf32>) scan(%xs : tensor<10x8xf32>) capture(%w : tensor<8xf32>) {trips = 10 : i64} -> (tensor<8xf32>) stacked (tensor<10x8xf32>) count tensor<i64>
  %q = nn.if %x then @yes otherwise @no(%f2) : tensor<i1>, (tensor<8xf32>) -> tensor<8xf32>
  return %f, %all, %q, %c : tensor<8xf32>, tensor<10x8xf32>, tensor<8xf32>, tensor<i64>
}
