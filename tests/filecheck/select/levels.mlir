// RUN: barecc-opt %s --select-kernels="features=sse2,avx2,fma,avx512f lower-levels=sse2+avx2+fma,sse2" | FileCheck %s

// Where a program is for processors of several levels, a call names a kernel for each, and all read the same weights:
// those of AVX2 alone have panels of 16 outputs, not of 32.
// CHECK-LABEL: func @conv2d
// CHECK: kernel.call "conv2d_f32_avx512"
// CHECK-SAME: lower_callees = ["conv2d_f32_nr32_avx2", "conv2d_f32_sse2"]
func.func @conv2d(%x: tensor<1x16x16x8xf32>) -> tensor<1x16x16x40xf32> {
  %w = arith.constant dense<0.5> : tensor<40x3x3x8xf32>
  %y = nn.conv2d %x, %w {dilations = array<i64: 1, 1>, groups = 1 : i64, padding = array<i64: 1, 1, 1, 1>,
      strides = array<i64: 1, 1>} : tensor<1x16x16x8xf32>, tensor<40x3x3x8xf32> -> tensor<1x16x16x40xf32>
  return %y : tensor<1x16x16x40xf32>
}

// A kernel that is for all of them serves each level.
// CHECK-LABEL: func @softmax
// CHECK: kernel.call "softmax_f32"
// CHECK-SAME: lower_callees = ["softmax_f32", "softmax_f32"]
func.func @softmax(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  %y = nn.softmax %x : tensor<1x10xf32> -> tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}
