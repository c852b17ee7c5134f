// SVDF: a fully connected layer as filters of features and, for each, one over the last steps.
#include "compiler/import/tflite/Sequence.h"
#include "compiler/import/tflite/Window.h"
#include "compiler/ir/Procedure.h"

using namespace mlir;

namespace barecc::tflite_import {
namespace {

using utils::IteratorType;

struct Svdf {
    const tflite::SVDFOptions *options = nullptr;
    int64_t batch = 0, depth = 0, filters = 0, memory = 0, rank = 0, units = 0;
    Value state; // [batch, filters, memory]
};

FailureOr<Svdf> readSvdf(const Node &node)
{
    auto options = node.options<tflite::SVDFOptions>();
    if (failed(options) || failed(node.requireRank(0, 2)) || failed(node.requireRank(1, 2)) ||
        failed(node.requireRank(2, 2)))
        return failure();
    Svdf svdf{*options, node.shape(0)[0], node.shape(0)[1], node.shape(1)[0], node.shape(2)[1], (*options)->rank(), 0,
              {}};
    if (svdf.memory < 1)
        return node.error("has no memory; the file is damaged");
    if (svdf.rank < 1 || svdf.filters % svdf.rank != 0 || svdf.filters < 1)
        return node.error("has " + Twine(svdf.filters) + " filters at rank " + Twine(svdf.rank) +
                          "; the file is damaged");
    svdf.units = svdf.filters / svdf.rank;
    if (failed(node.requireSize({svdf.batch, svdf.filters, svdf.memory})))
        return failure();
    FailureOr<Value> state = vectorOf(node, 4, svdf.batch * svdf.filters * svdf.memory);
    if (failed(state) || failed(matrixOf(node, 1, svdf.filters, svdf.depth)) ||
        failed(matrixOf(node, 2, svdf.filters, svdf.memory)))
        return failure();
    svdf.state = node.g.reshape(*state, {svdf.batch, svdf.filters, svdf.memory});
    return svdf;
}

/// Each filter's memory, one step older, with the newest feature at its end; in place where it can be.
Value remember(const Node &node, const Svdf &svdf, Value features)
{
    return procedure(node.g, {svdf.state, features}, {node.g.typeOf(svdf.state)}, {0}, [&](Procedure &p) {
        p.forEach({svdf.batch, svdf.filters}, [&](Scalars at) {
            Buffer before = p.input(0), now = p.result(0);
            p.loop(0, svdf.memory - 1, [&](barecc::Scalar step) {
                now(at[0], at[1], step) = barecc::Scalar(before(at[0], at[1], step + 1));
            });
            now(at[0], at[1], svdf.memory - 1) = barecc::Scalar(p.input(1)(at[0], at[1]));
        });
    })[0];
}

/// Sums of (memory - zero point) * weights over rank and time, [batch, units], on numbers of this type.
Value overTime(const Node &node, const Svdf &svdf, Value memory, int64_t zeroPoint, Type sums)
{
    GraphBuilder &g = node.g;
    AffineExpr b, u, r, m;
    bindDims(g.b.getContext(), b, u, r, m);
    auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(4, 0, results, g.b.getContext()); };
    Value weights = g.reshape(node.storage(2), {svdf.units, svdf.rank, svdf.memory});
    memory = g.reshape(memory, {svdf.batch, svdf.units, svdf.rank, svdf.memory});
    return g.contract(
        RankedTensorType::get({svdf.batch, svdf.units}, sums), {memory, weights},
        {map({b, u, r, m}), map({u, r, m}), map({b, u})},
        {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction, IteratorType::reduction},
        GraphBuilder::scalarAttr(sums, 0), [&](OpBuilder &builder, Location loc, ValueRange in) {
            const Scalar s{builder, loc};
            Value x = s.convert(in[0], sums), w = s.convert(in[1], sums);
            return s.add(in[2], s.mul(zeroPoint == 0 ? x : s.sub(x, s.i32(zeroPoint)), w));
        });
}

/// Bias [units] on sums [batch, units].
FailureOr<Value> withBias(const Node &node, const Svdf &svdf, Value sums)
{
    if (!node.input(3))
        return sums;
    FailureOr<Value> bias = vectorOf(node, 3, svdf.units);
    if (failed(bias))
        return failure();
    if (node.element(3) != node.g.elementOf(sums))
        return node.unsupportedType(3);
    return node.map({sums, *bias}, node.element(3), [](Scalar s, ValueRange in) { return s.add(in[0], in[1]); });
}

Outputs floatSvdf(const Node &node, const Svdf &svdf)
{
    const Type f32 = node.g.b.getF32Type();
    if (!node.element(4).isF32() || !node.outputElement().isF32())
        return node.unsupportedType(4);
    const Rows rows = rowsFor(node, node.input(0), 1, svdf.options->asymmetric_quantize_inputs());
    FailureOr<Value> features = floatProduct(node, rows, 1, {});
    if (failed(features))
        return failure();
    Value memory = remember(node, svdf, *features);
    Value sums = overTime(node, svdf, memory, 0, f32);
    if (!node.element(2)
             .isF32()) { // integers and their scale; the product with the scale is exact in the order that matters
        if (failed(node.requirePerTensor(2)))
            return failure();
        sums = node.map(sums, f32, [&](Scalar s, ValueRange in) { return s.mul(in[0], s.f32(node.scale(2))); });
    }
    FailureOr<Value> biased = withBias(node, svdf, sums);
    if (failed(biased) || failed(updateState(node, 4, memory)))
        return failure();
    return one(activate(node, *biased, svdf.options->fused_activation_function()));
}

/// As TFLite's reference kernel for integers; of the activation, saturation is left.
Outputs integerSvdf(const Node &node, const Svdf &svdf)
{
    GraphBuilder &g = node.g;
    for (unsigned i : {0u, 1u, 2u, 4u})
        if (failed(node.requirePerTensor(i)))
            return failure();
    const Type i32 = g.b.getI32Type(), stateType = node.element(4);
    if (failed(node.requireQuantizedOutput()) || !node.element(0).isInteger(8) || !node.element(1).isInteger(8) ||
        node.element(2) != stateType || !Node::storageElement(node.outputElement()).isInteger(8))
        return node.unsupportedType(4);
    const FixedPoint first = fixedPoint(double(node.scale(0) * node.scale(1) / node.scale(4))),
                     second = fixedPoint(double(node.scale(4) * node.scale(2) / node.outputScale()));
    AffineExpr b, f, k;
    bindDims(g.b.getContext(), b, f, k);
    auto map = [&](ArrayRef<AffineExpr> results) { return AffineMap::get(3, 0, results, g.b.getContext()); };
    Value products = g.contract(RankedTensorType::get({svdf.batch, svdf.filters}, i32),
                                {node.storage(0), node.storage(1)}, {map({b, k}), map({f, k}), map({b, f})},
                                {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
                                GraphBuilder::scalarAttr(i32, 0), [&](OpBuilder &builder, Location loc, ValueRange in) {
                                    const Scalar s{builder, loc};
                                    Value x = s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0)));
                                    return s.add(in[2], s.mul(x, s.widen(in[1])));
                                });
    const int64_t highest = stateType.isInteger(16) ? INT16_MAX : INT8_MAX;
    Value features = node.map(products, stateType, [&](Scalar s, ValueRange in) {
        Value moved = s.add(s.rescale(in[0], first), s.i32(node.zeroPoint(4)));
        return narrowTo(s, moved, {-highest - 1, highest}, stateType);
    });
    Value memory = remember(node, svdf, features);
    FailureOr<Value> sums = withBias(node, svdf, overTime(node, svdf, memory, node.zeroPoint(4), i32));
    if (failed(sums) || failed(updateState(node, 4, memory)))
        return failure();
    const Type output = Node::storageElement(node.outputElement());
    return one(node.map(*sums, output, [&](Scalar s, ValueRange in) {
        Value moved = s.add(s.rescale(in[0], second), s.i32(node.outputZeroPoint()));
        return narrowTo(s, moved, {INT8_MIN, INT8_MAX}, output);
    }));
}

Outputs importSvdf(Node &node)
{
    FailureOr<Svdf> svdf = readSvdf(node);
    if (failed(svdf))
        return failure();
    if (svdf->batch == 0)
        return one(node.g.nothing(RankedTensorType::get({0, svdf->units}, node.outputElement())));
    return node.element(0).isF32() ? floatSvdf(node, *svdf) : integerSvdf(node, *svdf);
}

} // namespace

ArrayRef<Entry> svdfOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_SVDF, importSvdf, 3,
         "float32, int8 with int8 or int16 state, float32 with int8 weights"},
    };
    return entries;
}

} // namespace barecc::tflite_import
