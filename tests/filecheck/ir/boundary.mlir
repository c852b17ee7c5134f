// What arguments and results may say of themselves, checked (NN.td).
// RUN: barecc-opt %s -split-input-file -verify-diagnostics

func.func @main(%x: tensor<4xf32> {nn.name = "x", nn.position = 1 : i64},
                %old: tensor<4xf32> {nn.state = "s", nn.initial = dense<0.0> : tensor<4xf32>})
    -> (tensor<4xf32> {nn.name = "y"}, tensor<1xi64> {nn.shape_of = 0 : i64}, tensor<4xf32> {nn.state = "s"}) {
  %shape = arith.constant dense<4> : tensor<1xi64>
  return %x, %shape, %old : tensor<4xf32>, tensor<1xi64>, tensor<4xf32>
}

// -----

// expected-error @+1 {{'func.func' op has no attribute "nn.naem" on arguments}}
func.func @misspelt(%x: tensor<4xf32> {nn.naem = "x"}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{has no attribute "nn.position" on results}}
func.func @misplaced(%x: tensor<4xf32>) -> (tensor<4xf32> {nn.position = 0 : i64}) {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{"nn.name" has to be a string}}
func.func @mistyped(%x: tensor<4xf32> {nn.name = 3 : i64}) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

func.func @elsewhere(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{"nn.name" is no attribute of operations}}
  %y = nn.softmax %x {nn.name = "x"} : tensor<4xf32> -> tensor<4xf32>
  return %y : tensor<4xf32>
}
