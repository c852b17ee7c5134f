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

std::string arrayText(Value tensor)
{
    std::string text = storageCType(elementOf(tensor));
    for (int64_t size : shapeOf(tensor))
        text += "[" + std::to_string(size) + "]";
    return text;
}

std::string commentText(StringRef text)
{
    auto isDelimiter = [](char a, char b) { return (a == '*' && b == '/') || (a == '/' && (b == '*' || b == '/')); };
    std::string safe;
    for (char c : text)
        safe += llvm::isPrint(c) && (safe.empty() || !isDelimiter(safe.back(), c)) ? c : '_';
    return safe;
}

std::string commentLines(StringRef text, size_t indent)
{
    std::string lines, line = " *";
    for (StringRef word : llvm::split(text, ' ')) {
        if (line.size() + 1 + word.size() + strlen(" */") > lineWidth) {
            lines += line + "\n";
            line = " *" + std::string(indent, ' ');
        }
        line += " " + word.str();
    }
    return lines + line + "\n";
}

std::string wrapped(const std::string &head, ArrayRef<std::string> items, StringRef tail)
{
    const size_t indent = head.size() + 1 - (head.rfind('\n') + 1);
    std::string text, line = head + "(";
    for (auto [i, entry] : llvm::enumerate(items)) {
        const std::string item = entry + (i + 1 < items.size() ? "," : "");
        if (i > 0 && line.size() + item.size() + 2 > lineWidth - 2) {
            text += line + "\n";
            line = std::string(indent, ' ') + item;
        } else {
            line += (i > 0 ? " " : "") + item;
        }
    }
    return text + line + ")" + tail.str();
}

} // namespace barecc
