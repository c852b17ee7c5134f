// A kernel and the loops over its result to a kernel.rows, which computes them in bands of rows, where that saves the
// memory of a whole tensor: the loops read another tensor for the last time, and their result can lie on that. A
// residual sum is what this is for.
#include "compiler/ir/Constants.h"
#include "compiler/kernel/Kernel.h"
#include "compiler/select/Passes.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_FUSEROWSPASS
#include "compiler/select/Passes.h.inc"

namespace {

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

int64_t bytesOf(RankedTensorType type) { return type.getNumElements() * byteWidth(type.getElementType()); }

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

/// Whether one row of the result takes of each operand one row, or what is the same for all rows.
bool goesByRows(linalg::LinalgOp loops, unsigned dimension)
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

/// The fewest rows that suit a kernel which computes so many pixels together: few pixels are left over, and much less
/// than the whole tensor is set aside. 0: there are none.
int64_t bandFor(RankedTensorType type, int64_t pixels)
{
    const int64_t rows = type.getDimSize(kernel::rowDimension(type));
    const int64_t rowPixels = kernel::rowElements(type) / type.getShape().back();
    for (int64_t band = 1; band <= rows / 4; ++band)
        if (rows % band == 0 && 32 * (band * rowPixels % pixels) <= band * rowPixels)
            return band;
    return 0;
}

class RowFuser {
public:
    explicit RowFuser(MLIRContext *context) : b(context) {}

    void fuseInto(kernel::LoopsOp consumer)
    {
        if (std::optional<Choice> choice = choose(consumer))
            fuse(consumer, *choice);
    }

private:
    struct Choice {
        kernel::CallOp producer;
        unsigned intermediate; // operand of the consumer
        int64_t band, inputBytes;
    };

    /// Of several kernels whose results are added, the one that reads least: until it runs, that has to be kept.
    static std::optional<Choice> choose(kernel::LoopsOp consumer)
    {
        if (consumer->getNumResults() != 1)
            return std::nullopt;
        const RankedTensorType type = typeOf(consumer.getResult(0));
        if (type.getNumElements() <= 1 || !goesByRows(consumer.getLinalgOp(), kernel::rowDimension(type)))
            return std::nullopt;
        std::optional<Choice> best;
        for (int64_t operand : consumer.getInPlace()) {
            std::optional<Choice> choice = choiceAt(consumer, unsigned(operand));
            if (choice && (!best || choice->inputBytes < best->inputBytes))
                best = choice;
        }
        return best;
    }

    static std::optional<Choice> choiceAt(kernel::LoopsOp consumer, unsigned operand)
    {
        Value value = consumer.getInputs()[operand];
        while (value.hasOneUse() && isa_and_nonnull<quant::StorageCastOp>(value.getDefiningOp()))
            value = value.getDefiningOp()->getOperand(0);
        auto producer = value.getDefiningOp<kernel::CallOp>();
        const int64_t mr = producer ? producer.getRecord().mr : 0;
        if (mr == 0 || !value.hasOneUse() || !hasPlace(consumer, operand, producer))
            return std::nullopt;
        const RankedTensorType type = typeOf(consumer.getResult(0));
        if (int64_t(producer.getRows()) % type.getDimSize(kernel::rowDimension(type)) != 0)
            return std::nullopt;

        Choice choice{producer, operand, bandFor(type, mr), 0};
        for (Value input : producer.getInputs())
            if (!constantOf(input))
                choice.inputBytes += bytesOf(typeOf(input));
        const bool staysInPlace = isNextStep(producer, consumer);
        if (choice.band == 0 || (!staysInPlace && choice.inputBytes > bytesOf(type)))
            return std::nullopt;
        return choice;
    }

    /// Whether there is a whole tensor that the result can lie on, which the producer does not read.
    static bool hasPlace(kernel::LoopsOp consumer, unsigned intermediate, kernel::CallOp producer)
    {
        return llvm::any_of(consumer.getInPlace(), [&](int64_t operand) {
            Value other = consumer.getInputs()[operand], root = rootOf(other);
            return operand != intermediate && !constantOf(other) &&
                   typeOf(root).getNumElements() == typeOf(other).getNumElements() && isDeadAfter(root, consumer) &&
                   llvm::none_of(producer.getInputs(), [&](Value read) { return rootOf(read) == root; });
        });
    }

    static bool isNextStep(Operation *first, Operation *second)
    {
        Operation *next = first->getNextNode();
        while (next && !isa<kernel::KernelOpInterface>(next))
            next = next->getNextNode();
        return next == second;
    }

    void fuse(kernel::LoopsOp consumer, const Choice &choice)
    {
        kernel::CallOp producer = choice.producer;
        const size_t own = producer.getInputs().size();
        SmallVector<Value> reads(producer.getInputs()), others(consumer.getInputs());
        others.erase(others.begin() + choice.intermediate);
        llvm::append_range(reads, others);

        b.setInsertionPoint(consumer);
        auto rows = kernel::RowsOp::create(b, b.getFusedLoc({producer.getLoc(), consumer.getLoc()}),
                                           consumer.getResult(0).getType(), reads, choice.band);
        Block &body = rows.getBody().front();
        b.setInsertionPointToStart(&body);
        auto first = cast<kernel::CallOp>(b.clone(*producer));
        first.getInputsMutable().assign(body.getArguments().take_front(own));
        first.getOutput().setType(typeOf(consumer.getInputs()[choice.intermediate]));
        SmallVector<Value> operands(body.getArguments().drop_front(own));
        operands.insert(operands.begin() + choice.intermediate, first.getOutput());
        auto second = cast<kernel::LoopsOp>(b.clone(*consumer));
        second.getInputsMutable().assign(operands);
        kernel::YieldOp::create(b, consumer.getLoc(), second.getResults());

        Operation *between = consumer.getInputs()[choice.intermediate].getDefiningOp();
        consumer->replaceAllUsesWith(rows);
        consumer->erase();
        while (between != producer) { // casts
            Operation *source = between->getOperand(0).getDefiningOp();
            between->erase();
            between = source;
        }
        producer->erase();
    }

    OpBuilder b;
};

struct FuseRows : impl::FuseRowsPassBase<FuseRows> {
    void runOnOperation() override
    {
        RowFuser fuser(&getContext());
        for (kernel::LoopsOp loops : llvm::make_early_inc_range(getOperation().getOps<kernel::LoopsOp>()))
            fuser.fuseInto(loops);
    }
};

} // namespace
} // namespace barecc
