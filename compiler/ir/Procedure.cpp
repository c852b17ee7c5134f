#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc {
namespace {

template <typename Op> Scalar apply(const Scalar &x, const Scalar &y)
{
    return x.p->scalar(Op::create(x.p->b, x.p->loc, x.value, y.value));
}

/// Float or Integer, by the operands' type.
template <typename Float, typename Integer> Scalar either(const Scalar &x, const Scalar &y)
{
    return isa<FloatType>(x.type()) ? apply<Float>(x, y) : apply<Integer>(x, y);
}

Scalar compare(arith::CmpFPredicate real, arith::CmpIPredicate whole, const Scalar &x, const Scalar &y)
{
    Procedure &p = *x.p;
    if (isa<FloatType>(x.type()))
        return p.scalar(arith::CmpFOp::create(p.b, p.loc, real, x.value, y.value));
    return p.scalar(arith::CmpIOp::create(p.b, p.loc, whole, x.value, y.value));
}

/// A number of the type of x.
Scalar like(const Scalar &x, double number) { return x.p->number(x.type(), number); }

SmallVector<Value> valuesOf(ArrayRef<Scalar> scalars)
{
    return llvm::map_to_vector(scalars, [](const Scalar &scalar) { return scalar.value; });
}

} // namespace

// ---- Operands ----------------------------------------------------------------------------------------------

Scalar Scalar::to(Type type) const { return p->scalar(GraphBuilder::castScalar(p->b, p->loc, value, type)); }

Scalar Scalar::toIndex() const { return to(p->b.getIndexType()); }

Element::operator Scalar() const { return p->scalar(memref::LoadOp::create(p->b, p->loc, buffer, indices)); }

const Element &Element::operator=(const Scalar &value) const
{
    const Type element = cast<MemRefType>(buffer.getType()).getElementType();
    const Scalar stored = value.type().isIndex() ? value.to(element) : value;
    memref::StoreOp::create(p->b, p->loc, stored.value, buffer, indices);
    return *this;
}

const Element &Element::operator=(double value) const
{
    return *this = p->number(cast<MemRefType>(buffer.getType()).getElementType(), value);
}

Element Buffer::at(ArrayRef<Scalar> indices) const { return {p, memory, valuesOf(indices)}; }

Scalar Buffer::index(int64_t i) const { return p->index(i); }

Scalar IndexOrNumber::in(Procedure &p) const { return scalar.p ? scalar : p.index(number); }

// ---- Control flow ------------------------------------------------------------------------------------------

Scalars Procedure::scalars(ValueRange values)
{
    return llvm::map_to_vector(values, [&](Value value) { return scalar(value); });
}

void Procedure::forEach(ArrayRef<int64_t> shape, function_ref<void(Scalars)> body)
{
    Scalars indices;
    std::function<void()> nest = [&] {
        if (indices.size() == shape.size()) {
            body(indices);
            return;
        }
        const int64_t extent = shape[indices.size()];
        auto inside = [&](Scalar i) {
            indices.push_back(i);
            nest();
            indices.pop_back();
        };
        if (extent == 1)
            inside(index(0));
        else
            loop(0, extent, inside);
    };
    nest();
}

void Procedure::loop(IndexOrNumber begin, IndexOrNumber end, LoopBody body)
{
    loop(begin, end, Scalars(), [&](Scalar i, const Scalars &) {
        body(i);
        return Scalars();
    });
}

Scalars Procedure::loop(IndexOrNumber begin, IndexOrNumber end, const Scalars &starts, CarryingBody body)
{
    auto op = scf::ForOp::create(b, loc, begin.in(*this).value, end.in(*this).value, index(1).value, valuesOf(starts),
                                 [&](OpBuilder &, Location, Value i, ValueRange carried) {
                                     scf::YieldOp::create(b, loc, valuesOf(body(scalar(i), scalars(carried))));
                                 });
    return scalars(op.getResults());
}

Scalars Procedure::loopWhile(const Scalars &starts, Condition condition, WhileBody body)
{
    const SmallVector<Value> inits = valuesOf(starts);
    auto op = scf::WhileOp::create(
        b, loc, TypeRange(ValueRange(inits)), inits,
        [&](OpBuilder &, Location, ValueRange carried) {
            scf::ConditionOp::create(b, loc, condition(scalars(carried)).value, carried);
        },
        [&](OpBuilder &, Location, ValueRange carried) {
            scf::YieldOp::create(b, loc, valuesOf(body(scalars(carried))));
        });
    return scalars(op.getResults());
}

void Procedure::when(Scalar condition, Body then)
{
    scf::IfOp::create(b, loc, condition.value, [&](OpBuilder &, Location) {
        then();
        scf::YieldOp::create(b, loc);
    });
}

void Procedure::when(Scalar condition, Body then, Body otherwise)
{
    auto none = [](Body body) {
        body();
        return Scalars();
    };
    choose(condition, [&] { return none(then); }, [&] { return none(otherwise); });
}

