// RUN: barecc-opt %s --outline-loops | barecc-translate | FileCheck %s

// A value is loaded before the next store can change it; else it needs no name.
// CHECK-LABEL: BARECC_LOOPS void swap_loop(const float *restrict input, float *restrict output)
// CHECK-NEXT: {
// CHECK-NEXT:     output[0] = input[1];
// CHECK-NEXT:     output[1] = output[0] + 1.0f;
// CHECK-NEXT:     const float t0 = output[1];
// CHECK-NEXT:     output[1] = output[0];
// CHECK-NEXT:     output[0] = t0;
// CHECK-NEXT: }

// What a loop carries is a variable. All are computed from what they were, though they are assigned one by one.
// CHECK-LABEL: BARECC_LOOPS void fibonacci_loop(
// CHECK:          int32_t v0 = 0;
// CHECK-NEXT:     int32_t v1 = 1;
// CHECK-NEXT:     for (int32_t i = 0; i < 8; i++) {
// CHECK-NEXT:         output[i] = v0;
// CHECK-NEXT:         const int32_t t0 = (int32_t)((uint32_t)v0 + (uint32_t)v1);
// CHECK-NEXT:         v0 = v1;
// CHECK-NEXT:         v1 = t0;
// CHECK-NEXT:     }

// A loop on a condition; and a choice between two values.
// CHECK-LABEL: BARECC_LOOPS void search_loop(const float *restrict input, int32_t *restrict output)
// CHECK:          int32_t v0 = 0;
// CHECK-NEXT:     for (;;) {
// CHECK-NEXT:         const int t0 = v0 < 16;
// CHECK-NEXT:         int v1;
// CHECK-NEXT:         if (t0) {
// CHECK-NEXT:             v1 = input[v0] < 0.0f;
// CHECK-NEXT:         } else {
// CHECK-NEXT:             v1 = t0;
// CHECK-NEXT:         }
// CHECK-NEXT:         if (!v1) {
// CHECK-NEXT:             break;
// CHECK-NEXT:         }
// CHECK-NEXT:         v0 = v0 + 1;
// CHECK-NEXT:     }
// CHECK-NEXT:     output[0] = v0;

// Results that lie in a slice of something larger are written there; half precision is computed with as float.
// CHECK-LABEL: BARECC_LOOPS void halves_loop(const uint16_t *restrict input, uint16_t *restrict output)
// CHECK-NEXT: {
// CHECK-NEXT:     for (int32_t i = 0; i < 3; i++) {
// CHECK-NEXT:         const float t0 = half_to_float(input[i * 2 + 1]);
// CHECK-NEXT:         output[i * 4] = float_to_half(t0 + half_to_float(input[i * 2]));
// CHECK-NEXT:         output[i * 4 + 1] = float_to_half(t0);
// CHECK-NEXT:     }
func.func @main(%x: tensor<2xf32>, %xs: tensor<16xf32>, %h: tensor<3x2xf16>)
    -> (tensor<2xf32>, tensor<8xi32>, tensor<i32>, tensor<3x4xf16>) {
  %swapped = nn.procedure(%x) {
  ^bb0(%in: memref<2xf32>, %out: memref<2xf32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %f = arith.constant 1.0 : f32
    %a = memref.load %in[%one] : memref<2xf32>
    memref.store %a, %out[%zero] : memref<2xf32>
    %b = memref.load %out[%zero] : memref<2xf32>
    %c = arith.addf %b, %f : f32
    memref.store %c, %out[%one] : memref<2xf32>
    %d = memref.load %out[%one] : memref<2xf32>
    %e = memref.load %out[%zero] : memref<2xf32>
    memref.store %e, %out[%one] : memref<2xf32>
    memref.store %d, %out[%zero] : memref<2xf32>
  } : (tensor<2xf32>) -> tensor<2xf32> loc("swap"("swap"))
  %fibonacci = nn.procedure() {
  ^bb0(%out: memref<8xi32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %eight = arith.constant 8 : index
    %first = arith.constant 0 : i32
    %second = arith.constant 1 : i32
    %last:2 = scf.for %i = %zero to %eight step %one iter_args(%a = %first, %b = %second) -> (i32, i32) {
      memref.store %a, %out[%i] : memref<8xi32>
      %c = arith.addi %a, %b : i32
      scf.yield %b, %c : i32, i32
    }
  } : () -> tensor<8xi32> loc("fibonacci"("fibonacci"))
  %found = nn.procedure(%xs) {
  ^bb0(%in: memref<16xf32>, %out: memref<i32>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %sixteen = arith.constant 16 : index
    %null = arith.constant 0.0 : f32
    %at = scf.while (%i = %zero) : (index) -> index {
      %inside = arith.cmpi slt, %i, %sixteen : index
      %go = scf.if %inside -> i1 {
        %v = memref.load %in[%i] : memref<16xf32>
        %negative = arith.cmpf olt, %v, %null : f32
        scf.yield %negative : i1
      } else {
        scf.yield %inside : i1
      }
      scf.condition(%go) %i : index
    } do {
    ^bb0(%i: index):
      %next = arith.addi %i, %one : index
      scf.yield %next : index
    }
    %position = arith.index_cast %at : index to i32
    memref.store %position, %out[] : memref<i32>
  } : (tensor<16xf32>) -> tensor<i32> loc("search"("search"))
  %halves = nn.procedure(%h) {
  ^bb0(%in: memref<3x2xf16>, %out: memref<3x2xf16>):
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %three = arith.constant 3 : index
    scf.for %i = %zero to %three step %one {
      %a = memref.load %in[%i, %one] : memref<3x2xf16>
      %b = memref.load %in[%i, %zero] : memref<3x2xf16>
      %sum = arith.addf %a, %b : f16
      memref.store %sum, %out[%i, %zero] : memref<3x2xf16>
      memref.store %a, %out[%i, %one] : memref<3x2xf16>
    }
  } : (tensor<3x2xf16>) -> tensor<3x2xf16> loc("halves"("halves"))
  %wide = tensor.concat dim(1) %h, %halves : (tensor<3x2xf16>, tensor<3x2xf16>) -> tensor<3x4xf16>
  return %swapped, %fibonacci, %found, %wide : tensor<2xf32>, tensor<8xi32>, tensor<i32>, tensor<3x4xf16>
}
