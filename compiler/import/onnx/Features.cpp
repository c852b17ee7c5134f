// ai.onnx.ml operators that prepare features: scaling, imputing, encoding, picking and joining.
#include "compiler/import/onnx/Arithmetic.h"
#include "compiler/import/onnx/Layout.h"
#include "compiler/import/onnx/PostTransform.h"
#include "compiler/import/onnx/ScalarMath.h"
#include "compiler/import/onnx/Trees.h"
#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc::onnx_import {

using Shape = SmallVector<int64_t>;

/// A list with one number for all features, or one for each, as a tensor that broadcasts to input 0.
static FailureOr<Value> perFeature(const Node &node, StringRef name, ArrayRef<double> numbers, Type element)
{
    const int64_t count = int64_t(numbers.size()), features = node.rank(0) == 0 ? 1 : node.shape(0).back();
    if (count != 1 && count != features)
        return node.error(name + " has " + Twine(count) + " numbers for " + Twine(features) + " features");
    return numbersAs(node.g, numbers, {count}, element);
}

/// (x - offset) * scale, in floats.
static Outputs importScaler(Node &node)
{
    GraphBuilder &g = node.g;
    const Type f32 = g.b.getF32Type();
    FailureOr<Value> offset = perFeature(node, "offset", node.numbers("offset").value_or(SmallVector<double>{0}), f32),
                     scale = perFeature(node, "scale", node.numbers("scale").value_or(SmallVector<double>{1}), f32);
    if (failed(offset) || failed(scale))
        return failure();
    return SmallVector<Value>{multiply(g, subtract(g, g.cast(node.input(0), f32), *offset), *scale)};
}

/// x over the largest element, the sum of sizes, or the root of the sum of squares of its row; over nothing where that
/// is 0.
static Outputs importNormalizer(Node &node)
{
    GraphBuilder &g = node.g;
    const Type f32 = g.b.getF32Type();
    const std::string norm = node.text("norm", "MAX");
    const int64_t rank = node.rank(0), last = rank - 1;
    if ((rank != 1 && rank != 2) || node.shape(0).back() == 0)
        return node.error("the input is " + shapeText(node.shape(0)) + " but should be rows of features");
    Value x = g.cast(node.input(0), f32), divisor;
    if (norm == "MAX") {
        const double lowest = -std::numeric_limits<double>::infinity();
        divisor = g.reduce(x, last, true, GraphBuilder::scalarAttr(f32, lowest), maximumOfScalars);
    } else if (norm == "L1") {
        divisor = sum(g,
                      mapElements(g, x, f32,
                                  [](const ScalarMath &m, ValueRange x) -> Value {
                                      return math::AbsFOp::create(m.b, m.loc, x[0]);
                                  }),
                      last);
    } else if (norm == "L2") {
        divisor = squareRoot(g, sum(g, multiply(g, x, x), last));
    } else {
        return node.error("norm is '" + norm + "'; it has to be MAX, L1 or L2");
    }
    return SmallVector<Value>{mapElements(g, {x, divisor}, f32, [](const ScalarMath &m, ValueRange x) {
        return m.select(m.equal(x[1], m.number(x[1], 0)), x[0], m.divide(x[0], x[1]));
    })};
}

static Outputs importBinarizer(Node &node)
{
    const double threshold = node.number("threshold", 0.0);
    const Type element = node.element(0);
    const bool real = isa<FloatType>(element);
    return SmallVector<Value>{mapElements(node.g, node.input(0), element, [&](const ScalarMath &m, ValueRange x) {
        // Integers above the threshold are those above its floor, and none is above NaN.
        const double bound = std::isnan(threshold) ? std::numeric_limits<double>::infinity() : std::floor(threshold);
        Value limit =
            real ? m.number(x[0], threshold)
                 : GraphBuilder::scalar(m.b, m.loc, element, integerOf(bound, element.getIntOrFloatBitWidth()));
        return m.select(m.less(limit, x[0]), m.number(x[0], 1), m.number(x[0], 0));
    })};
}

