#include "compiler/emit/LoopFunction.h"

#include "compiler/emit/CType.h"

using namespace mlir;

namespace barecc {

LoopParameters nameParameters(func::FuncOp function, std::optional<unsigned> inPlace)
{
    LoopParameters result;
    unsigned inputs = 0;
    for (BlockArgument argument : function.getArguments()) {
        auto type = cast<RankedTensorType>(argument.getType());
        if (inPlace == argument.getArgNumber()) {
            result.pointers[argument] = resultName(0);
            continue;
        }
        const std::string name = operandName(inputs++);
        result.pointers[argument] = name;
        result.declarations.push_back({"const " + storageCType(type.getElementType()) + " *restrict ", name});
    }
    for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
        const std::string name = resultName(unsigned(i));
        result.results.push_back(name);
        result.declarations.push_back(
            {storageCType(cast<RankedTensorType>(type).getElementType()) + " *restrict ", name});
    }
    return result;
}

std::string numbered(const std::string &name, unsigned number)
{
    return number == 0 ? name : name + "_" + std::to_string(number + 1);
}

std::string operandName(unsigned operand) { return numbered("input", operand); }

std::string resultName(unsigned result) { return numbered("output", result); }

std::string loopVariable(size_t depth)
{
    return depth < 6 ? std::string(1, char('i' + depth)) : "i" + std::to_string(depth);
}

c::Expr linear(std::vector<LinearTerm> terms, int64_t offset)
{
    c::Expr result = c::Atom::literal(0);
    for (LinearTerm &term : terms)
        result = c::sum(std::move(result), c::scaled(std::move(term.term), term.factor));
    return c::sum(std::move(result), c::Atom::literal(offset));
}

c::Expr elementAt(const std::string &pointer, std::vector<c::Expr> indices, ArrayRef<int64_t> strides)
{
    std::vector<LinearTerm> terms;
    for (auto [index, stride] : llvm::zip_equal(indices, strides))
        terms.push_back({std::move(index), stride});
    return c::index(c::Atom::name(pointer), linear(std::move(terms)));
}

} // namespace barecc