Scalars Procedure::choose(Scalar condition, Branch then, Branch otherwise)
{
    auto yield = [&](Branch branch) {
        return [this, branch](OpBuilder &, Location) { scf::YieldOp::create(b, loc, valuesOf(branch())); };
    };
    return scalars(scf::IfOp::create(b, loc, condition.value, yield(then), yield(otherwise)).getResults());
}

Scalar Procedure::both(Scalar first, function_ref<Scalar()> second)
{
    return choose(first, [&] { return Scalars{second()}; }, [&] { return Scalars{truth(false)}; })[0];
}

SmallVector<Value> procedure(GraphBuilder &g, ValueRange inputs, ArrayRef<RankedTensorType> results,
                             ArrayRef<int64_t> inPlace, function_ref<void(Procedure &)> body)
{
    auto op = nn::ProcedureOp::create(g.b, g.loc, TypeRange(SmallVector<Type>(results.begin(), results.end())), inputs,
                                      g.b.getDenseI64ArrayAttr(inPlace));
    Block &block = op.getBody().emplaceBlock();
    for (Value tensor : llvm::concat<Value>(SmallVector<Value>(inputs), SmallVector<Value>(op.getResults())))
        block.addArgument(MemRefType::get(GraphBuilder::shapeOf(tensor), GraphBuilder::elementOf(tensor)), g.loc);
    OpBuilder::InsertionGuard guard(g.b);
    g.b.setInsertionPointToStart(&block);
    Procedure p(g.b, g.loc, block, unsigned(inputs.size()));
    body(p);
    return SmallVector<Value>(op.getResults());
}

// ---- Operators ---------------------------------------------------------------------------------------------

Scalar operator+(const Scalar &x, const Scalar &y) { return either<arith::AddFOp, arith::AddIOp>(x, y); }
Scalar operator-(const Scalar &x, const Scalar &y) { return either<arith::SubFOp, arith::SubIOp>(x, y); }
Scalar operator*(const Scalar &x, const Scalar &y) { return either<arith::MulFOp, arith::MulIOp>(x, y); }
Scalar operator/(const Scalar &x, const Scalar &y) { return either<arith::DivFOp, arith::DivSIOp>(x, y); }
Scalar operator%(const Scalar &x, const Scalar &y) { return either<arith::RemFOp, arith::RemSIOp>(x, y); }
Scalar operator+(const Scalar &x, double y) { return x + like(x, y); }
Scalar operator-(const Scalar &x, double y) { return x - like(x, y); }
Scalar operator*(const Scalar &x, double y) { return x * like(x, y); }
Scalar operator/(const Scalar &x, double y) { return x / like(x, y); }
Scalar operator%(const Scalar &x, double y) { return x % like(x, y); }
Scalar largest(const Scalar &x, const Scalar &y) { return either<arith::MaximumFOp, arith::MaxSIOp>(x, y); }
Scalar smallest(const Scalar &x, const Scalar &y) { return either<arith::MinimumFOp, arith::MinSIOp>(x, y); }

Scalar operator<(const Scalar &x, const Scalar &y) { return less(x, y, false); }
Scalar operator<=(const Scalar &x, const Scalar &y)
{
    return compare(arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle, x, y);
}
Scalar operator>(const Scalar &x, const Scalar &y) { return y < x; }
Scalar operator>=(const Scalar &x, const Scalar &y) { return y <= x; }
Scalar operator==(const Scalar &x, const Scalar &y)
{
    return compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq, x, y);
}
Scalar operator!=(const Scalar &x, const Scalar &y)
{
    return compare(arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne, x, y);
}
Scalar operator<(const Scalar &x, double y) { return x < like(x, y); }
Scalar operator<=(const Scalar &x, double y) { return x <= like(x, y); }
Scalar operator>(const Scalar &x, double y) { return x > like(x, y); }
Scalar operator>=(const Scalar &x, double y) { return x >= like(x, y); }
Scalar operator==(const Scalar &x, double y) { return x == like(x, y); }
Scalar operator!=(const Scalar &x, double y) { return x != like(x, y); }
Scalar less(const Scalar &x, const Scalar &y, bool isUnsigned)
{
    return compare(arith::CmpFPredicate::OLT, isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, x, y);
}

Scalar operator&(const Scalar &x, const Scalar &y) { return apply<arith::AndIOp>(x, y); }
Scalar operator|(const Scalar &x, const Scalar &y) { return apply<arith::OrIOp>(x, y); }
Scalar operator!(const Scalar &x) { return apply<arith::XOrIOp>(x, x.p->truth(true)); }
Scalar select(const Scalar &condition, const Scalar &yes, const Scalar &no)
{
    return condition.p->scalar(
        arith::SelectOp::create(condition.p->b, condition.p->loc, condition.value, yes.value, no.value));
}

} // namespace barecc
