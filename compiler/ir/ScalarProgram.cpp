#include "compiler/ir/ScalarProgram.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/Evaluate.h"
#include "compiler/ir/NN.h"
#include "compiler/ir/Number.h"
#include "kernels/abi/scalar.h"

#include <cmath>

using namespace mlir;

namespace barecc {

bool ScalarProgram::isUniform(linalg::LinalgOp op)
{
    if (op.getNumReductionLoops() > 0)
        return false;
    for (OpOperand *input : op.getDpsInputOperands()) {
        auto constant = dyn_cast_or_null<DenseElementsAttr>(constantOf(input->get()));
        if (!constant ? isa<RankedTensorType>(input->get().getType()) : !constant.isSplat())
            return false;
    }
    for (Value init : op.getDpsInits())
        if (!init.getDefiningOp<tensor::EmptyOp>())
            return false;
    return llvm::none_of(*op.getBlock(),
                         [](Operation &inner) { return isa<linalg::IndexOp, tensor::ExtractOp>(inner); });
}

FailureOr<ScalarProgram> ScalarProgram::compile(linalg::LinalgOp op)
{
    ScalarProgram program;
    program.uniform = isUniform(op);
    program.ranges = op.getStaticLoopRanges();
    // Points of a block run together, so a reduction takes its points one by one.
    if (op.getNumReductionLoops() > 0)
        program.blockPoints = 1;
    program.loopIndex.assign(program.ranges.size(), std::vector<int64_t>(program.blockPoints));
    if (op->getNumRegions() != 1 || !op->getRegion(0).hasOneBlock() || !op.hasPureTensorSemantics())
        return failure();
    for (OpOperand &operand : op->getOpOperands())
        if (failed(program.compileOperand(op, operand)))
            return failure();
    for (Operation &inner : op.getBlock()->without_terminator())
        if (failed(program.compileOperation(&inner)))
            return failure();
    for (Value value : op.getBlock()->getTerminator()->getOperands()) {
        FailureOr<unsigned> slot = program.slotOf(value);
        if (failed(slot))
            return failure();
        program.yields.push_back(*slot);
    }
    return program;
}

LogicalResult ScalarProgram::compileOperand(linalg::LinalgOp op, OpOperand &operand)
{
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!isa<RankedTensorType>(operand.get().getType())) {
        FailureOr<unsigned> slot = slotOf(operand.get());
        if (succeeded(slot))
            slotIndex[argument] = *slot;
        return failure(failed(slot));
    }
    const bool isOutput = op.isDpsInit(&operand);
    FailureOr<unsigned> array = isOutput ? outputArray(operand.get()) : arrayOf(operand.get());
    if (failed(array))
        return failure();
    (isOutput ? outputs : inputs).push_back({*array, newSlot(argument), op.getMatchingIndexingMap(&operand)});
    if (isOutput)
        resultTypes.push_back(cast<RankedTensorType>(operand.get().getType()));
    return success();
}

FailureOr<unsigned> ScalarProgram::arrayOf(Value tensor)
{
    if (auto known = arrayIndex.find(tensor); known != arrayIndex.end())
        return known->second;
    ElementsAttr constant = constantOf(tensor);
    if (!constant)
        return failure();
    Array array{constant.getElementType(), SmallVector<int64_t>(constant.getShapedType().getShape()), {}, {}, {}};
    auto dense = dyn_cast<DenseElementsAttr>(constant);
    if (dense && dense.isSplat()) {
        array.strides.assign(array.shape.size(), 0);
        ConstantBytes one(dense.resizeSplat(RankedTensorType::get({1}, array.element)));
        array.owned.assign(one.bytes().begin(), one.bytes().end());
    } else {
        array.strides = SmallVector<int64_t>(computeStrides(array.shape));
        ConstantBytes all(constant);
        if (dense) // small: a copy is simpler than asking in which form it is kept
            array.owned.assign(all.bytes().begin(), all.bytes().end());
        else
            array.bytes = all.bytes();
    }
    arrays.push_back(std::move(array));
    return arrayIndex[tensor] = arrays.size() - 1;
}

