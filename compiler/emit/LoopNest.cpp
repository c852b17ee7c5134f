#include "compiler/emit/LoopNest.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/ScalarPrinter.h"
#include "compiler/emit/WordPrinter.h"
#include "compiler/ir/NN.h"
#include "compiler/select/WordVector.h"

using namespace mlir;

namespace barecc {
namespace {

/// A loop of the nest; several dimensions of the iteration space that lie one behind the other everywhere are one.
struct Loop {
    int64_t extent;
    bool isReduction;
    SmallVector<unsigned> dims; // of the iteration space, outermost first
    std::string variable;
};

/// Where an operand of the operation is read or written.
struct Access {
    std::string pointer;
    Type element;
    AffineMap map;
    SmallVector<int64_t> strides;               // of the tensor
    std::optional<SmallVector<int64_t>> linear; // step for each dimension of the iteration space, if it is that simple
    int64_t offset = 0;                         // beside the steps
};

/// Adds scale * expression to steps and offset; false where it is not linear in the dimensions.
bool addLinear(AffineExpr expression, int64_t scale, SmallVectorImpl<int64_t> &steps, int64_t &offset)
{
    if (auto dim = dyn_cast<AffineDimExpr>(expression)) {
        steps[dim.getPosition()] += scale;
        return true;
    }
    if (auto constant = dyn_cast<AffineConstantExpr>(expression)) {
        offset += scale * constant.getValue();
        return true;
    }
    auto binary = dyn_cast<AffineBinaryOpExpr>(expression);
    if (!binary)
        return false;
    if (expression.getKind() == AffineExprKind::Add)
        return addLinear(binary.getLHS(), scale, steps, offset) && addLinear(binary.getRHS(), scale, steps, offset);
    auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
    return expression.getKind() == AffineExprKind::Mul && factor &&
           addLinear(binary.getLHS(), scale * factor.getValue(), steps, offset);
}

class LoopNestPrinter {
public:
    LoopNestPrinter(func::FuncOp function, ArrayRef<LoopOperand> arguments, ArrayRef<LoopOperand> results,
                    std::optional<unsigned> inPlace, std::optional<LoopPart> part)
        : function(function), arguments(arguments), results(results), part(part),
          parameters(nameParameters(function, inPlace)), os(text)
    {
    }

    FailureOr<LoopFunction> print()
    {
        op = cast<linalg::LinalgOp>(function.front().getTerminator()->getOperand(0).getDefiningOp());
        collectAccesses();
        formLoops();
        os << "{\n";
        if (reductionsInnermost() ? failed(printWithAccumulators()) : failed(printInMemory()))
            return failure();
        os << "}\n";
        return LoopFunction{parameters.declarations, std::move(text), headers};
    }

private:
    // ---- Operands

    ArrayRef<int64_t> stridesOf(Value tensor) { return arguments[cast<BlockArgument>(tensor).getArgNumber()].strides; }

    Access access(std::string pointer, Type element, AffineMap map, ArrayRef<int64_t> strides)
    {
        Access a{std::move(pointer),
                 element,
                 map,
                 SmallVector<int64_t>(strides),
                 SmallVector<int64_t>(op.getNumLoops(), 0),
                 0};
        for (auto [d, expression] : llvm::enumerate(map.getResults()))
            if (!addLinear(expression, strides[d], *a.linear, a.offset)) {
                a.linear.reset();
                a.offset = 0;
                break;
            }
        return a;
    }

