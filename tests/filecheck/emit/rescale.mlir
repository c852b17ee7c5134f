// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s

// Where the values before a rescaling are known to fit 31 bits, the shorter one is called; a clamp to the range of int8 is
// a saturation.

// CHECK-LABEL: BARECC_LOOPS void op_loop(
// CHECK: t0 = (int32_t)((uint32_t)((int32_t)input[i] + 17) << 20);
// CHECK-NEXT: t1 = rescale_narrow((int32_t)((uint32_t)(int32_t)input_2[i] << 20), 1073741824, 0);
// CHECK-NEXT: output[i] = saturate_s8(rescale_narrow(rescale_narrow(t0, 1699529983, -2) + t1, 1140768826, -17) - 128);

// A sum of many bits, and a narrower clamp.
// CHECK-LABEL: BARECC_LOOPS void op_loop_2(
// CHECK: minimum_s32(maximum_s32(rescale(input[i], 1699529983, -20), -128), 6);

#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<64xi8> {nn.name = "x"}, %y: tensor<64xi8> {nn.name = "y"}, %z: tensor<32xi32> {nn.name = "z"})
    -> (tensor<64xi8> {nn.name = "sum"}, tensor<32xi8> {nn.name = "byte"}) {
  %low = arith.constant -128 : i32
  %high = arith.constant 127 : i32
  %zero = arith.constant -17 : i32
  %twenty = arith.constant 20 : i32
  %six = arith.constant 6 : i32
  %e = tensor.empty() : tensor<64xi8>
  %sum = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<64xi8>, tensor<64xi8>) outs(%e : tensor<64xi8>) {
  ^bb0(%a: i8, %b: i8, %out: i8):
    %a32 = arith.extsi %a : i8 to i32
    %a0 = arith.subi %a32, %zero : i32
    %as = arith.shli %a0, %twenty : i32
    %ar = nn.rescale %as by 1699529983 shift -2 : i32
    %b32 = arith.extsi %b : i8 to i32
    %bs = arith.shli %b32, %twenty : i32
    %br = nn.rescale %bs by 1073741824 shift 0 : i32
    %s = arith.addi %ar, %br : i32
    %r = nn.rescale %s by 1140768826 shift -17 : i32
    %m = arith.addi %r, %low : i32
    %c = arith.maxsi %m, %low : i32
    %d = arith.minsi %c, %high : i32
    %t = arith.trunci %d : i32 to i8
    linalg.yield %t : i8
  } -> tensor<64xi8>
  %f = tensor.empty() : tensor<32xi8>
  %byte = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%z : tensor<32xi32>) outs(%f : tensor<32xi8>) {
  ^bb0(%a: i32, %out: i8):
    %r = nn.rescale %a by 1699529983 shift -20 : i32
    %c = arith.maxsi %r, %low : i32
    %d = arith.minsi %c, %six : i32
    %t = arith.trunci %d : i32 to i8
    linalg.yield %t : i8
  } -> tensor<32xi8>
  return %sum, %byte : tensor<64xi8>, tensor<32xi8>
}
