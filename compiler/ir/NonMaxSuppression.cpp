#include "compiler/ir/NonMaxSuppression.h"

namespace barecc {

Box boxAt(Buffer boxes, Scalars place)
{
    auto coordinate = [&](int64_t i) -> Scalar {
        Scalars element = place;
        element.push_back(boxes.p->index(i));
        return boxes.at(element);
    };
    Box box;
    box.y0 = coordinate(0);
    box.x0 = coordinate(1);
    box.y1 = coordinate(2);
    box.x1 = coordinate(3);
    return box;
}

static Box ordered(const Box &box)
{
    return {smallest(box.y0, box.y1), smallest(box.x0, box.x1), largest(box.y0, box.y1), largest(box.x0, box.x1)};
}

Scalar overlap(const Box &first, const Box &second)
{
    const Box a = ordered(first), b = ordered(second);
    auto area = [](const Box &box) { return (box.y1 - box.y0) * (box.x1 - box.x0); };
    Procedure &p = *a.y0.p;
    Scalar zero = p.number(a.y0.type(), 0), areaOfA = area(a), areaOfB = area(b);
    Scalar height = smallest(a.y1, b.y1) - largest(a.y0, b.y0), width = smallest(a.x1, b.x1) - largest(a.x0, b.x0);
    Scalar common = largest(height, zero) * largest(width, zero);
    return p.choose((areaOfA > zero) & (areaOfB > zero),
                    [&]() -> Scalars { return {common / (areaOfA + areaOfB - common)}; },
                    [&]() -> Scalars { return {zero}; })[0];
}

Scalar keepBest(Procedure &p, Scalar count, Scalar limit, Slots candidates,
                llvm::function_ref<Scalar(Scalar, Scalar)> excludes)
{
    return p.loopWhile(
        {p.index(0), p.index(0)}, [&](Scalars c) { return (c[0] < count) & (c[1] < limit); },
        [&](Scalars c) -> Scalars {
            Scalar candidate = candidates(c[0]), kept = c[1];
            Scalar free = p.loopWhile(
                {p.index(0)},
                [&](Scalars j) {
                    return p.both(j[0] < kept,
                                  [&] { return !excludes(Scalar(candidates(j[0])).toIndex(), candidate.toIndex()); });
                },
                [](Scalars j) -> Scalars { return {j[0] + 1}; })[0];
            Scalar stays = free == kept;
            p.when(stays, [&] { candidates(kept) = candidate; });
            return {c[0] + 1, select(stays, kept + 1, kept)};
        })[1];
}

} // namespace barecc
