// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s

// From the ninth operand on, a parameter is no single letter: i is the loop's variable.

// CHECK: BARECC_LAYER void op_loop_2(const float *a, const float *b, const float *c, const float *d, const float *e,
// CHECK-NEXT: const float *f, const float *g, const float *h, const float *a8, float *y
// CHECK: int64_t i;
// CHECK: body(&i, now0, b, c, d, e, f, g, h, a8, next0[i & 1], workspace

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
