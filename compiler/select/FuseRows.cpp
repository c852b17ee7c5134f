// A kernel and loops over its result to one call that goes by lines (compiler/ir/RowFusion.h), where that saves the
// memory of a whole tensor: the loops read another tensor for the last time, and their result can lie on that. A
// residual sum is what this is for.
#include "compiler/ir/Constants.h"
#include "compiler/ir/RowFusion.h"
#include "compiler/kernel/Registry.h"
#include "compiler/select/Passes.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace barecc {
namespace {

/// What the lines are aligned to in the workspace, as everything is in the arena.
constexpr int64_t lineAlignment = 16;

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t bytesOf(RankedTensorType type, int64_t elements) { return elements * byteWidth(type.getElementType()); }

bool isView(Operation *op) { return isa_and_nonnull<nn::ReshapeOp, quant::StorageCastOp, tensor::ExtractSliceOp>(op); }

/// The tensor that a view looks at.
Value rootOf(Value value)
{
    while (isView(value.getDefiningOp()))
        value = value.getDefiningOp()->getOperand(0);
    return value;
}

/// Whether no operation behind `last` reads the tensor or a part of it.
bool isDeadAfter(Value tensor, Operation *last)
{
    return llvm::all_of(tensor.getUsers(), [&](Operation *user) {
        return isView(user) ? isDeadAfter(user->getResult(0), last) : user == last || user->isBeforeInBlock(last);
    });
}

/// Whether one line of the result takes of each operand one line, or what is the same for all lines.
bool goesByLines(linalg::LinalgOp loops, unsigned dimension)
{
    if (loops->getNumResults() != 1 || loops.getNumReductionLoops() > 0 ||
        !loops.getMatchingIndexingMap(loops.getDpsInitOperand(0)).isIdentity())
        return false;
    const bool sameOperands = llvm::all_of(loops->getOpOperands(), [&](OpOperand &operand) {
        const AffineMap map = loops.getMatchingIndexingMap(&operand);
        return map.isIdentity() || !map.isFunctionOfDim(dimension);
    });
    return sameOperands && llvm::none_of(*loops.getBlock(), [&](Operation &inner) {
               auto index = dyn_cast<linalg::IndexOp>(inner);
               return isa<tensor::ExtractOp>(inner) || (index && index.getDim() == dimension);
           });
}

/// The fewest lines that suit a kernel which computes so many pixels together: few pixels are left over, and much less
/// than the whole tensor is set aside. 0: there are none.
int64_t linesAtATime(RankedTensorType type, int64_t pixels)
{
    const int64_t lines = type.getDimSize(lineDimension(type));
    const int64_t linePixels = lineElements(type) / type.getShape().back();
    for (int64_t some = 1; some <= lines / 4; ++some)
        if (lines % some == 0 && 32 * (some * linePixels % pixels) <= some * linePixels)
            return some;
    return 0;
}

class RowFuser {
public:
    explicit RowFuser(ModuleOp module) : symbols(module), b(module.getContext()) {}

    void fuseInto(kernel::CallOp loops)
    {
        if (std::optional<Choice> choice = choose(loops))
            fuse(loops, *choice);
    }

private:
    struct Choice {
        kernel::CallOp kernel;
        unsigned between; // operand of the loops
        int64_t lines, inputBytes;
    };

    /// Of several kernels whose results are added, the one that reads least: until it runs, that has to be kept.
    std::optional<Choice> choose(kernel::CallOp loops)
    {
        auto function = symbols.lookup<func::FuncOp>(loops.getCallee());
        auto body = function ? dyn_cast_or_null<linalg::LinalgOp>(outlinedOperation(function)) : linalg::LinalgOp();
        if (!body || body->getNumResults() != 1)
            return std::nullopt;
        const RankedTensorType type = typeOf(loops.getResult(0));
        if (type.getNumElements() <= 1 || !goesByLines(body, lineDimension(type)))
            return std::nullopt;
        std::optional<Choice> best;
        for (int64_t operand : loops.getOverlays()) {
            std::optional<Choice> choice = choiceAt(loops, unsigned(operand));
            if (choice && (!best || choice->inputBytes < best->inputBytes))
                best = choice;
        }
        return best;
    }

    static std::optional<Choice> choiceAt(kernel::CallOp loops, unsigned operand)
    {
        Value value = loops.getInputs()[operand];
        while (value.hasOneUse() && isa_and_nonnull<quant::StorageCastOp>(value.getDefiningOp()))
            value = value.getDefiningOp()->getOperand(0);
        auto kernel = value.getDefiningOp<kernel::CallOp>();
        const KernelRecord *record = kernel ? findKernel(kernel.getCallee()) : nullptr;
        if (!record || record->mr == 0 || !value.hasOneUse() || !hasPlace(loops, operand, kernel))
            return std::nullopt;
        const RankedTensorType type = typeOf(loops.getResult(0));
        if (int64_t(*kernel.getRows()) % type.getDimSize(lineDimension(type)) != 0)
            return std::nullopt;

        Choice choice{kernel, operand, linesAtATime(type, record->mr), 0};
        for (Value input : kernel.getInputs())
            if (!constantOf(input))
                choice.inputBytes += bytesOf(typeOf(input), typeOf(input).getNumElements());
        const bool staysInPlace = isNextCall(kernel, loops);
        if (choice.lines == 0 || (!staysInPlace && choice.inputBytes > bytesOf(type, type.getNumElements())))
            return std::nullopt;
        return choice;
    }