FailureOr<unsigned> ScalarProgram::outputArray(Value tensor)
{
    auto type = cast<RankedTensorType>(tensor.getType());
    Array array{type.getElementType(), SmallVector<int64_t>(type.getShape()), {}, {}, {}};
    array.strides = SmallVector<int64_t>(computeStrides(type.getShape()));
    if (uniform) {
        array.strides.assign(array.shape.size(), 0);
        array.owned.resize(byteWidth(type.getElementType()));
    } else if (auto fill = tensor.getDefiningOp<linalg::FillOp>()) {
        auto value = fill.getInputs()[0].getDefiningOp<arith::ConstantOp>();
        if (!value)
            return failure();
        ConstantBytes filled(DenseElementsAttr::get(type, value.getValue()));
        array.owned.assign(filled.bytes().begin(), filled.bytes().end());
    } else if (ElementsAttr constant = constantOf(tensor)) {
        ConstantBytes all(constant);
        array.owned.assign(all.bytes().begin(), all.bytes().end());
    } else if (tensor.getDefiningOp<tensor::EmptyOp>()) {
        array.owned.resize(size_t(type.getNumElements()) * byteWidth(type.getElementType()));
    } else {
        return failure();
    }
    arrays.push_back(std::move(array));
    return arrays.size() - 1;
}

unsigned ScalarProgram::newSlot(Value value)
{
    Slot slot{value.getType(), {}, {}};
    if (isa<FloatType>(slot.type))
        slot.floats.resize(blockPoints);
    else
        slot.integers.resize(blockPoints);
    slots.push_back(std::move(slot));
    return slotIndex[value] = slots.size() - 1;
}

FailureOr<unsigned> ScalarProgram::slotOf(Value value)
{
    if (auto known = slotIndex.find(value); known != slotIndex.end())
        return known->second;
    auto constant = value.getDefiningOp<arith::ConstantOp>();
    if (!constant || !value.getType().isIntOrIndexOrFloat())
        return failure();
    const unsigned index = newSlot(value);
    Slot &slot = slots[index];
    if (auto real = dyn_cast<FloatAttr>(constant.getValue())) {
        APFloat wide = real.getValue();
        bool inexact;
        wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
        std::fill(slot.floats.begin(), slot.floats.end(), wide.convertToDouble());
    } else {
        const APInt number = cast<IntegerAttr>(constant.getValue()).getValue();
        std::fill(slot.integers.begin(), slot.integers.end(), wrapTo(slot.type, number.getSExtValue()));
    }
    return index;
}

// ---- Instructions ------------------------------------------------------------------------------------------

LogicalResult ScalarProgram::floats(Operation *op, double (*function)(double, double, double))
{
    SmallVector<unsigned, 3> in;
    for (Value operand : op->getOperands()) {
        FailureOr<unsigned> slot = slotOf(operand);
        if (failed(slot))
            return failure();
        in.push_back(*slot);
    }
    while (in.size() < 3)
        in.push_back(in.back());
    const unsigned out = newSlot(op->getResult(0));
    instructions.push_back([=](ScalarProgram &p, size_t points) {
        Slot &result = p.slots[out];
        for (size_t i = 0; i < points; ++i)
            result.floats[i] = roundTo(
                result.type, function(p.slots[in[0]].floats[i], p.slots[in[1]].floats[i], p.slots[in[2]].floats[i]));
        return true;
    });
    return success();
}

LogicalResult ScalarProgram::integers(Operation *op, std::function<int64_t(int64_t, int64_t)> function)
{
    FailureOr<unsigned> a = slotOf(op->getOperand(0)), b = slotOf(op->getOperand(op->getNumOperands() - 1));
    if (failed(a) || failed(b))
        return failure();
    const unsigned left = *a, right = *b, out = newSlot(op->getResult(0));
    instructions.push_back([=](ScalarProgram &p, size_t points) {
        Slot &result = p.slots[out];
        for (size_t i = 0; i < points; ++i)
            result.integers[i] = wrapTo(result.type, function(p.slots[left].integers[i], p.slots[right].integers[i]));
        return true;
    });
    return success();
}

