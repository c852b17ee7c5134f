#include "compiler/emit/LoopFunction.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/Text.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace barecc {

LoopParameters nameParameters(Operation *op, std::optional<unsigned> inPlace)
{
    LoopParameters result;
    unsigned inputs = 0;
    for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
        if (inPlace == i) {
            result.inputs.push_back(resultName(0));
            continue;
        }
        result.inputs.push_back(operandName(inputs++));
        result.declarations.push_back(
            {"const " + storageCType(elementOf(operand)) + " *restrict ", result.inputs.back()});
    }
    for (auto [i, value] : llvm::enumerate(op->getResults())) {
        result.results.push_back(resultName(unsigned(i)));
        result.declarations.push_back({storageCType(elementOf(value)) + " *restrict ", result.results.back()});
    }
    return result;
}

std::string describeShapes(Operation *op, std::optional<unsigned> inPlace)
{
    const LoopParameters parameters = nameParameters(op, inPlace);
    std::vector<std::string> inputs, results;
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
        inputs.push_back(parameters.inputs[i] + dimensionsText(shapeOf(operand)));
    for (auto [i, result] : llvm::enumerate(op->getResults()))
        results.push_back(parameters.results[i] + dimensionsText(shapeOf(result)));
    return llvm::join(inputs, ", ") + (inputs.empty() ? "" : " -> ") + llvm::join(results, ", ");
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
