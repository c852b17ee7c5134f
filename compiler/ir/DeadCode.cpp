#include "compiler/ir/DeadCode.h"

using namespace mlir;

namespace barecc {

void eraseDeadOperations(Block &block)
{
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
        if (isOpTriviallyDead(&op))
            op.erase();
}

} // namespace barecc