static bool compareFloats(arith::CmpFPredicate predicate, double a, double b)
{
    const bool unordered = std::isnan(a) || std::isnan(b);
    switch (predicate) {
    case arith::CmpFPredicate::AlwaysFalse: return false;
    case arith::CmpFPredicate::OEQ: return !unordered && a == b;
    case arith::CmpFPredicate::OGT: return a > b;
    case arith::CmpFPredicate::OGE: return a >= b;
    case arith::CmpFPredicate::OLT: return a < b;
    case arith::CmpFPredicate::OLE: return a <= b;
    case arith::CmpFPredicate::ONE: return !unordered && a != b;
    case arith::CmpFPredicate::ORD: return !unordered;
    case arith::CmpFPredicate::UEQ: return unordered || a == b;
    case arith::CmpFPredicate::UGT: return unordered || a > b;
    case arith::CmpFPredicate::UGE: return unordered || a >= b;
    case arith::CmpFPredicate::ULT: return unordered || a < b;
    case arith::CmpFPredicate::ULE: return unordered || a <= b;
    case arith::CmpFPredicate::UNE: return unordered || a != b;
    case arith::CmpFPredicate::UNO: return unordered;
    case arith::CmpFPredicate::AlwaysTrue: return true;
    }
    llvm_unreachable("every predicate is listed");
}

LogicalResult ScalarProgram::compare(arith::CmpFOp op)
{
    FailureOr<unsigned> a = slotOf(op.getLhs()), b = slotOf(op.getRhs());
    if (failed(a) || failed(b))
        return failure();
    const unsigned left = *a, right = *b, out = newSlot(op.getResult());
    instructions.push_back([=, predicate = op.getPredicate()](ScalarProgram &p, size_t points) {
        for (size_t i = 0; i < points; ++i)
            p.slots[out].integers[i] = compareFloats(predicate, p.slots[left].floats[i], p.slots[right].floats[i]);
        return true;
    });
    return success();
}

LogicalResult ScalarProgram::select(arith::SelectOp op)
{
    FailureOr<unsigned> c = slotOf(op.getCondition()), a = slotOf(op.getTrueValue()), b = slotOf(op.getFalseValue());
    if (failed(c) || failed(a) || failed(b))
        return failure();
    const unsigned condition = *c, yes = *a, no = *b, out = newSlot(op.getResult());
    instructions.push_back([=](ScalarProgram &p, size_t points) {
        for (size_t i = 0; i < points; ++i) {
            const Slot &chosen = p.slots[p.slots[condition].integers[i] ? yes : no];
            if (chosen.floats.empty())
                p.slots[out].integers[i] = chosen.integers[i];
            else
                p.slots[out].floats[i] = chosen.floats[i];
        }
        return true;
    });
    return success();
}

static unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

static int64_t asUnsigned(Type type, int64_t value)
{
    const unsigned width = widthOf(type);
    return width >= 64 ? value : value & ((int64_t(1) << width) - 1);
}

/// An integer as an index, which saturates at what the 32 bits of C hold.
static int64_t indexOf(int64_t value, bool isUnsigned)
{
    return isUnsigned ? int64_t(minimum_u64(uint64_t(value), INT32_MAX)) : saturate_s32(value);
}

LogicalResult ScalarProgram::convert(Operation *op, bool isUnsigned)
{
    FailureOr<unsigned> a = slotOf(op->getOperand(0));
    if (failed(a))
        return failure();
    const unsigned in = *a, out = newSlot(op->getResult(0));
    instructions.push_back([=](ScalarProgram &p, size_t points) {
        const Slot &from = p.slots[in];
        Slot &to = p.slots[out];
        const bool fromFloat = !from.floats.empty(), toFloat = !to.floats.empty();
        for (size_t i = 0; i < points; ++i) {
            if (fromFloat && toFloat) {
                to.floats[i] = roundTo(to.type, from.floats[i]);
            } else if (toFloat) {
                const int64_t value = from.integers[i];
                if (isUnsigned)
                    to.floats[i] = roundTo(to.type, double(uint64_t(asUnsigned(from.type, value))));
                else
                    to.floats[i] = roundTo(to.type, double(value));
            } else if (fromFloat) {
                to.integers[i] = wrapTo(to.type, integerOf(from.floats[i], widthOf(to.type), isUnsigned));
            } else {
                const int64_t value = isUnsigned ? asUnsigned(from.type, from.integers[i]) : from.integers[i];
                to.integers[i] = to.type.isIndex() ? indexOf(value, isUnsigned) : wrapTo(to.type, value);
            }
        }
        return true;
    });
    return success();
}

