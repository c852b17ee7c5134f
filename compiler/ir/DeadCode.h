// What is left without a use.
#pragma once

#include "mlir/IR/Block.h"

namespace barecc {

/// Erases the operations of a block that nothing uses and that have no effect, users before what they use.
void eraseDeadOperations(mlir::Block &block);

} // namespace barecc
