// What object detectors end in: boxes decoded, and those that overlap a better one suppressed.
#include "compiler/import/tflite/Node.h"
#include "compiler/ir/NonMaxSuppression.h"
#include "compiler/ir/Number.h"

#include <flatbuffers/flexbuffers.h>

using namespace mlir;

namespace barecc::tflite_import {
namespace {

using barecc::Scalar; // of a procedure, not of a linalg body

/// The options of TFLite_Detection_PostProcess.
struct DetectionOptions {
    int64_t detections;         // in the result
    int64_t classes;            // without the background
    int64_t classesPerBox;      // in the result, if all classes are suppressed together
    int64_t detectionsPerClass; // at most, if each class is suppressed by itself
    bool eachClass;
    double scoreThreshold, overlapThreshold;
    double yScale, xScale, hScale, wScale; // that the encoded boxes are divided by
};

FailureOr<DetectionOptions> readOptions(const Node &node)
{
    // A copy, since numbers are aligned within the options, but options not within the file.
    std::vector<uint8_t> bytes;
    if (const auto *stored = node.source.custom_options())
        bytes.assign(stored->begin(), stored->end());
    if (!flexbuffers::VerifyBuffer(bytes.data(), bytes.size()) || !flexbuffers::GetRoot(bytes).IsMap())
        return node.error("has options that are no flexbuffer map; the file is damaged");
    const flexbuffers::Map map = flexbuffers::GetRoot(bytes).AsMap();
    std::string missing;
    auto number = [&](const char *name) {
        const flexbuffers::Reference value = map[name];
        if (!value.IsNumeric())
            missing = name;
        return value.IsNumeric() ? value.AsDouble() : 0.0;
    };
    auto count = [&](const char *name) { return std::clamp<int64_t>(integerOf(number(name)), -1, 1 << 20); };
    DetectionOptions options;
    options.detections = count("max_detections");
    options.classes = count("num_classes");
    options.classesPerBox = count("max_classes_per_detection");
    options.detectionsPerClass = map["detections_per_class"].IsNull() ? 100 : count("detections_per_class");
    const flexbuffers::Reference regular = map["use_regular_nms"];
    options.eachClass = regular.IsBool() ? regular.AsBool() : regular.IsNumeric() && regular.AsDouble() != 0;
    options.scoreThreshold = float(number("nms_score_threshold"));
    options.overlapThreshold = float(number("nms_iou_threshold"));
    options.yScale = float(number("y_scale"));
    options.xScale = float(number("x_scale"));
    options.hScale = float(number("h_scale"));
    options.wScale = float(number("w_scale"));
    if (!missing.empty())
        return node.error("lacks the number '" + missing + "' in its options; the file is damaged");
    if (options.detections < 1 || options.classes < 1 || options.classesPerBox < 1 || options.detectionsPerClass < 1)
        return node.error("has options that ask for no detections; the file is damaged");
    return options;
}

/// The code of one detection: follows TensorFlow Lite's detection_postprocess, with ties going to the lower index and
/// zeros where there is no detection.
class Detection {
public:
    Detection(const Node &node, const DetectionOptions &options, Procedure &p)
        : node(node), options(options), p(p), boxCount(node.shape(0)[1]), f32(p.b.getF32Type()),
          background(node.shape(1)[2] - options.classes), boxesOut(p.result(0)), classesOut(p.result(1)),
          scoresOut(p.result(2)), countOut(p.result(3)), corners(p.result(4)), order(p.result(5)), chosen(p.result(6)),
          best(p.result(7))
    {
    }

    void emit()
    {
        p.loop(0, boxCount, [&](Scalar box) { decode(box); });
        Scalar found = options.eachClass ? suppressEachClass() : suppressTogether();
        countOut(0) = found.toIndex().to(p.b.getI32Type()).to(f32);
    }

private:
    Scalar index(int64_t i) { return p.index(i); }

    /// An element of an input as a real number.
    Scalar real(unsigned input, Scalars place)
    {
        Scalar stored = p.input(input).at(place);
        if (!node.quantization(input))
            return stored;
        return (stored.to(f32) - double(node.zeroPoint(input))) * double(node.scale(input));
    }