    void collectAccesses()
    {
        for (OpOperand *input : op.getDpsInputOperands()) {
            auto argument = dyn_cast<BlockArgument>(input->get());
            if (!argument) { // a scalar, or a uniform constant written into the loop
                inputs.push_back(std::nullopt);
                continue;
            }
            const Type element = cast<RankedTensorType>(argument.getType()).getElementType();
            inputs.push_back(
                access(parameters.pointers[argument], element, op.getMatchingIndexingMap(input), stridesOf(argument)));
        }
        for (auto [i, init] : llvm::enumerate(op.getDpsInitsMutable())) {
            const Type element = cast<RankedTensorType>(init.get().getType()).getElementType();
            const AffineMap map = op.getMatchingIndexingMap(&init);
            outputs.push_back(access(parameters.results[i], element, map, results[i].strides));
            if (auto argument = dyn_cast<BlockArgument>(init.get()))
                starts.push_back(access(parameters.pointers[argument], element, map, stridesOf(argument)));
            else
                starts.push_back(std::nullopt);
        }
    }

    // ---- Loops

    void formLoops()
    {
        SmallVector<bool> indexed(op.getNumLoops(), false);
        for (linalg::IndexOp index : op.getBlock()->getOps<linalg::IndexOp>())
            indexed[index.getDim()] = true;
        SmallVector<int64_t> ranges = op.getStaticLoopRanges();
        if (part)
            ranges[part->dimension] = part->steps;
        const SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
        for (unsigned d = 0; d < ranges.size(); ++d) {
            if (ranges[d] == 1)
                continue;
            const bool isReduction = iterators[d] == utils::IteratorType::reduction;
            Loop *previous = loops.empty() ? nullptr : &loops.back();
            if (previous && previous->isReduction == isReduction && !indexed[d] && !indexed[previous->dims.back()] &&
                canMerge(previous->dims.back(), d, ranges[d])) {
                previous->extent *= ranges[d];
                previous->dims.push_back(d);
            } else {
                loops.push_back({ranges[d], isReduction, {d}, {}});
            }
        }
        // Parallel loops first, where that leaves the reductions innermost and reads no worse.
        for (auto [i, loop] : llvm::enumerate(loops))
            loop.variable = loopVariable(i);
    }

    bool canMerge(unsigned outer, unsigned inner, int64_t innerExtent)
    {
        auto follows = [&](const std::optional<Access> &a) {
            return !a || (a->linear && (*a->linear)[outer] == (*a->linear)[inner] * innerExtent);
        };
        return llvm::all_of(inputs, follows) && llvm::all_of(starts, follows) &&
               llvm::all_of(outputs, [&](const Access &a) { return follows(a); });
    }

    /// Whether the reductions come after all parallel loops, so that a sum lives in a register.
    bool reductionsInnermost()
    {
        bool inReduction = false;
        for (const Loop &loop : loops) {
            if (inReduction && !loop.isReduction)
                return false;
            inReduction |= loop.isReduction;
        }
        return true;
    }

    std::string indent(size_t depth) { return std::string(4 * (depth + 1), ' '); }

    void openLoop(size_t i, size_t depth, int64_t begin = 0)
    {
        const Loop &loop = loops[i];
        os << indent(depth) << "for (int32_t " << loop.variable << " = " << begin << "; " << loop.variable << " < "
           << loop.extent << "; " << loop.variable << "++)";
    }

    void closeLoops(size_t depth)
    {
        while (depth > 0)
            os << indent(--depth) << "}\n";
    }

    /// Text of dimension `dim` of the iteration space.
    std::string dimText(unsigned dim)
    {
        for (const Loop &loop : loops)
            if (loop.dims.size() == 1 && loop.dims[0] == dim)
                return loop.variable;
        return "0"; // extent 1: merged dimensions are asked for by no one
    }

    std::string affineText(AffineExpr expression)
    {
        if (auto dim = dyn_cast<AffineDimExpr>(expression))
            return dimText(dim.getPosition());
        if (auto constant = dyn_cast<AffineConstantExpr>(expression))
            return std::to_string(constant.getValue());
        auto binary = cast<AffineBinaryOpExpr>(expression);
        // Dimensions are not negative, so division rounds down by itself.
        const char *symbol = expression.getKind() == AffineExprKind::Add   ? " + "
                             : expression.getKind() == AffineExprKind::Mul ? " * "
                             : expression.getKind() == AffineExprKind::Mod ? " % "
                                                                           : " / ";
        return "(" + affineText(binary.getLHS()) + symbol + affineText(binary.getRHS()) + ")";
    }