LogicalResult ScalarProgram::bitcast(arith::BitcastOp op)
{
    FailureOr<unsigned> a = slotOf(op.getIn());
    if (failed(a))
        return failure();
    const unsigned in = *a, out = newSlot(op.getResult());
    instructions.push_back([=](ScalarProgram &p, size_t points) {
        const Slot &from = p.slots[in];
        Slot &to = p.slots[out];
        std::vector<char> bits(points * byteWidth(from.type));
        if (from.floats.empty())
            storeIntegers(from.type, ArrayRef(from.integers).take_front(points), bits.data());
        else
            storeFloats(from.type, ArrayRef(from.floats).take_front(points), bits.data());
        if (to.floats.empty())
            loadIntegers(to.type, bits.data(), MutableArrayRef(to.integers).take_front(points));
        else
            loadFloats(to.type, bits.data(), MutableArrayRef(to.floats).take_front(points));
        return true;
    });
    return success();
}

LogicalResult ScalarProgram::compileExtract(tensor::ExtractOp op)
{
    FailureOr<unsigned> array = arrayOf(op.getTensor());
    if (failed(array))
        return failure();
    SmallVector<unsigned> index;
    for (Value value : op.getIndices()) {
        FailureOr<unsigned> slot = slotOf(value);
        if (failed(slot))
            return failure();
        index.push_back(*slot);
    }
    const unsigned out = newSlot(op.getResult());
    instructions.push_back([=, array = *array](ScalarProgram &p, size_t points) {
        const Array &from = p.arrays[array];
        std::vector<int64_t> at(points, 0);
        for (auto [d, slot] : llvm::enumerate(index)) {
            for (size_t i = 0; i < points; ++i) {
                const int64_t position = p.slots[slot].integers[i];
                if (position < 0 || position >= from.shape[d])
                    return false;
                at[i] += position * from.strides[d];
            }
        }
        p.load(from, at, p.slots[out]);
        return true;
    });
    return success();
}

LogicalResult ScalarProgram::compileOperation(Operation *op)
{
    Type type = op->getNumOperands() > 0 ? op->getOperand(0).getType() : Type();
    // Of a number of places, what is beyond the width of the type counts from zero again.
    auto shift = [&](int64_t (*function)(int64_t, int64_t)) {
        return integers(op, [=](int64_t a, int64_t b) { return function(a, b & (widthOf(type) - 1)); });
    };
    auto wrapping = [&](uint64_t (*function)(uint64_t, uint64_t)) {
        return integers(op, [=](int64_t a, int64_t b) { return int64_t(function(uint64_t(a), uint64_t(b))); });
    };
    auto unsignedPair = [&](uint64_t (*function)(uint64_t, uint64_t)) {
        return integers(op, [=](int64_t a, int64_t b) {
            return int64_t(function(uint64_t(asUnsigned(type, a)), uint64_t(asUnsigned(type, b))));
        });
    };
    return TypeSwitch<Operation *, LogicalResult>(op)
        .Case<arith::ConstantOp>(
            [&](auto constant) { return LogicalResult(success(succeeded(slotOf(constant.getResult())))); })
        .Case<linalg::IndexOp>([&](linalg::IndexOp index) {
            const unsigned out = newSlot(index.getResult());
            instructions.push_back([out, loop = index.getDim()](ScalarProgram &p, size_t points) {
                std::copy_n(p.loopIndex[loop].begin(), points, p.slots[out].integers.begin());
                return true;
            });
            return success();
        })
        .Case<tensor::ExtractOp>([&](auto extract) { return compileExtract(extract); })
        .Case<arith::SelectOp>([&](auto choice) { return select(choice); })
        .Case<arith::BitcastOp>([&](auto cast) { return bitcast(cast); })
        .Case<arith::CmpFOp>([&](auto comparison) { return compare(comparison); })
        .Case<arith::CmpIOp>([&](arith::CmpIOp comparison) {
            return integers(op, [=, predicate = comparison.getPredicate()](int64_t a, int64_t b) -> int64_t {
                return arith::applyCmpPredicate(predicate, APInt(widthOf(type), uint64_t(asUnsigned(type, a))),
                                                APInt(widthOf(type), uint64_t(asUnsigned(type, b))));
            });
        })
        .Case<arith::AddFOp>([&](auto) { return floats(op, [](double a, double b, double) { return a + b; }); })
        .Case<arith::SubFOp>([&](auto) { return floats(op, [](double a, double b, double) { return a - b; }); })
        .Case<arith::MulFOp>([&](auto) { return floats(op, [](double a, double b, double) { return a * b; }); })
        .Case<arith::DivFOp>([&](auto) { return floats(op, [](double a, double b, double) { return a / b; }); })
        .Case<arith::RemFOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return std::fmod(a, b); }); })
        .Case<arith::NegFOp>([&](auto) { return floats(op, [](double a, double, double) { return -a; }); })
        .Case<arith::MaximumFOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return maximum_f64(a, b); }); })
        .Case<arith::MinimumFOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return minimum_f64(a, b); }); })
        .Case<arith::MaxNumFOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return std::fmax(a, b); }); })
        .Case<arith::MinNumFOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return std::fmin(a, b); }); })
        .Case<math::PowFOp>([&](auto) { return floats(op, [](double a, double b, double) { return std::pow(a, b); }); })
        .Case<math::Atan2Op>(
            [&](auto) { return floats(op, [](double a, double b, double) { return std::atan2(a, b); }); })
        .Case<math::CopySignOp>(
            [&](auto) { return floats(op, [](double a, double b, double) { return std::copysign(a, b); }); })
        .Case<math::FmaOp>(
            [&](auto) { return floats(op, [](double a, double b, double c) { return std::fma(a, b, c); }); })
        .Case<math::RsqrtOp>(
            [&](auto) { return floats(op, [](double a, double, double) { return 1.0 / std::sqrt(a); }); })