    Scalar score(Scalar box, Scalar klass) { return real(1, {index(0), box, klass + double(background)}); }

    /// Centre and size relative to the anchor, to corners. In double precision, as the reference does it.
    void decode(Scalar box)
    {
        const Type f64 = p.b.getF64Type();
        auto encoded = [&](int64_t i) { return real(0, {index(0), box, index(i)}).to(f64); };
        auto anchor = [&](int64_t i) { return real(2, {box, index(i)}).to(f64); };
        auto centre = [&](int64_t i, double scale) { return (encoded(i) / scale * anchor(i + 2) + anchor(i)).to(f32); };
        auto half = [&](int64_t i, double scale) {
            Scalar size = p.scalar(math::ExpOp::create(p.b, p.loc, (encoded(i) / scale).value));
            return (size * 0.5 * anchor(i)).to(f32);
        };
        Scalar y = centre(0, options.yScale), x = centre(1, options.xScale);
        Scalar halfHeight = half(2, options.hScale), halfWidth = half(3, options.wScale);
        corners(box, 0) = y - halfHeight;
        corners(box, 1) = x - halfWidth;
        corners(box, 2) = y + halfHeight;
        corners(box, 3) = x + halfWidth;
    }

    /// Boxes that reach the threshold, best first and without those that overlap a better one, `limit` at most, into
    /// `order`. Gives their number.
    Scalar suppress(int64_t limit, function_ref<Scalar(Scalar box)> scoreOf)
    {
        Scalar count = p.loop(0, boxCount, {index(0)}, [&](Scalar box, Scalars c) -> Scalars {
            Scalar taken = scoreOf(box) >= options.scoreThreshold;
            p.when(taken, [&] { order(c[0]) = box; });
            return {select(taken, c[0] + 1, c[0])};
        })[0];
        auto slots = [&](Scalar i) { return order(i); };
        sortSlots(p, count, slots, [&](Scalar a, Scalar b) {
            Scalar scoreOfA = scoreOf(a), scoreOfB = scoreOf(b);
            return comesBefore(a, scoreOfA, b, scoreOfB, true);
        });
        return keepBest(p, count, index(limit), slots, [&](Scalar kept, Scalar box) {
            const Box a = boxAt(corners, {kept}), b = boxAt(corners, {box});
            return overlap(a, b) > options.overlapThreshold;
        });
    }

    void writeBox(Scalar detection, Scalar box)
    {
        p.loop(0, 4, [&](Scalar i) { boxesOut(0, detection, i) = corners(box, i); });
    }

    void writeNothing(Scalar detection)
    {
        p.loop(0, 4, [&](Scalar i) { boxesOut(0, detection, i) = 0; });
        classesOut(0, detection) = 0;
        scoresOut(0, detection) = 0;
    }

    /// "Fast": boxes compete by their best class, and come with so many of their classes.
    Scalar suppressTogether()
    {
        const int64_t classes = std::min(options.classesPerBox, options.classes), results = options.classesPerBox;
        p.loop(0, boxCount, [&](Scalar box) {
            best(box) = p.loop(1, options.classes, {score(box, index(0))}, [&](Scalar klass, Scalars c) -> Scalars {
                Scalar other = score(box, klass);
                return {select(c[0] < other, other, c[0])};
            })[0];
        });
        Scalar count = suppress(options.detections, [&](Scalar box) -> Scalar { return best(box); });
        p.loop(0, options.detections * results, [&](Scalar detection) { writeNothing(detection); });
        p.loop(0, count, [&](Scalar i) {
            Scalar box = Scalar(order(i)).toIndex();
            selectFirst(
                p, classes, options.classes, [&](Scalar j) { return chosen(j); },
                [&](Scalar a, Scalar b) {
                    Scalar scoreOfA = score(box, a), scoreOfB = score(box, b);
                    return comesBefore(a, scoreOfA, b, scoreOfB, true);
                });
            p.loop(0, classes, [&](Scalar j) {
                Scalar detection = i * double(results) + j, klass = chosen(j);
                writeBox(detection, box);
                classesOut(0, detection) = klass.to(f32);
                scoresOut(0, detection) = score(box, klass.toIndex());
            });
        });
        return count;
    }

