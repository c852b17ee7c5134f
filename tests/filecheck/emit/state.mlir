// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s
// RUN: barecc-opt %s --optimize --select | barecc-translate --file=model.h | FileCheck %s --check-prefix=HEADER

// HEADER: #define MODEL_STATE_BYTES 80
// HEADER: void model_run(const float *in0, float *out0, float *out1, unsigned char *arena, unsigned char *state);
// HEADER: void model_reset(unsigned char *state);

// CHECK-LABEL: void model_run(
// CHECK: const size_t state_1 = 0;
// CHECK-NEXT: const size_t state_2 = 16;
// CHECK-NEXT: const size_t state_3 = 32;

// A sum that nothing reads afterwards is formed in place.
// CHECK: (in0, (float *)(void *)(state + state_1));

// Two states that change places: one old value is set aside, the other goes straight to its new place.
// CHECK: ((const float *)(void *)(state + [[B:state_[23]]]), (float *)(void *)(arena + [[ASIDE:copy_._output]]));
// CHECK: ((const float *)(void *)(state + [[C:state_[23]]]), (float *)(void *)(state + [[B]]));
// CHECK: ((const float *)(void *)(arena + [[ASIDE]]), (float *)(void *)(state + [[C]]));

// CHECK-LABEL: void model_reset(unsigned char *state)
// CHECK: const size_t state_4 = 48; /* 16 bytes, 'd' of the model: float[4] */
// CHECK: const size_t state_5 = 64;
// CHECK: memset(state, 0, 80);
// CHECK: memcpy(state + state_4, model_{{.*}}, 16);
// CHECK: memset(state + state_5, 255, 16);

#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<4xf32>,
                %sum: tensor<4xf32> {nn.state = "sum", nn.initial = dense<0.0> : tensor<4xf32>},
                %b: tensor<4xf32> {nn.state = "b", nn.initial = dense<0.0> : tensor<4xf32>},
                %c: tensor<4xf32> {nn.state = "c", nn.initial = dense<0.0> : tensor<4xf32>},
                %d: tensor<4xf32> {nn.state = "d", nn.initial = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>},
                %e: tensor<4xi32> {nn.state = "e", nn.initial = dense<-1> : tensor<4xi32>})
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32> {nn.state = "sum"}, tensor<4xf32> {nn.state = "b"},
        tensor<4xf32> {nn.state = "c"}, tensor<4xf32> {nn.state = "d"}) {
  %0 = tensor.empty() : tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %sum : tensor<4xf32>, tensor<4xf32>) outs(%0 : tensor<4xf32>) {
    ^bb0(%p: f32, %q: f32, %r: f32):
      %t = arith.addf %p, %q : f32
      linalg.yield %t : f32
  } -> tensor<4xf32>
  %u = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%s, %b : tensor<4xf32>, tensor<4xf32>) outs(%0 : tensor<4xf32>) {
    ^bb0(%p: f32, %q: f32, %r: f32):
      %t = arith.mulf %p, %q : f32
      linalg.yield %t : f32
  } -> tensor<4xf32>
  return %u, %d, %s, %c, %b, %x : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
