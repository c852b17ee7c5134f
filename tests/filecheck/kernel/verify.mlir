// RUN: barecc-opt %s --split-input-file --verify-diagnostics

// What plan and emit rely on is checked where an operation is made.

func.func @otherArguments(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{has a region whose arguments are not its inputs}}
  %y = kernel.loops "copy"(%x) {
  ^bb0(%in: tensor<4xf32>):
    %e = tensor.empty() : tensor<8xf32>
    kernel.yield %e : tensor<8xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @noLoops(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{has a region that yields something else than the results of one linalg operation}}
  %y = kernel.loops "copy"(%x) {
  ^bb0(%in: tensor<8xf32>):
    kernel.yield %in : tensor<8xf32>
  } : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @otherPlace(%x: tensor<8xf32>) -> tensor<f32> {
  // expected-error@+1 {{is computed in place of what is no input of the first result's type}}
  %y = kernel.procedure "first"(%x) {
  ^bb0(%in: memref<8xf32>, %out: memref<f32>):
    %zero = arith.constant 0 : index
    %v = memref.load %in[%zero] : memref<8xf32>
    memref.store %v, %out[] : memref<f32>
  } {in_place = array<i64: 0>} : (tensor<8xf32>) -> tensor<f32>
  return %y : tensor<f32>
}

// -----

func.func @noProducer(%x: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  // expected-error@+1 {{holds something else than a kernel and the loops whose result it yields}}
  %y = kernel.rows(%x) band 1 {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    kernel.yield %in : tensor<1x8x8x4xf32>
  } : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  return %y : tensor<1x8x8x4xf32>
}

// -----

func.func @noSubgraph(%x: tensor<8xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{names a function that is not there: @body}}
  %y = kernel.loop @body init(%x : tensor<8xf32>) {name = "loop", trips = 3 : i64} -> (tensor<8xf32>)
  return %y : tensor<8xf32>
}

// -----

func.func @noRecord(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  // expected-error@+1 {{calls 'softmax_f64', of which there is no record}}
  %y = kernel.call "softmax_f64"(input %x) params <softmax_f32_params {rows = 1, depth = 10, beta = 1.0 : f32}>
      {rows = 1 : i64} : (tensor<1x10xf32>) -> tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}

// -----

func.func @otherParams(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  // expected-error@+1 {{has params of another struct than softmax_f32_params}}
  %y = kernel.call "softmax_f32"(input %x) params <softmax_s16_params {rows = 1, depth = 10, multiplier = 1, shift = 0}>
      {rows = 1 : i64} : (tensor<1x10xf32>) -> tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}

// -----

func.func @noWeights(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+1 {{lacks the operand 'rhs'}}
  %y = kernel.call "matmul_f32"(lhs %x) params <matmul_f32_params {min = -1.0 : f32, max = 1.0 : f32}>
      {rows = 1 : i64} : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @tooMuch(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  // expected-error@+1 {{has an operand that the kernel does not take}}
  %y = kernel.call "softmax_f32"(input %x, bias %x) params <softmax_f32_params {rows = 1, depth = 10, beta = 1.0 : f32}>
      {rows = 1 : i64} : (tensor<1x10xf32>, tensor<1x10xf32>) -> tensor<1x10xf32>
  return %y : tensor<1x10xf32>
}

// -----

// expected-error@+1 {{"kernel.features" has to be a list of features' names}}
module attributes {kernel.features = ["avx2", "none"]} {
}

// -----

func.func @elsewhere(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{"kernel.features" is no attribute of nn.softmax}}
  %y = nn.softmax %x {kernel.features = ["neon"]} : tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}