    /// "Regular": boxes compete within each class; the best of all classes are inserted into the result as they come.
    Scalar suppressEachClass()
    {
        const int64_t limit = options.detections;
        Scalar count = p.loop(0, options.classes, {index(0)}, [&](Scalar klass, Scalars c) -> Scalars {
            auto scoreOf = [&](Scalar box) { return score(box, klass); };
            Scalar kept = suppress(options.detectionsPerClass, scoreOf);
            return p.loop(0, kept, {c[0]}, [&](Scalar i, Scalars d) {
                Scalar box = Scalar(order(i)).toIndex(), mine = scoreOf(box);
                Scalar isFull = d[0] == double(limit), lastSlot = select(isFull, index(limit - 1), d[0]);
                Scalar isWorse = p.both(isFull, [&] { return Scalar(scoresOut(0, limit - 1)) >= mine; });
                return p.choose(
                    isWorse, [&] { return d; },
                    [&]() -> Scalars {
                        insert(lastSlot, box, klass, mine);
                        return {lastSlot + 1};
                    });
            });
        })[0];
        p.loop(count, limit, [&](Scalar detection) { writeNothing(detection); });
        p.loop(0, count, [&](Scalar detection) { writeBox(detection, Scalar(chosen(detection)).toIndex()); });
        return count;
    }

    /// Moves worse detections down from below `hole` and puts one in between.
    void insert(Scalar lastSlot, Scalar box, Scalar klass, Scalar itsScore)
    {
        Scalar hole = p.loopWhile(
            {lastSlot},
            [&](Scalars c) { return p.both(c[0] > 0, [&] { return Scalar(scoresOut(0, c[0] - 1)) < itsScore; }); },
            [&](Scalars c) -> Scalars {
                scoresOut(0, c[0]) = scoresOut(0, c[0] - 1);
                classesOut(0, c[0]) = classesOut(0, c[0] - 1);
                chosen(c[0]) = chosen(c[0] - 1);
                return {c[0] - 1};
            })[0];
        scoresOut(0, hole) = itsScore;
        classesOut(0, hole) = klass.to(p.b.getI32Type()).to(f32);
        chosen(hole) = box;
    }

    const Node &node;
    const DetectionOptions &options;
    Procedure &p;
    const int64_t boxCount;
    const Type f32;
    const int64_t background; // classes in front of those that count
    Buffer boxesOut, classesOut, scoresOut, countOut;
    Buffer corners, order, chosen, best; // scratch; `chosen` are classes of one box, or boxes of the detections
};

Outputs detectionPostProcess(Node &node)
{
    FailureOr<DetectionOptions> options = readOptions(node);
    if (failed(options) || failed(node.requireRank(0, 3)) || failed(node.requireRank(1, 3)) ||
        failed(node.requireRank(2, 2)))
        return failure();
    for (unsigned i = 0; i < 3; ++i)
        if (node.quantization(i) ? failed(node.requirePerTensor(i)) : failed(node.requireFloat(i)))
            return failure();
    const ArrayRef<int64_t> boxes = node.shape(0), scores = node.shape(1), anchors = node.shape(2);
    if (boxes[0] != 1 || scores[0] != 1 || scores[1] != boxes[1] || anchors[0] != boxes[1] || boxes[2] < 4 ||
        anchors[1] != 4 || scores[2] < options->classes || scores[2] > options->classes + 1)
        return node.error("has boxes, scores and anchors that do not fit each other; the file is damaged");
    const int64_t rows = options->detections * (options->eachClass ? 1 : options->classesPerBox);
    if (failed(node.requireSize({rows, 4})))
        return failure();
    const Type f32 = node.g.b.getF32Type(), i32 = node.g.b.getI32Type();
    auto tensor = [](ArrayRef<int64_t> shape, Type element) { return RankedTensorType::get(shape, element); };
    const int64_t chosen = options->eachClass ? rows : std::min(options->classesPerBox, options->classes);
    SmallVector<RankedTensorType> results{
        tensor({1, rows, 4}, f32),  tensor({1, rows}, f32), tensor({1, rows}, f32), tensor(1, f32),
        tensor({boxes[1], 4}, f32), tensor(boxes[1], i32),  tensor(chosen, i32)};
    if (!options->eachClass)
        results.push_back(tensor(boxes[1], f32));
    if (boxes[1] == 0)
        return SmallVector<Value>(llvm::map_range(ArrayRef(results).take_front(4),
                                                  [&](RankedTensorType type) { return node.g.splat(type, 0); }));
    SmallVector<Value> inputs{node.storage(0), node.storage(1), node.storage(2)};
    SmallVector<Value> outputs =
        procedure(node.g, inputs, results, {}, [&](Procedure &p) { Detection(node, *options, p).emit(); });
    return SmallVector<Value>(outputs.begin(), outputs.begin() + 4);
}

// ---- Suppression alone -------------------------------------------------------------------------------------

/// NON_MAX_SUPPRESSION_V4 and V5: `selections` rows, of which those that no box takes are zeros.
struct Suppression {
    int64_t boxCount, selections;
    Procedure &p;
    Buffer boxes = p.input(0), scores = p.input(1);

