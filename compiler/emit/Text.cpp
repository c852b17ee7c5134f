#include "compiler/emit/Text.h"

#include "compiler/emit/CType.h"
#include "compiler/ir/NN.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

ArrayRef<int64_t> shapeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getShape(); }

Type elementOf(Value tensor) { return storageType(cast<RankedTensorType>(tensor.getType())).getElementType(); }

std::string shapeText(ArrayRef<int64_t> shape)
{
    return shape.empty() ? "scalar"
                         : llvm::join(llvm::map_range(shape, [](int64_t d) { return std::to_string(d); }), "x");
}

std::string dimensionsText(ArrayRef<int64_t> shape)
{
    std::string text;
    for (int64_t size : shape)
        text += "[" + std::to_string(size) + "]";
    return text.empty() ? "[1]" : text;
}

std::string arrayText(Value tensor)
{
    return storageCType(elementOf(tensor)) + (shapeOf(tensor).empty() ? "" : dimensionsText(shapeOf(tensor)));
}

std::string commentText(StringRef text)
{
    auto isDelimiter = [](char a, char b) { return (a == '*' && b == '/') || (a == '/' && (b == '*' || b == '/')); };
    std::string safe;
    for (char c : text)
        safe += llvm::isPrint(c) && (safe.empty() || !isDelimiter(safe.back(), c)) ? c : '_';
    return safe;
}

} // namespace barecc
