#include "compiler/emit/StepComments.h"

#include "compiler/emit/Text.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace barecc {

/// Of a node's name in a comment; what is longer loses its beginning, which it shares with others.
static constexpr size_t longestName = 60;

/// TFLite gives what it has fused the names of all its parts. The first is that of the result.
static StringRef firstName(StringRef name) { return name.split(';').first; }

StepComments::StepComments(const FunctionPlan &plan)
{
    std::optional<StringRef> common;
    for (const PlannedCall &call : plan.calls) {
        kernel::KernelOpInterface op = call.op;
        const StringRef name = firstName(sourceNode(op->getLoc()).name);
        if (!name.contains('/'))
            continue;
        if (!common)
            common = name;
        size_t length = 0;
        while (length < std::min(common->size(), name.size()) && (*common)[length] == name[length])
            ++length;
        common = common->take_front(length);
    }
    commonPrefix = common ? common->take_front(common->rfind('/') + 1).str() : ""; // npos + 1 is 0
}

std::string StepComments::ownName(StringRef name) const
{
    StringRef own = firstName(name);
    own.consume_front(commonPrefix);
    if (own.size() <= longestName)
        return commentText(own);
    const StringRef end = own.take_back(longestName - 3);
    return commentText(("..." + end.drop_front(std::min(end.find_first_of("/._"), end.size()))).str());
}

/// Of the node that a call comes from, or what it does itself.
static std::string operatorOf(kernel::KernelOpInterface op)
{
    const StringRef type = sourceNode(op->getLoc()).type;
    return type.empty() ? op.getName() : commentText(type);
}

std::string StepComments::nodeOf(const PlannedCall &call) const
{
    kernel::KernelOpInterface op = call.op;
    const std::string name = ownName(sourceNode(op->getLoc()).name);
    return name.empty() ? operatorOf(op) : name;
}

c::Comment StepComments::of(const PlannedCall &call, size_t number) const
{
    kernel::KernelOpInterface op = call.op;
    std::string text = std::to_string(number) + ". " + operatorOf(op);
    if (const std::string name = ownName(sourceNode(op->getLoc()).name); !name.empty())
        text += " " + name;
    text += ":";
    std::vector<std::string> shapes;
    for (auto [value, place] : llvm::zip(op->getOperands(), call.inputs))
        if (place.space != MemorySpace::Constant)
            shapes.push_back(shapeText(shapeOf(value)));
    if (!shapes.empty())
        text += " " + llvm::join(shapes, ", ");
    text += " -> " + shapeText(shapeOf(op->getResult(0)));
    if (const int64_t macs = call.costs.macs; macs > 0)
        text += ", " + (macs >= 1000000 ? llvm::formatv("{0:f1} MMAC", double(macs) / 1e6)
                                        : llvm::formatv("{0:f1} kMAC", double(macs) / 1e3))
                           .str();
    return text;
}

} // namespace barecc
