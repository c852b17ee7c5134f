// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s

// Operands are numbered; i is the loop's variable.

// CHECK: BARECC_LAYER void op_loop_2(const float *input, const float *input_2, const float *input_3, const float *input_4,
// CHECK-NEXT: const float *input_5, const float *input_6, const float *input_7, const float *input_8,
// CHECK-NEXT: const float *input_9, float *output, unsigned char *workspace)
// CHECK: int64_t i;
// CHECK: body(&i, now0, input_2, input_3, input_4, input_5, input_6, input_7, input_8, input_9, next0[i & 1],

#id = affine_map<(d0) -> (d0)>
func.func private @body(%i: tensor<i64>, %s: tensor<8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>,
    %e: tensor<8xf32>, %f: tensor<8xf32>, %g: tensor<8xf32>, %h: tensor<8xf32>, %j: tensor<8xf32>) -> tensor<8xf32> {
  %empty = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id, #id, #id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%s, %b, %c, %d, %e, %f, %g, %h, %j : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>,
          tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) outs(%empty : tensor<8xf32>) {
  ^bb0(%0: f32, %1: f32, %2: f32, %3: f32, %4: f32, %5: f32, %6: f32, %7: f32, %8: f32, %out: f32):
    %r1 = arith.addf %0, %1 : f32
    %r2 = arith.mulf %r1, %2 : f32
    %r3 = arith.addf %r2, %3 : f32
    %r4 = arith.mulf %r3, %4 : f32
    %r5 = arith.addf %r4, %5 : f32
    %r6 = arith.mulf %r5, %6 : f32
    %r7 = arith.addf %r6, %7 : f32
    %r8 = arith.mulf %r7, %8 : f32
    linalg.yield %r8 : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}

func.func @main(%a: tensor<8xf32> {nn.name = "a"}, %b: tensor<8xf32> {nn.name = "b"}, %c: tensor<8xf32> {nn.name = "c"},
    %d: tensor<8xf32> {nn.name = "d"}, %e: tensor<8xf32> {nn.name = "e"}, %f: tensor<8xf32> {nn.name = "f"},
    %g: tensor<8xf32> {nn.name = "g"}, %h: tensor<8xf32> {nn.name = "h"}, %j: tensor<8xf32> {nn.name = "j"})
    -> (tensor<8xf32> {nn.name = "y"}) {
  %y = nn.loop @body init(%a : tensor<8xf32>)
      capture(%b, %c, %d, %e, %f, %g, %h, %j : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>,
              tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
      {trips = 10 : i64} -> (tensor<8xf32>)
  return %y : tensor<8xf32>
}
