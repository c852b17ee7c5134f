// RUN: barecc-opt %s --optimize --select | barecc-translate | FileCheck %s

// Types that C does not have are converted where they are read and written. Integers shorter than a byte are
// sign-extended, and masked where they are taken as unsigned. Doubles reach them with one rounding.

#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<8xf8E5M2>, %n: tensor<8xi4>, %d: tensor<8xf64>)
    -> (tensor<8xf8E4M3FN>, tensor<8xf32>, tensor<8xf16>) {
  // CHECK: BARECC_LOOPS void {{.*}}(const uint8_t *restrict input, uint8_t *restrict output)
  // CHECK: output[i] = float_to_e4m3fn(e5m2_to_float(input[i]));
  %0 = tensor.empty() : tensor<8xf8E4M3FN>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf8E5M2>) outs(%0 : tensor<8xf8E4M3FN>) {
  ^bb0(%in: f8E5M2, %out: f8E4M3FN):
    %wide = arith.extf %in : f8E5M2 to f32
    %narrow = arith.truncf %wide : f32 to f8E4M3FN
    linalg.yield %narrow : f8E4M3FN
  } -> tensor<8xf8E4M3FN>
  // CHECK: output[i] = (float)(low_bits(input[i], 4) & 15);
  %1 = tensor.empty() : tensor<8xf32>
  %u = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%n : tensor<8xi4>) outs(%1 : tensor<8xf32>) {
  ^bb0(%in: i4, %out: f32):
    %float = arith.uitofp %in : i4 to f32
    linalg.yield %float : f32
  } -> tensor<8xf32>
  // CHECK: float_rounded_to_odd(input[i])
  %2 = tensor.empty() : tensor<8xf16>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%d : tensor<8xf64>) outs(%2 : tensor<8xf16>) {
  ^bb0(%in: f64, %out: f16):
    %half = arith.truncf %in : f64 to f16
    linalg.yield %half : f16
  } -> tensor<8xf16>
  return %y, %u, %h : tensor<8xf8E4M3FN>, tensor<8xf32>, tensor<8xf16>
}
