// RUN: barecc-opt %s --select-kernels="code-percent=100 features=neon" --share-kernels | FileCheck %s
// RUN: barecc-opt %s --select-kernels="code-percent=100 features=neon" --share-kernels | barecc-translate --size | FileCheck %s --check-prefix=C

// Where size counts, the plain kernel is taken, which is smaller than the tuned one. Copies of it take fewer bytes for one
// layer, one body for many that differ; both forms may meet in a file.

// CHECK-LABEL: func.func @main
// CHECK-COUNT-5: kernel.call "fully_connected_f32"{{.*}} {bytes = #kernel.bytes<shared = 184, params = 60, helpers = 0, layer = 107>, {{.*}}, shared}
// CHECK: kernel.call "softmax_f32"
// CHECK-NOT: , shared}

// C-DAG: #define BARECC_KERNEL_SHARED static __attribute__((noinline))
// C-DAG: #define BARECC_KERNEL_SPECIALISED static inline __attribute__((always_inline))
// C: BARECC_KERNEL_SHARED void fully_connected_f32(
// C: BARECC_KERNEL_SPECIALISED void softmax_f32(
// C: fully_connected_f32(&fully_connected_f32_geometry, in0,
// C: softmax_f32_layer(
func.func @main(%x: tensor<1x2xf32>) -> tensor<1x7xf32> {
  %w0 = arith.constant dense<0.5> : tensor<3x2xf32>
  %w1 = arith.constant dense<0.5> : tensor<4x3xf32>
  %w2 = arith.constant dense<0.5> : tensor<5x4xf32>
  %w3 = arith.constant dense<0.5> : tensor<6x5xf32>
  %w4 = arith.constant dense<0.5> : tensor<7x6xf32>
  %y0 = nn.fully_connected %x, %w0 : tensor<1x2xf32>, tensor<3x2xf32> -> tensor<1x3xf32>
  %y1 = nn.fully_connected %y0, %w1 : tensor<1x3xf32>, tensor<4x3xf32> -> tensor<1x4xf32>
  %y2 = nn.fully_connected %y1, %w2 : tensor<1x4xf32>, tensor<5x4xf32> -> tensor<1x5xf32>
  %y3 = nn.fully_connected %y2, %w3 : tensor<1x5xf32>, tensor<6x5xf32> -> tensor<1x6xf32>
  %y4 = nn.fully_connected %y3, %w4 : tensor<1x6xf32>, tensor<7x6xf32> -> tensor<1x7xf32>
  %p = nn.softmax %y4 : tensor<1x7xf32> -> tensor<1x7xf32>
  return %p : tensor<1x7xf32>
}