#define MATH_FUNCTION(OP, FUNCTION)                                                                                    \
    .Case<OP>([&](auto) { return floats(op, [](double a, double, double) { return std::FUNCTION(a); }); })
#include "compiler/ir/MathFunctions.def"
        .Case<arith::AddIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a + b; }); })
        .Case<arith::SubIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a - b; }); })
        .Case<arith::MulIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a * b; }); })
        .Case<arith::AndIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a & b; }); })
        .Case<arith::OrIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a | b; }); })
        .Case<arith::XOrIOp>([&](auto) { return wrapping([](uint64_t a, uint64_t b) { return a ^ b; }); })
        .Case<arith::DivUIOp>([&](auto) { return unsignedPair(divide_u64); })
        .Case<arith::RemUIOp>([&](auto) { return unsignedPair(remainder_u64); })
        .Case<arith::MaxUIOp>([&](auto) { return unsignedPair(maximum_u64); })
        .Case<arith::MinUIOp>([&](auto) { return unsignedPair(minimum_u64); })
        .Case<arith::DivSIOp>([&](auto) { return integers(op, divide_s64); })
        .Case<arith::RemSIOp>([&](auto) { return integers(op, remainder_s64); })
        .Case<arith::FloorDivSIOp>([&](auto) { return integers(op, floor_divide_s64); })
        .Case<arith::CeilDivSIOp>([&](auto) { return integers(op, ceil_divide_s64); })
        .Case<arith::MaxSIOp>([&](auto) { return integers(op, maximum_s64); })
        .Case<arith::MinSIOp>([&](auto) { return integers(op, minimum_s64); })
        .Case<math::AbsIOp>(
            [&](auto) { return wrapping([](uint64_t a, uint64_t) { return int64_t(a) < 0 ? -a : a; }); })
        .Case<arith::ShLIOp>(
            [&](auto) { return shift([](int64_t a, int64_t b) { return int64_t(uint64_t(a) << b); }); })
        .Case<arith::ShRSIOp>([&](auto) { return shift([](int64_t a, int64_t b) { return a >> b; }); })
        .Case<arith::ShRUIOp>([&](auto) {
            return integers(op, [=](int64_t a, int64_t b) {
                return int64_t(uint64_t(asUnsigned(type, a)) >> (b & (widthOf(type) - 1)));
            });
        })
        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) {
            return integers(op, [m = int32_t(scale.getMultiplier()), s = int(int32_t(scale.getShift()))](
                                    int64_t a, int64_t) { return barecc::rescale(int32_t(a), m, s); });
        })
        .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::FPToSIOp, arith::ExtSIOp, arith::TruncIOp,
              arith::IndexCastOp>([&](auto) { return convert(op, false); })
        .Case<arith::UIToFPOp, arith::FPToUIOp, arith::ExtUIOp, arith::IndexCastUIOp>(
            [&](auto) { return convert(op, true); })
        .Default([](Operation *) { return failure(); });
}

// ---- Running -----------------------------------------------------------------------------------------------

