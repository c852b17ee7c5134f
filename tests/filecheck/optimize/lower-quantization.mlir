// RUN: barecc-opt %s --split-input-file --lower-quantization | FileCheck %s --check-prefix=LOWER
// RUN: barecc-opt %s --split-input-file --lower-quantization --fold-constants | FileCheck %s --check-prefix=FOLD

!t = !quant.uniform<i8:f32, 0.5:-3>

// (integer - zero point) * scale, and back: round to even, add the zero point, cut to the range.
// LOWER-LABEL: func @casts
// LOWER: %[[I:.*]] = quant.scast %arg0
// LOWER: linalg.generic {{.*}} ins(%[[I]],
// LOWER: arith.sitofp %{{.*}} : i8 to f32
// LOWER: arith.subf
// LOWER: arith.mulf
// LOWER: linalg.generic
// LOWER: arith.divf
// LOWER: math.roundeven
// LOWER: arith.addf
// LOWER: arith.maxnumf
// LOWER: arith.minnumf
// LOWER: arith.fptosi %{{.*}} : f32 to i8
func.func @casts(%x: tensor<4x!t>) -> tensor<4x!t> {
  %real = quant.dcast %x : tensor<4x!t> to tensor<4xf32>
  %q = quant.qcast %real : tensor<4xf32> to tensor<4x!t>
  return %q : tensor<4x!t>
}

// -----

!t = !quant.uniform<i8:f32, 0.5:-3>

// The same numbers, computed: ties go to even, what is out of range saturates.
// FOLD-LABEL: func @constants
// FOLD: arith.constant dense<[-3, -3, -1, -1, 127, -128]> : tensor<6xi8>
func.func @constants() -> tensor<6x!t> {
  %x = arith.constant dense<[0.0, 0.25, 0.75, 1.25, 1000.0, -1000.0]> : tensor<6xf32>
  %q = quant.qcast %x : tensor<6xf32> to tensor<6x!t>
  return %q : tensor<6x!t>
}

// -----

!channels = !quant.uniform<i8:f32:1, {0.5, 2.0:1}>

// Each channel has its own scale and zero point.
// FOLD-LABEL: func @channels
// FOLD: arith.constant dense<{{\[\[}}5.000000e-01, 0.000000e+00], [1.500000e+00, 6.000000e+00]]> : tensor<2x2xf32>
func.func @channels() -> tensor<2x2xf32> {
  %i = arith.constant dense<[[1, 1], [3, 4]]> : tensor<2x2xi8>
  %q = quant.scast %i : tensor<2x2xi8> to tensor<2x2x!channels>
  %real = quant.dcast %q : tensor<2x2x!channels> to tensor<2x2xf32>
  return %real : tensor<2x2xf32>
}

// -----

!t = !quant.uniform<i8:f32, 0.5:-3>

// What moves quantised elements moves the integers they are stored as.
// LOWER-LABEL: func @moves
// LOWER: %[[I:.*]] = quant.scast %arg0
// LOWER: linalg.transpose ins(%[[I]] : tensor<2x3xi8>) outs(%{{.*}} : tensor<3x2xi8>) permutation = [1, 0]
func.func @moves(%x: tensor<2x3x!t>) -> tensor<3x2x!t> {
  %e = tensor.empty() : tensor<3x2x!t>
  %t = linalg.transpose ins(%x : tensor<2x3x!t>) outs(%e : tensor<3x2x!t>) permutation = [1, 0]
  return %t : tensor<3x2x!t>
}
