#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

llvm::ArrayRef<Entry> unaryOperators()
{
    return {};
}

} // namespace barecc::onnx_import