/// Value of a result of an indexing map at one point.
static int64_t evaluateAffine(AffineExpr expression, const std::vector<std::vector<int64_t>> &loops, size_t point)
{
    if (auto dim = dyn_cast<AffineDimExpr>(expression))
        return loops[dim.getPosition()][point];
    if (auto constant = dyn_cast<AffineConstantExpr>(expression))
        return constant.getValue();
    auto binary = cast<AffineBinaryOpExpr>(expression);
    const int64_t a = evaluateAffine(binary.getLHS(), loops, point), b = evaluateAffine(binary.getRHS(), loops, point);
    switch (expression.getKind()) {
    case AffineExprKind::Add: return a + b;
    case AffineExprKind::Mul: return a * b;
    case AffineExprKind::Mod: return a - floor_divide_s64(a, b) * b;
    case AffineExprKind::FloorDiv: return floor_divide_s64(a, b);
    case AffineExprKind::CeilDiv: return ceil_divide_s64(a, b);
    default: llvm_unreachable("leaves are handled above");
    }
}

void ScalarProgram::offsets(const Operand &operand, size_t points, std::vector<int64_t> &out)
{
    out.assign(points, 0);
    const Array &array = arrays[operand.array];
    for (auto [d, expression] : llvm::enumerate(operand.map.getResults())) {
        if (auto dim = dyn_cast<AffineDimExpr>(expression)) { // nearly all of them
            const std::vector<int64_t> &index = loopIndex[dim.getPosition()];
            for (size_t i = 0; i < points; ++i)
                out[i] += index[i] * array.strides[d];
        } else {
            for (size_t i = 0; i < points; ++i)
                out[i] += evaluateAffine(expression, loopIndex, i) * array.strides[d];
        }
    }
}

void ScalarProgram::load(const Array &array, ArrayRef<int64_t> offsets, Slot &slot)
{
    const unsigned width = byteWidth(array.element);
    const char *from = array.owned.empty() ? array.bytes.data() : array.owned.data();
    std::vector<char> gathered(offsets.size() * width);
    for (auto [i, offset] : llvm::enumerate(offsets))
        memcpy(&gathered[i * width], from + size_t(offset) * width, width);
    if (slot.floats.empty())
        loadIntegers(array.element, gathered.data(), MutableArrayRef(slot.integers).take_front(offsets.size()));
    else
        loadFloats(array.element, gathered.data(), MutableArrayRef(slot.floats).take_front(offsets.size()));
}

void ScalarProgram::store(Array &array, ArrayRef<int64_t> offsets, const Slot &slot)
{
    const unsigned width = byteWidth(array.element);
    std::vector<char> packed(offsets.size() * width);
    if (slot.floats.empty())
        storeIntegers(array.element, ArrayRef(slot.integers).take_front(offsets.size()), packed.data());
    else
        storeFloats(array.element, ArrayRef(slot.floats).take_front(offsets.size()), packed.data());
    for (auto [i, offset] : llvm::enumerate(offsets))
        memcpy(&array.owned[size_t(offset) * width], &packed[i * width], width);
}

FailureOr<SmallVector<ElementsAttr>> ScalarProgram::run()
{
    int64_t remaining = ShapedType::getNumElements(ranges);
    if (uniform)
        remaining = std::min<int64_t>(remaining, 1);
    SmallVector<int64_t> index(ranges.size(), 0);
    std::vector<int64_t> at;
    while (remaining > 0) {
        const size_t points = size_t(std::min<int64_t>(remaining, int64_t(blockPoints)));
        remaining -= int64_t(points);
        for (size_t i = 0; i < points; ++i) {
            for (auto [loop, value] : llvm::enumerate(index))
                loopIndex[loop][i] = value;
            for (int64_t d = int64_t(ranges.size()) - 1; d >= 0; --d) {
                if (++index[d] < ranges[d])
                    break;
                index[d] = 0;
            }
        }
        for (std::vector<Operand> *operands : {&inputs, &outputs}) {
            for (const Operand &operand : *operands) {
                offsets(operand, points, at);
                load(arrays[operand.array], at, slots[operand.slot]);
            }
        }
        for (Instruction &instruction : instructions)
            if (!instruction(*this, points))
                return failure();
        for (auto [operand, slot] : llvm::zip(outputs, yields)) {
            offsets(operand, points, at);
            store(arrays[operand.array], at, slots[slot]);
        }
    }
    SmallVector<ElementsAttr> results;
    for (auto [operand, type] : llvm::zip(outputs, resultTypes))
        results.push_back(uniform ? makeSplat(type, arrays[operand.array].owned)
                                  : makeConstant(type, arrays[operand.array].owned));
    return results;
}

} // namespace barecc