    Scalar limit(unsigned i) { return p.input(i)(); }
    Scalar overlapOf(Scalar a, Scalar b)
    {
        const Box first = boxAt(boxes, {a}), second = boxAt(boxes, {b});
        return overlap(first, second);
    }

    /// V4: as many of the boxes above the score as do not overlap a better one that much.
    void suppressHard()
    {
        Buffer selected = p.result(0), count = p.result(1), order = p.result(2);
        Scalar overlapLimit = limit(2), scoreLimit = limit(3);
        Scalar candidates = p.loop(0, boxCount, {p.index(0)}, [&](Scalar box, Scalars c) -> Scalars {
            Scalar taken = Scalar(scores(box)) > scoreLimit;
            p.when(taken, [&] { order(c[0]) = box; });
            return {select(taken, c[0] + 1, c[0])};
        })[0];
        auto slots = [&](Scalar i) { return order(i); };
        sortSlots(p, candidates, slots, [&](Scalar x, Scalar y) {
            Scalar a = scores(x), b = scores(y);
            return comesBefore(x, a, y, b, true);
        });
        Scalar kept = keepBest(p, candidates, p.index(selections), slots,
                               [&](Scalar better, Scalar box) { return overlapOf(better, box) >= overlapLimit; });
        p.loop(0, kept, [&](Scalar i) { selected(i) = order(i); });
        p.loop(kept, selections, [&](Scalar i) { selected(i) = 0; });
        count() = kept;
    }