    std::string elementText(const Access &a)
    {
        SmallVector<std::pair<std::string, int64_t>> terms;
        if (a.linear) {
            for (const Loop &loop : loops)
                terms.push_back({loop.variable, (*a.linear)[loop.dims.back()]});
        } else {
            for (auto [d, expression] : llvm::enumerate(a.map.getResults()))
                terms.push_back({affineText(expression), a.strides[d]});
        }
        return a.pointer + "[" + linearText(terms, a.offset) + "]";
    }

    // ---- Bodies

    /// The value that an accumulator starts with, or nothing where it is written before it is read.
    std::optional<std::string> startText(unsigned output, ScalarPrinter &scalars)
    {
        Value init = op.getDpsInits()[output];
        if (starts[output])
            return scalars.fromStorage(starts[output]->element, elementText(*starts[output]));
        if (auto fill = init.getDefiningOp<linalg::FillOp>())
            return cLiteral(cast<TypedAttr>(fill.getInputs()[0].getDefiningOp<arith::ConstantOp>().getValue()));
        return std::nullopt;
    }

    ScalarPrinter makePrinter(size_t depth)
    {
        ScalarPrinter scalars(os, indent(depth), [&](Value tensor, ArrayRef<std::string> indices) {
            return elementAt(parameters.pointers[tensor], indices, stridesOf(tensor));
        });
        for (unsigned d = 0; d < op.getNumLoops(); ++d)
            scalars.setLoopIndex(d, dimText(d));
        return scalars;
    }

    LogicalResult bindInputs(ScalarPrinter &scalars)
    {
        for (Operation &outside : function.front())
            if (isa<arith::ConstantOp>(outside) && failed(scalars.print(&outside)))
                return failure();
        for (auto [input, a] : llvm::zip(op.getDpsInputOperands(), inputs)) {
            BlockArgument argument = op.getMatchingBlockArgument(input);
            if (a) {
                scalars.define(argument, scalars.fromStorage(a->element, elementText(*a)));
            } else if (input->get().getDefiningOp<arith::ConstantOp>()) {
                const std::string literal = uniformText(input);
                scalars.define(argument, literal, literal[0] != '-');
            }
        }
        return success();
    }

    /// The literal of an input that is one number throughout.
    static std::string uniformText(OpOperand *input)
    {
        TypedAttr value = cast<TypedAttr>(input->get().getDefiningOp<arith::ConstantOp>().getValue());
        if (auto splat = dyn_cast<DenseElementsAttr>(value))
            value = splat.getSplatValue<TypedAttr>();
        return cLiteral(value);
    }

    /// Prints the operations of the body and returns what it yields, each in its own variable where there are several.
    FailureOr<SmallVector<std::string>> printBody(ScalarPrinter &scalars)
    {
        for (Operation &inner : op.getBlock()->without_terminator())
            if (failed(scalars.print(&inner)))
                return failure();
        SmallVector<std::string> yields;
        for (Value value : op.getBlock()->getTerminator()->getOperands())
            yields.push_back(scalars.plain(value));
        return yields;
    }

    // ---- Vectors