/// Another value where the input has one that stands for nothing, which may be NaN.
static Outputs importImputer(Node &node)
{
    GraphBuilder &g = node.g;
    const Type element = node.element(0);
    const bool real = isa<FloatType>(element);
    const int64_t missingInteger = node.integer("replaced_value_int64", 0);
    FailureOr<Value> imputed = failure();
    if (real) {
        imputed = perFeature(node, "imputed_value_floats",
                             node.numbers("imputed_value_floats").value_or(SmallVector<double>()), element);
    } else {
        const Shape numbers = node.integers("imputed_value_int64s").value_or(Shape());
        const int64_t features = node.rank(0) == 0 ? 1 : node.shape(0).back();
        if (numbers.size() != 1 && int64_t(numbers.size()) != features)
            return node.error("imputed_value_int64s has " + Twine(numbers.size()) + " numbers for " + Twine(features) +
                              " features");
        Shape all(numbers);
        all.push_back(missingInteger);
        for (int64_t number : all)
            if (!llvm::isIntN(element.getIntOrFloatBitWidth(), number))
                return node.error(Twine(number) + " is to replace or be replaced, which no " +
                                  elementName(node.onnxElement(0)) + " is");
        imputed = g.constant(numbers, element);
    }
    if (failed(imputed))
        return failure();
    const double missing = node.number("replaced_value_float", 0.0);
    return SmallVector<Value>{
        mapElements(g, {node.input(0), *imputed}, element, [&](const ScalarMath &m, ValueRange x) -> Value {
            Value isMissing;
            if (!real)
                isMissing = m.equal(x[0], GraphBuilder::scalar(m.b, m.loc, element, missingInteger));
            else if (std::isnan(missing))
                isMissing = arith::CmpFOp::create(m.b, m.loc, arith::CmpFPredicate::UNO, x[0], x[0]);
            else
                isMissing = m.equal(x[0], m.number(x[0], missing));
            return m.select(isMissing, x[1], x[0]);
        })};
}

/// Elements of the last axis; a list counts as one row.
static Outputs importArrayFeatureExtractor(Node &node)
{
    GraphBuilder &g = node.g;
    const int64_t rank = node.rank(0), count = node.type(1).getNumElements();
    if (rank < 1 || node.shape(0).back() == 0 || count == 0 || !node.element(1).isInteger(64))
        return node.error("the input has no features, or there are no indices of int64");
    const int64_t features = node.shape(0).back();
    Shape result(node.shape(0));
    result.back() = count;
    if (failed(node.checkShape(result)))
        return failure();
    for (int64_t index : integersOf(constantOf(node.input(1))).value_or(Shape()))
        if (index < 0 || index >= features)
            return node.error("index " + Twine(index) + " is outside " + Twine(features) + " features");
    Value indices = g.reshape(node.input(1), {count});
    Value picked = g.gather(node.movable(0), indices, rank - 1);
    if (rank == 1)
        picked = g.reshape(picked, {1, count});
    return SmallVector<Value>{node.moved(0, picked)};
}

/// Inputs side by side, in floats; lists count as one row.
static Outputs importFeatureVectorizer(Node &node)
{
    GraphBuilder &g = node.g;
    const Shape widths = node.integers("inputdimensions").value_or(Shape());
    SmallVector<Value> parts;
    int64_t rows = 0, total = 0;
    for (unsigned i = 0; i < node.inputCount(); ++i) {
        if (!node.hasInput(i) || failed(node.checkSameType(0, i)))
            return node.hasInput(i) ? failure() : node.error("input " + Twine(i) + " is missing");
        const int64_t rank = node.rank(i);
        if (rank != 1 && rank != 2)
            return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) + " but should be rows");
        const int64_t count = rank == 1 ? 1 : node.shape(i)[0], width = node.shape(i).back();
        if ((i > 0 && count != rows) || (!widths.empty() && (i >= widths.size() || widths[i] != width)))
            return node.error("input " + Twine(i) + " is " + shapeText(node.shape(i)) +
                              ", which fits neither the other inputs nor inputdimensions");
        rows = count;
        total += width;
        parts.push_back(g.reshape(g.cast(node.input(i), g.b.getF32Type()), {count, width}));
    }
    if (failed(node.checkShape({rows, total})))
        return failure();
    return SmallVector<Value>{g.concat(parts, 1)};
}