    /// V5: overlap with a better box lowers a score by a bell curve. The box whose score is the highest is lowered by
    /// those selected since it was last looked at; it is selected if that changes nothing.
    void suppressSoftly()
    {
        Buffer selected = p.result(0), selectedScores = p.result(1), count = p.result(2);
        Buffer current = p.result(3), seen = p.result(4); // score by box; how many selected ones it was compared with
        Scalar overlapLimit = limit(2), scoreLimit = limit(3), sigma = limit(4);
        Scalar zero = p.number(sigma.type(), 0);
        Scalar curve = p.choose(
            sigma > zero, [&]() -> Scalars { return {p.number(sigma.type(), -0.5) / sigma}; },
            [&]() -> Scalars { return {zero}; })[0];
        p.loop(0, boxCount, [&](Scalar box) {
            current(box) = scores(box);
            seen(box) = 0;
        });
        p.loop(0, selections, [&](Scalar i) {
            selected(i) = 0;
            selectedScores(i) = 0;
        });
        auto highest = [&] {
            return p.loop(1, boxCount, {p.index(0)}, [&](Scalar box, Scalars c) -> Scalars {
                Scalar score = current(box), best = current(c[0]);
                return {select(score > best, box, c[0])};
            })[0];
        };
        auto lower = [&](Scalar box, Scalar score, Scalar found) {
            // Carried: the next one to compare with, from the last selected back; the score; whether it is out.
            return p.loopWhile(
                {found, score, p.truth(false)},
                [&](Scalars c) { return (c[0] > Scalar(seen(box)).toIndex()) & (c[1] > scoreLimit) & !c[2]; },
                [&](Scalars c) -> Scalars {
                    Scalar other = Scalar(selected(c[0] - 1)).toIndex(), share = overlapOf(box, other);
                    Scalar factor = p.scalar(math::ExpOp::create(p.b, p.loc, (curve * share * share).value));
                    return {c[0] - 1, c[1] * factor, share >= overlapLimit};
                });
        };
        count() = p.loopWhile(
            {p.index(0), highest()},
            [&](Scalars c) {
                return p.both(c[0] < double(selections), [&] { return Scalar(current(c[1])) > scoreLimit; });
            },
            [&](Scalars c) -> Scalars {
                Scalar found = c[0], box = c[1], score = current(box);
                Scalars lowered = lower(box, score, found);
                seen(box) = found;
                Scalar out = lowered[2], isSelected = !out & (lowered[1] == score);
                p.when(isSelected, [&] {
                    selected(found) = box;
                    selectedScores(found) = score;
                });
                // What is selected or suppressed takes part no more.
                current(box) = select(out | isSelected, scoreLimit, lowered[1]);
                return {select(isSelected, found + 1, found), highest()};
            })[0];
    }
};

Outputs nonMaxSuppression(Node &node, bool soft)
{
    FailureOr<int64_t> selections = node.constantInteger(2, "the number of boxes to select");
    if (failed(selections) || failed(node.requireRank(0, 2)) || failed(node.requireRank(1, 1)))
        return failure();
    SmallVector<Value> inputs;
    for (unsigned i : {0u, 1u, 3u, 4u, 5u}) {
        if (i == 5 && !soft)
            continue;
        if (failed(node.requireFloat(i)) || (i > 1 && failed(node.requireRank(i, 0))))
            return failure();
        inputs.push_back(node.input(i));
    }
    const int64_t boxCount = node.shape(0)[0];
    if (node.shape(0)[1] != 4 || node.shape(1)[0] != boxCount || *selections < 0)
        return node.error("has boxes, scores and a number that do not fit each other; the file is damaged");
    if (failed(node.requireSize(*selections)))
        return failure();
    const Type f32 = node.g.b.getF32Type(), i32 = node.g.b.getI32Type();
    SmallVector<RankedTensorType> results{RankedTensorType::get(*selections, i32), RankedTensorType::get({}, i32)};
    if (soft)
        results.insert(results.begin() + 1, RankedTensorType::get(*selections, f32));
    const size_t outputs = results.size();
    SmallVector<Value> values;
    if (*selections == 0 || boxCount == 0) {
        for (RankedTensorType type : results)
            values.push_back(node.g.splat(type, 0));
        return values;
    }
    if (soft)
        results.push_back(RankedTensorType::get(boxCount, f32));
    results.push_back(RankedTensorType::get(boxCount, i32));
    values = procedure(node.g, inputs, results, {}, [&](Procedure &p) {
        Suppression code{boxCount, *selections, p};
        soft ? code.suppressSoftly() : code.suppressHard();
    });
    values.truncate(outputs);
    return values;
}

Outputs nonMaxSuppressionV4(Node &node) { return nonMaxSuppression(node, false); }
Outputs nonMaxSuppressionV5(Node &node) { return nonMaxSuppression(node, true); }

} // namespace

ArrayRef<Entry> detectionOperators()
{
    static const Entry entries[] = {
        {tflite::BuiltinOperator_CUSTOM,
         detectionPostProcess,
         3,
         "float32, uint8, int8",
         {},
         4,
         "TFLite_Detection_PostProcess"},
        {tflite::BuiltinOperator_NON_MAX_SUPPRESSION_V4, nonMaxSuppressionV4, 5, "float32", {}, 2},
        {tflite::BuiltinOperator_NON_MAX_SUPPRESSION_V5, nonMaxSuppressionV5, 6, "float32", {}, 3},
    };
    return entries;
}

} // namespace barecc::tflite_import
