#include "compiler/emit/LoopFunction.h"

#include "compiler/emit/CType.h"

using namespace mlir;

namespace barecc {

LoopParameters nameParameters(func::FuncOp function, std::optional<unsigned> inPlace)
{
    LoopParameters result;
    const bool manyResults = function.getNumResults() > 1;
    unsigned letter = 0;
    for (BlockArgument argument : function.getArguments()) {
        auto type = cast<RankedTensorType>(argument.getType());
        if (inPlace == argument.getArgNumber()) {
            result.pointers[argument] = manyResults ? "y0" : "y";
            continue;
        }
        const std::string name = operandName(letter++);
        result.pointers[argument] = name;
        result.declarations.push_back({"const " + storageCType(type.getElementType()) + " *restrict ", name});
    }
    for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
        const std::string name = manyResults ? "y" + std::to_string(i) : "y";
        result.results.push_back(name);
        result.declarations.push_back(
            {storageCType(cast<RankedTensorType>(type).getElementType()) + " *restrict ", name});
    }
    return result;
}

std::string operandName(unsigned operand)
{
    // The letters from i on are loop variables.
    return operand < 8 ? std::string(1, char('a' + operand)) : "a" + std::to_string(operand);
}

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