    /// The vectors that the innermost loop can be written with, or null: all that it touches lies side by side there or
    /// is the same throughout.
    const WordVector *wordVector()
    {
        const WordVector *vector = wordVectorOf(function->getParentOfType<ModuleOp>());
        if (!vector || loops.empty() || loops.back().extent < vector->lanes || op.getNumReductionLoops() > 0 ||
            outputs.size() != 1 || !WordPrinter::takes(op))
            return nullptr;
        const unsigned inner = loops.back().dims.back();
        auto step = [&](const std::optional<Access> &a) { return a && a->linear ? (*a->linear)[inner] : -1; };
        // Bytes side by side, one element throughout, or a constant.
        auto isReadable = [&](auto entry) {
            const auto &[input, a] = entry;
            if (!a)
                return bool(input->get().template getDefiningOp<arith::ConstantOp>());
            return step(a) == 0 || (step(a) == 1 && getElementTypeOrSelf(input->get()).isInteger(8));
        };
        const bool isDense =
            step(outputs[0]) == 1 && llvm::all_of(llvm::zip(op.getDpsInputOperands(), inputs), isReadable);
        return isDense ? vector : nullptr;
    }

    /// The innermost loop in steps of a vector; returns how many of its iterations that are.
    int64_t printVectorLoop(const WordVector &vector, size_t depth)
    {
        const Loop &loop = loops.back();
        const int64_t end = loop.extent / vector.lanes * vector.lanes;
        os << indent(depth) << "for (int32_t " << loop.variable << " = 0; " << loop.variable << " < " << end << "; "
           << loop.variable << " += " << vector.lanes << ") {\n";
        WordPrinter words(os, indent(depth + 1));
        for (auto [input, a] : llvm::zip(op.getDpsInputOperands(), inputs)) {
            const bool isUniform = !a || (*a->linear)[loop.dims.back()] == 0;
            words.define(op.getMatchingBlockArgument(input), (isUniform ? "words_set(" : "words_load_s8(&") +
                                                                 (a ? elementText(*a) : uniformText(input)) + ")");
        }
        const std::string result = words.print(*op.getBlock());
        os << indent(depth + 1) << "words_store_s8(&" << elementText(outputs[0]) << ", " << result << ");\n"
           << indent(depth) << "}\n";
        headers.insert(vector.header.str());
        return end;
    }

    /// Sums in variables: for each element of the result, the reduction loops inside.
    LogicalResult printWithAccumulators()
    {
        size_t depth = 0, firstReduction = loops.size();
        const WordVector *vector = wordVector();
        for (size_t i = 0; i < loops.size(); ++i) {
            if (loops[i].isReduction) {
                firstReduction = std::min(firstReduction, i);
                continue;
            }
            const bool inVectors = vector && i + 1 == loops.size();
            const int64_t done = inVectors ? printVectorLoop(*vector, depth) : 0;
            if (inVectors && done == loops[i].extent) { // nothing is left for single elements
                closeLoops(depth);
                return success();
            }
            openLoop(i, depth++, done);
            os << " {\n";
        }
        const bool reduces = op.getNumReductionLoops() > 0;
        ScalarPrinter scalars = makePrinter(depth + (loops.size() - firstReduction));
        if (failed(bindInputs(scalars)))
            return failure();
        for (unsigned o = 0; o < outputs.size(); ++o) {
            BlockArgument argument = op.getMatchingBlockArgument(op.getDpsInitOperand(o));
            std::optional<std::string> start = startText(o, scalars);
            if (reduces) {
                const std::string name = outputs.size() > 1 ? "sum" + std::to_string(o) : "sum";
                os << indent(depth) << valueCType(outputs[o].element) << ' ' << name << " = " << start.value_or("0")
                   << ";\n";
                scalars.define(argument, name);
            } else {
                scalars.define(argument, start.value_or("0"));
            }
        }
        const size_t outer = depth;
        for (size_t i = firstReduction; i < loops.size(); ++i) {
            openLoop(i, depth++);
            os << " {\n";
        }
        FailureOr<SmallVector<std::string>> yields = printBody(scalars);
        if (failed(yields))
            return failure();
        if (reduces)
            printSums(*yields, depth);
        else
            printStores(*yields, scalars, depth);
        while (depth > outer)
            os << indent(--depth) << "}\n";
        if (reduces) {
            for (unsigned o = 0; o < outputs.size(); ++o)
                os << indent(depth) << elementText(outputs[o]) << " = "
                   << scalars.toStorage(outputs[o].element, outputs.size() > 1 ? "sum" + std::to_string(o) : "sum")
                   << ";\n";
        }
        closeLoops(depth);
        headers.insert(scalars.headers().begin(), scalars.headers().end());
        return success();
    }

