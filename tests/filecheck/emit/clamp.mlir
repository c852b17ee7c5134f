// RUN: barecc-opt %s --outline-loops | barecc-translate | FileCheck %s

// What stands twice in the C of an operation has a name: the exponential is computed once.
// CHECK-LABEL: clip_sigmoid_loop(
// CHECK:      const float t0 = 1.0f / (expf(-{{.*}}[i]) + 1.0f);
// CHECK-NEXT: const float t1 = (t0 < 1e-04f) ? 1e-04f : t0;
// CHECK-NEXT: {{.*}}[i] = (t1 > 0.9999f) ? 0.9999f : t1;
// CHECK-NEXT: }

// The same holds for what C has no operator for, like an absolute value.
// CHECK-LABEL: abs_loop(
// CHECK:      const int32_t t0 = (int32_t)((uint32_t){{.*}}[i] - 5u);
// CHECK-NEXT: {{.*}}[i] = (int32_t)((t0 < 0) ? (0u - (uint32_t)t0) : (uint32_t)t0);
// CHECK-NEXT: }

// A test for NaN, and one for equality, each of values that are computed once.
// CHECK-LABEL: isnan_loop(
// CHECK:      const float t0 = {{.*}}[i] / 3.0f;
// CHECK-NEXT: {{.*}}[i] = (uint8_t)is_nan_f32(t0);
// CHECK-LABEL: equal_loop(
// CHECK: equal_f32({{.*}}[i] / 3.0f, 1.0f)

#id = affine_map<(d0) -> (d0)>
func.func @main(%x: tensor<8xf32>, %n: tensor<8xi32>) -> (tensor<8xf32>, tensor<8xi32>, tensor<8xi1>, tensor<8xi1>) {
  %one = arith.constant 1.0 : f32
  %three = arith.constant 3.0 : f32
  %low = arith.constant 1.0e-4 : f32
  %high = arith.constant 0.9999 : f32
  %five = arith.constant 5 : i32
  %ef = tensor.empty() : tensor<8xf32>
  %ei = tensor.empty() : tensor<8xi32>
  %eb = tensor.empty() : tensor<8xi1>
  %clipped = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%ef : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %negative = arith.negf %in : f32
    %e = math.exp %negative : f32
    %sum = arith.addf %e, %one : f32
    %sigmoid = arith.divf %one, %sum : f32
    %a = arith.maximumf %sigmoid, %low : f32
    %b = arith.minimumf %a, %high : f32
    linalg.yield %b : f32
  } -> tensor<8xf32> loc("clip"("clip_sigmoid"))
  %absolute = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%n : tensor<8xi32>) outs(%ei : tensor<8xi32>) {
  ^bb0(%in: i32, %out: i32):
    %moved = arith.subi %in, %five : i32
    %a = math.absi %moved : i32
    linalg.yield %a : i32
  } -> tensor<8xi32> loc("abs"("abs"))
  %isnan = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%eb : tensor<8xi1>) {
  ^bb0(%in: f32, %out: i1):
    %third = arith.divf %in, %three : f32
    %nan = arith.cmpf uno, %third, %third : f32
    linalg.yield %nan : i1
  } -> tensor<8xi1> loc("isnan"("isnan"))
  %equal = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf32>) outs(%eb : tensor<8xi1>) {
  ^bb0(%in: f32, %out: i1):
    %third = arith.divf %in, %three : f32
    %same = arith.cmpf oeq, %third, %one : f32
    linalg.yield %same : i1
  } -> tensor<8xi1> loc("equal"("equal"))
  return %clipped, %absolute, %isnan, %equal : tensor<8xf32>, tensor<8xi32>, tensor<8xi1>, tensor<8xi1>
}
