// RUN: barecc-opt %s --outline-loops | barecc-translate | FileCheck %s

// An input that a procedure turned out not to need is none of its function.
// CHECK-LABEL: BARECC_LOOPS void ones_loop(float *restrict output)
// CHECK-NEXT: {
// CHECK-NEXT:     for (int32_t i = 0; i < 4; i++) {
// CHECK-NEXT:         output[i] = 1.0f;
func.func @main(%x: tensor<2xf32>) -> tensor<4xf32> {
  %ones = nn.procedure(%x) {
  ^bb0(%in: memref<2xf32>, %out: memref<4xf32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %four = arith.constant 4 : index
    %value = arith.constant 1.0 : f32
    scf.for %i = %zero to %four step %one {
      memref.store %value, %out[%i] : memref<4xf32>
    }
  } : (tensor<2xf32>) -> tensor<4xf32> loc("ones"("ones"))
  return %ones : tensor<4xf32>
}
