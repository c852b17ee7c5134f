// RUN: barecc-opt %s --outline-loops=features=mve | barecc-translate | FileCheck %s
// RUN: barecc-opt %s --outline-loops | barecc-translate | FileCheck %s --check-prefix=PLAIN

// Integer loops over elements that lie side by side are written in vectors where the instruction set has fitting ones; what
// they leave follows element by element.

// CHECK-LABEL: BARECC_LOOPS void op_loop(
// CHECK: for (int32_t i = 0; i < 40; i += 4) {
// CHECK-NEXT: const words t0 = words_rescale(words_shift_left(words_subtract(words_load_s8(&input[i]), words_set(-17)), 20),
// CHECK-NEXT: 1699529983, -2);
// CHECK-NEXT: words_store_s8(&output[i], words_add(t0, words_set(-128)));
// CHECK-NEXT: }
// CHECK-NEXT: for (int32_t i = 40; i < 42; i++) {
// CHECK-NEXT: const int32_t t0 =
// CHECK-NEXT: saturate_s8(rescale_narrow(t0,

// One number a row: the same in all lanes.
// CHECK-LABEL: BARECC_LOOPS void op_loop_2(
// CHECK: for (int32_t i = 0; i < 3; i++) {
// CHECK-NEXT: for (int32_t j = 0; j < 8; j += 4) {
// CHECK-NEXT: const words t0 = words_maximum(words_add(words_load_s8(&input[i * 8 + j]), words_set(input_2[i])),
// CHECK-NEXT: words_set(-5));
// CHECK-NEXT: words_store_s8(&output[i * 8 + j], words_minimum(t0, words_set(6)));
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NEXT: }

// Words in memory are not loaded as bytes.
// CHECK-LABEL: BARECC_LOOPS void op_loop_3(
// CHECK-NOT: words_
// CHECK: output[i] =

// PLAIN-NOT: words_

#vector = affine_map<(d0) -> (d0)>
#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @main(%x: tensor<42xi8> {nn.name = "x"}, %m: tensor<3x8xi8> {nn.name = "m"}, %r: tensor<3xi8> {nn.name = "r"},
    %k: tensor<8xi32> {nn.name = "k"})
    -> (tensor<42xi8> {nn.name = "scaled"}, tensor<3x8xi8> {nn.name = "sum"}, tensor<8xi8> {nn.name = "clamped"}) {
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %zero = arith.constant -17 : i32
  %twenty = arith.constant 20 : i32
  %least = arith.constant -5 : i32
  %most = arith.constant 6 : i32
  %e = tensor.empty() : tensor<42xi8>
  %scaled = linalg.generic {indexing_maps = [#vector, #vector], iterator_types = ["parallel"]}
      ins(%x : tensor<42xi8>) outs(%e : tensor<42xi8>) {
  ^bb0(%a: i8, %out: i8):
    %wide = arith.extsi %a : i8 to i32
    %moved = arith.subi %wide, %zero : i32
    %shifted = arith.shli %moved, %twenty : i32
    %r0 = nn.rescale %shifted by 1699529983 shift -2 : i32
    %r1 = arith.addi %r0, %low : i32
    %c = arith.maxsi %r1, %low : i32
    %d = arith.minsi %c, %high : i32
    %t = arith.trunci %d : i32 to i8
    linalg.yield %t : i8
  } -> tensor<42xi8>
  %f = tensor.empty() : tensor<3x8xi8>
  %sum = linalg.generic {indexing_maps = [#matrix, #row, #matrix], iterator_types = ["parallel", "parallel"]}
      ins(%m, %r : tensor<3x8xi8>, tensor<3xi8>) outs(%f : tensor<3x8xi8>) {
  ^bb0(%a: i8, %b: i8, %out: i8):
    %a32 = arith.extsi %a : i8 to i32
    %b32 = arith.extsi %b : i8 to i32
    %s = arith.addi %a32, %b32 : i32
    %c = arith.maxsi %s, %least : i32
    %d = arith.minsi %c, %most : i32
    %t = arith.trunci %d : i32 to i8
    linalg.yield %t : i8
  } -> tensor<3x8xi8>
  %g = tensor.empty() : tensor<8xi8>
  %clamped = linalg.generic {indexing_maps = [#vector, #vector], iterator_types = ["parallel"]}
      ins(%k : tensor<8xi32>) outs(%g : tensor<8xi8>) {
  ^bb0(%a: i32, %out: i8):
    %c = arith.maxsi %a, %least : i32
    %d = arith.minsi %c, %most : i32
    %t = arith.trunci %d : i32 to i8
    linalg.yield %t : i8
  } -> tensor<8xi8>
  return %scaled, %sum, %clamped : tensor<42xi8>, tensor<3x8xi8>, tensor<8xi8>
}