    void printSums(ArrayRef<std::string> yields, size_t depth)
    {
        if (yields.size() == 1) {
            os << indent(depth) << "sum = " << yields[0] << ";\n";
            return;
        }
        for (auto [o, yield] : llvm::enumerate(yields)) // all are computed from the sums as they were
            os << indent(depth) << "const " << valueCType(outputs[o].element) << " next" << o << " = " << yield
               << ";\n";
        for (size_t o = 0; o < yields.size(); ++o)
            os << indent(depth) << "sum" << o << " = next" << o << ";\n";
    }

    void printStores(ArrayRef<std::string> yields, ScalarPrinter &scalars, size_t depth)
    {
        SmallVector<std::string> values(yields);
        if (yields.size() > 1)
            for (auto [o, yield] : llvm::enumerate(yields)) {
                values[o] = "out" + std::to_string(o);
                os << indent(depth) << "const " << valueCType(outputs[o].element) << ' ' << values[o] << " = " << yield
                   << ";\n";
            }
        for (auto [o, value] : llvm::enumerate(values))
            os << indent(depth) << elementText(outputs[o]) << " = " << scalars.toStorage(outputs[o].element, value)
               << ";\n";
    }

    /// Sums in memory: the result is started first, then the loops run in their own order over contiguous elements.
    LogicalResult printInMemory()
    {
        size_t depth = 0;
        for (size_t i = 0; i < loops.size(); ++i)
            if (!loops[i].isReduction) {
                openLoop(i, depth++);
                os << " {\n";
            }
        ScalarPrinter starting = makePrinter(depth);
        for (unsigned o = 0; o < outputs.size(); ++o)
            os << indent(depth) << elementText(outputs[o]) << " = "
               << starting.toStorage(outputs[o].element, startText(o, starting).value_or("0")) << ";\n";
        while (depth > 0)
            os << indent(--depth) << "}\n";

        for (size_t i = 0; i < loops.size(); ++i) {
            openLoop(i, depth++);
            os << " {\n";
        }
        ScalarPrinter scalars = makePrinter(depth);
        if (failed(bindInputs(scalars)))
            return failure();
        for (unsigned o = 0; o < outputs.size(); ++o)
            scalars.define(op.getMatchingBlockArgument(op.getDpsInitOperand(o)),
                           scalars.fromStorage(outputs[o].element, elementText(outputs[o])));
        FailureOr<SmallVector<std::string>> yields = printBody(scalars);
        if (failed(yields))
            return failure();
        printStores(*yields, scalars, depth);
        while (depth > 0)
            os << indent(--depth) << "}\n";
        for (const ScalarPrinter *printer : {&starting, &scalars})
            headers.insert(printer->headers().begin(), printer->headers().end());
        return success();
    }

    func::FuncOp function;
    ArrayRef<LoopOperand> arguments, results;
    const std::optional<LoopPart> part;
    LoopParameters parameters;
    linalg::LinalgOp op;
    SmallVector<std::optional<Access>> inputs, starts;
    SmallVector<Access> outputs;
    SmallVector<Loop> loops;
    std::string text;
    llvm::raw_string_ostream os;
    std::set<std::string> headers;
};

} // namespace

FailureOr<LoopFunction> printLoopNest(func::FuncOp function, ArrayRef<LoopOperand> arguments,
                                      ArrayRef<LoopOperand> results, std::optional<unsigned> inPlace,
                                      std::optional<LoopPart> part)
{
    return LoopNestPrinter(function, arguments, results, inPlace, part).print();
}

} // namespace barecc