    /// Whether there is a whole tensor that the result can lie on, which the kernel does not read.
    static bool hasPlace(kernel::CallOp loops, unsigned between, kernel::CallOp kernel)
    {
        return llvm::any_of(loops.getOverlays(), [&](int64_t operand) {
            Value other = loops.getInputs()[operand], root = rootOf(other);
            return operand != between && !constantOf(other) &&
                   typeOf(root).getNumElements() == typeOf(other).getNumElements() && isDeadAfter(root, loops) &&
                   llvm::none_of(kernel.getInputs(), [&](Value read) { return rootOf(read) == root; });
        });
    }

    static bool isNextCall(kernel::CallOp first, kernel::CallOp second)
    {
        Operation *next = first->getNextNode();
        while (next && !isa<kernel::CallOp>(next))
            next = next->getNextNode();
        return next == second;
    }

    void fuse(kernel::CallOp loops, const Choice &choice)
    {
        kernel::CallOp kernel = choice.kernel;
        SmallVector<Value> reads(kernel.getInputs());
        SmallVector<int64_t> overlays;
        for (auto [operand, value] : llvm::enumerate(loops.getInputs())) {
            if (operand == choice.between)
                continue;
            if (llvm::is_contained(loops.getOverlays(), int64_t(operand)))
                overlays.push_back(int64_t(reads.size()));
            reads.push_back(value);
        }
        const RankedTensorType type = typeOf(loops.getResult(0));
        const int64_t aside = bytesOf(type, choice.lines * lineElements(type));
        const int64_t workspace = int64_t(llvm::alignTo(kernel.getWorkspace().value_or(0), lineAlignment)) + aside;
        func::FuncOp function = createFunction(kernel, loops, choice.between, reads);
        b.setInsertionPoint(loops);
        auto call = kernel::CallOp::create(b, b.getFusedLoc({kernel.getLoc(), loops.getLoc()}), loops.getResultTypes(),
                                           b.getStringAttr(function.getName()), reads, nullptr, nullptr, nullptr,
                                           b.getI64IntegerAttr(choice.lines), b.getI64IntegerAttr(workspace),
                                           b.getDenseI64ArrayAttr(overlays), kernel.getStridedAttr(),
                                           b.getI64IntegerAttr(int64_t(kernel.getMacs())));
        Operation *between = loops.getInputs()[choice.between].getDefiningOp();
        loops->replaceAllUsesWith(call);
        loops->erase();
        while (between != kernel) { // casts
            Operation *source = between->getOperand(0).getDefiningOp();
            between->erase();
            between = source;
        }
        kernel->erase();
    }

    func::FuncOp createFunction(kernel::CallOp kernel, kernel::CallOp loops, unsigned between, ArrayRef<Value> reads)
    {
        const std::string name = (kernel.getCallee() + "_" + loops.getCallee()).str();
        auto function = func::FuncOp::create(loops.getLoc(), name,
                                             b.getFunctionType(TypeRange(ValueRange(reads)), loops.getResultTypes()));
        function.setPrivate();
        symbols.insert(function);
        Block *entry = function.addEntryBlock();
        b.setInsertionPointToStart(entry);
        const ValueRange arguments = entry->getArguments();
        const size_t own = kernel.getInputs().size();
        auto first = cast<kernel::CallOp>(b.clone(*kernel));
        first.getInputsMutable().assign(arguments.take_front(own));
        first.getResult(0).setType(typeOf(loops.getInputs()[between]));
        SmallVector<Value> operands(arguments.drop_front(own));
        operands.insert(operands.begin() + between, first.getResult(0));
        auto second = cast<kernel::CallOp>(b.clone(*loops));
        second.getInputsMutable().assign(operands);
        func::ReturnOp::create(b, loops.getLoc(), second.getResults());
        return function;
    }

    SymbolTable symbols;
    OpBuilder b;
};

struct FuseRowsPass : PassWrapper<FuseRowsPass, OperationPass<ModuleOp>> {
    MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseRowsPass)

    StringRef getArgument() const final { return "fuse-rows"; }
    StringRef getDescription() const final { return "kernels and loops over their results to calls that go by lines"; }

    void runOnOperation() final
    {
        RowFuser fuser(getOperation());
        for (func::FuncOp function : SmallVector<func::FuncOp>(getOperation().getOps<func::FuncOp>()))
            for (kernel::CallOp call : SmallVector<kernel::CallOp>(function.getOps<kernel::CallOp>()))
                fuser.fuseInto(call);
    }
};

} // namespace

std::unique_ptr<Pass> createFuseRowsPass() { return std::make_unique<FuseRowsPass>(); }

} // namespace barecc
