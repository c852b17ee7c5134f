#include "compiler/ir/Sort.h"

using namespace mlir;

namespace barecc {
namespace {

/// Moves the number at `root` down until no child comes after it, in a heap of the slots below `end` whose first number
/// comes last.
void siftDown(Procedure &p, Scalar root, Scalar end, Slots slots, Before before)
{
    Scalar moved = slots(root), me = moved.toIndex();
    Scalars last = p.loopWhile(
        {root, p.truth(true)}, [&](Scalars c) { return c[1] & (c[0] < end / 2); },
        [&](Scalars c) {
            Scalar left = c[0] * 2 + 1, right = left + 1;
            Scalar rightIsLater = p.both(
                right < end, [&] { return before(Scalar(slots(left)).toIndex(), Scalar(slots(right)).toIndex()); });
            Scalar child = select(rightIsLater, right, left), other = slots(child);
            return p.choose(
                before(me, other.toIndex()),
                [&]() -> Scalars {
                    slots(c[0]) = other;
                    return {child, p.truth(true)};
                },
                [&]() -> Scalars { return {c[0], p.truth(false)}; });
        });
    slots(last[0]) = moved;
}

/// Heapsort, with the numbers from `count` to `candidates` taking their turn between the building of the heap and its
/// dismantling. All three in one loop, since each ends in sifting a number down.
void sort(Procedure &p, Scalar count, std::optional<int64_t> candidates, Slots slots, Before before)
{
    // Carried: roots of the heap that is still to be built, its end, the next candidate.
    Scalars starts{count / 2, count};
    if (candidates)
        starts.push_back(count);
    auto going = [&](Scalars c) {
        Scalar unsorted = c[1] > 1;
        return candidates ? unsorted | (c[2] < double(*candidates)) : unsorted;
    };
    p.loopWhile(starts, going, [&](Scalars c) {
        auto withCandidate = [&](Scalars state, Scalar next) {
            if (candidates)
                state.push_back(next);
            return state;
        };
        auto takeLast = [&](Scalar next) {
            Scalar end = c[1] - 1, last = slots(end);
            slots(end) = slots(p.index(0));
            slots(p.index(0)) = last;
            return withCandidate({c[0], end}, next);
        };
        auto tryCandidates = [&] {
            auto isNoBetter = [&](Scalars i) {
                return p.both(i[0] < double(*candidates),
                              [&] { return !before(i[0], Scalar(slots(p.index(0))).toIndex()); });
            };
            Scalar better = p.loopWhile({c[2]}, isNoBetter, [](Scalars i) -> Scalars { return {i[0] + 1}; })[0];
            return p.choose(
                better < double(*candidates),
                [&] {
                    slots(p.index(0)) = better;
                    return withCandidate({c[0], c[1]}, better + 1);
                },
                [&] { return takeLast(better); });
        };
        Scalars next = p.choose(
            c[0] > 0, [&] { return withCandidate({c[0] - 1, c[1]}, candidates ? c[2] : Scalar()); },
            [&] { return candidates ? tryCandidates() : takeLast({}); });
        siftDown(p, next[0], next[1], slots, before);
        return next;
    });
}

} // namespace

void sortSlots(Procedure &p, IndexOrNumber count, Slots slots, Before before)
{
    sort(p, count.in(p), std::nullopt, slots, before);
}

void selectFirst(Procedure &p, int64_t count, int64_t candidates, Slots slots, Before before)
{
    p.loop(0, count, [&](Scalar i) { slots(i) = i; });
    sort(p, p.index(count), count < candidates ? std::optional(candidates) : std::nullopt, slots, before);
}

/// x > y, with NaN above all numbers, so that any two values have an order.
static Scalar isAbove(const Scalar &x, const Scalar &y, bool isUnsigned)
{
    if (!isa<FloatType>(x.type()))
        return less(y, x, isUnsigned);
    Procedure &p = *x.p;
    Value isNumber = arith::CmpFOp::create(p.b, p.loc, arith::CmpFPredicate::ORD, y.value, y.value);
    return !(x <= y) & p.scalar(isNumber);
}

Scalar comesBefore(Scalar x, Scalar valueOfX, Scalar y, Scalar valueOfY, bool largerFirst, bool isUnsigned)
{
    Scalar above = isAbove(valueOfX, valueOfY, isUnsigned), below = isAbove(valueOfY, valueOfX, isUnsigned);
    Scalar before = largerFirst ? above : below, behind = largerFirst ? below : above;
    return before | (!behind & (x < y));
}

TopElements topElements(GraphBuilder &g, Value input, int64_t axis, int64_t count, bool largest, bool isUnsigned,
                        Type positionElement)
{
    const RankedTensorType type = GraphBuilder::typeOf(input);
    SmallVector<int64_t> lines(type.getShape()), shape(type.getShape());
    lines[axis] = 1;
    shape[axis] = count;
    const auto positions = RankedTensorType::get(shape, positionElement);
    if (positions.getNumElements() == 0)
        return {g.splat(type.clone(shape), 0), g.splat(positions, 0)};
    SmallVector<Value> results = procedure(g, input, {type.clone(shape), positions}, {}, [&](Procedure &p) {
        Buffer in = p.input(0), values = p.result(0), order = p.result(1);
        p.forEach(lines, [&](Scalars line) {
            auto at = [&](Scalar i) {
                Scalars place = line;
                place[axis] = i;
                return place;
            };
            auto before = [&](Scalar x, Scalar y) {
                Scalar a = in.at(at(x)), b = in.at(at(y));
                return comesBefore(x, a, y, b, largest, isUnsigned);
            };
            selectFirst(p, count, type.getDimSize(axis), [&](Scalar i) { return order.at(at(i)); }, before);
            p.loop(0, count, [&](Scalar i) {
                Scalar position = order.at(at(i));
                values.at(at(i)) = in.at(at(position.toIndex()));
            });
        });
    });
    return {results[0], results[1]};
}

} // namespace barecc