// ---- Encoders ----------------------------------------------------------------------------------------------

namespace {

/// Keys, values or the default of a label encoder.
struct Labels {
    Value numbers; // [count], or null where there are none
    bool strings = false;
};

} // namespace

/// Those of the attributes PREFIX_floats, PREFIX_int64s and PREFIX_tensor that are there.
static FailureOr<Labels> labelsOf(const Node &node, const std::string &prefix)
{
    GraphBuilder &g = node.g;
    if (const onnx::AttributeProto *strings = node.attribute(prefix + "_strings"); strings && strings->strings_size())
        return Labels{{}, true};
    if (std::optional<SmallVector<double>> floats = node.numbers(prefix + "_floats"); floats && !floats->empty())
        return Labels{numbersAs(g, *floats, {int64_t(floats->size())}, g.b.getF32Type())};
    if (std::optional<Shape> integers = node.integers(prefix + "_int64s"); integers && !integers->empty())
        return Labels{g.constant(*integers, g.b.getI64Type())};
    const onnx::AttributeProto *tensor = node.attribute(prefix + "_tensor");
    if (!tensor)
        return Labels();
    if (tensor->t().data_type() == onnx::TensorProto::STRING)
        return Labels{{}, true};
    llvm::Expected<ElementsAttr> read = readTensor(g.b.getContext(), tensor->t(), node.context.externalFiles());
    if (!read)
        return node.error("attribute " + prefix + "_tensor " + llvm::toString(read.takeError()));
    Value numbers = g.constant(boundary::signless(*read));
    return Labels{g.reshape(numbers, {GraphBuilder::typeOf(numbers).getNumElements()})};
}

/// What a key that is not listed is mapped to.
static FailureOr<TypedAttr> defaultLabel(const Node &node, Type element)
{
    FailureOr<Labels> given = labelsOf(node, "default");
    if (failed(given))
        return failure();
    if (given->numbers) {
        auto constant = dyn_cast_or_null<DenseElementsAttr>(constantOf(given->numbers));
        if (!constant || constant.getNumElements() != 1 || constant.getElementType() != element)
            return node.error("default_tensor should hold one value, of the type of the values");
        return cast<TypedAttr>(constant.getSplatValue<Attribute>());
    }
    if (isa<FloatType>(element))
        return GraphBuilder::scalarAttr(element, node.number("default_float", -0.0));
    const int64_t number = node.integer("default_int64", -1);
    const unsigned width = element.getIntOrFloatBitWidth();
    if (!llvm::isIntN(width, number) && !llvm::isUIntN(width, uint64_t(number)))
        return node.error("default_int64 is " + Twine(number) + ", which the type of the values has no number for");
    return TypedAttr(IntegerAttr::get(element, APInt(width, uint64_t(number), true, /*implicitTrunc=*/true)));
}

/// The value of the last key that equals the element; NaN equals NaN.
static Outputs importLabelEncoder(Node &node)
{
    GraphBuilder &g = node.g;
    FailureOr<Labels> keys = labelsOf(node, "keys"), values = labelsOf(node, "values");
    if (failed(keys) || failed(values))
        return failure();
    if (keys->strings || values->strings)
        return node.error(
            "the keys or values are strings, which generated code has none of; take what follows them out of "
            "the graph's outputs and look them up outside the model");
    if (!keys->numbers || !values->numbers || keys->numbers == values->numbers ||
        GraphBuilder::shapeOf(keys->numbers) != GraphBuilder::shapeOf(values->numbers))
        return node.error("there should be keys_* and values_*, of one length");
    const Type key = GraphBuilder::elementOf(keys->numbers), value = GraphBuilder::elementOf(values->numbers);
    if (key != node.element(0))
        return node.error("the keys have another type than the input");
    FailureOr<TypedAttr> otherwise = defaultLabel(node, value);
    if (failed(otherwise))
        return failure();
    const Shape shape(node.shape(0));
    const int64_t count = node.type(0).getNumElements();
    AffineExpr n, k;
    bindDims(g.b.getContext(), n, k);
    auto map = [&](AffineExpr at) { return AffineMap::get(2, 0, at, g.b.getContext()); };
    const utils::IteratorType loops[] = {utils::IteratorType::parallel, utils::IteratorType::reduction};
    Value labels = g.contract(
        RankedTensorType::get({count}, value), {g.reshape(node.input(0), {count}), keys->numbers, values->numbers},
        {map(n), map(k), map(k), map(n)}, loops, *otherwise, [&](OpBuilder &b, Location loc, ValueRange x) {
            const ScalarMath m{b, loc};
            Value same = m.equal(x[0], x[1]);
            if (isa<FloatType>(key)) {
                auto isNan = [&](Value number) {
                    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, number, number);
                };
                Value none = arith::AndIOp::create(b, loc, isNan(x[0]), isNan(x[1]));
                same = arith::OrIOp::create(b, loc, same, none);
            }
            return m.select(same, x[2], x[3]);
        });
    return SmallVector<Value>{g.reshape(labels, shape)};
}

/// 1 in the place of the category that an element is, truncated to an integer; all 0 where it is none. Where the
/// attribute zeros is 0 the standard has an unknown category fail, for which generated code has no way.
static Outputs importOneHotEncoder(Node &node)
{
    GraphBuilder &g = node.g;
    const Shape categories = node.integers("cats_int64s").value_or(Shape());
    if (categories.empty())
        return node.error("there are no cats_int64s; categories that are strings are not supported");
    const Type i64 = g.b.getI64Type();
    Shape shape(node.shape(0)), column(shape);
    shape.push_back(int64_t(categories.size()));
    column.push_back(1);
    if (failed(node.checkShape(shape)))
        return failure();
    Value elements = g.reshape(g.cast(node.input(0), i64), column);
    return SmallVector<Value>{mapElements(
        g, {elements, g.constant(categories, i64)}, g.b.getF32Type(), [](const ScalarMath &m, ValueRange x) {
            return GraphBuilder::castScalar(m.b, m.loc, m.equal(x[0], x[1]), m.b.getF32Type());
        })};
}

// ---- Maps --------------------------------------------------------------------------------------------------

/// A map from class to score for each row, of which generated code has none. What goes into it is given in its place:
/// the scores, with the classes as columns.
static Outputs importZipMap(Node &node)
{
    const onnx::AttributeProto *strings = node.attribute("classlabels_strings"),
                               *integers = node.attribute("classlabels_int64s");
    const int64_t classes = (strings ? strings->strings_size() : 0) + (integers ? integers->ints_size() : 0);
    if (node.rank(0) < 1 || node.shape(0).back() != classes)
        return node.error("there are " + Twine(classes) + " classes for scores of shape " + shapeText(node.shape(0)));
    emitWarning(node.g.loc) << "gives its scores, a column for each class in the order of the model, in place of maps, "
                               "as exporters do with zipmap=False";
    return SmallVector<Value>{node.input(0)};
}

ArrayRef<Entry> featureOperators()
{
    static const char ml[] = "ai.onnx.ml", types[] = "float, double, int32, int64";
    static const Entry entries[] = {
        {ml, "Scaler", 1, importScaler, types},
        {ml, "Normalizer", 1, importNormalizer, types},
        {ml, "Binarizer", 1, importBinarizer, types},
        {ml, "Imputer", 1, importImputer, types},
        {ml, "ArrayFeatureExtractor", 1, importArrayFeatureExtractor, types, 2},
        {ml, "FeatureVectorizer", 1, importFeatureVectorizer, types},
        {ml, "LabelEncoder", 2, importLabelEncoder, "float, double, int16, int32, int64"},
        {ml, "OneHotEncoder", 1, importOneHotEncoder, types},
        {ml, "ZipMap", 1, importZipMap, "float"},
    };
    return entries;
}

} // namespace barecc::onnx_import
