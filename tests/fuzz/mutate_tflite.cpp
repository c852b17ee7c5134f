#include "tests/fuzz/mutate_tflite.h"
#include "tests/fuzz/numbers.h"

// With tables of all fields, which the importer's own does not have.
#include "tests/fuzz/schema_generated.h"

#include "llvm/ADT/STLExtras.h"

#include <flatbuffers/minireflect.h>

#include <cstring>
#include <vector>

using flatbuffers::ElementaryType;

namespace barecc::fuzz {
namespace {

/// A number in the file.
struct Place {
    uint8_t *bytes;
    ElementaryType type;
};

/// Finds all numbers of a model and the lengths of its vectors.
class Finder : public flatbuffers::IterationVisitor {
public:
    std::vector<Place> numbers;
    std::vector<uint8_t *> lengths;

    void Field(size_t, size_t, ElementaryType type, bool isVector, const flatbuffers::TypeTable *, const char *,
               const uint8_t *value) override
    {
        if (!value)
            return;
        if (isVector)
            lengths.push_back(writable(value) + flatbuffers::ReadScalar<flatbuffers::uoffset_t>(value));
        else
            add(type, value);
    }

    void Element(size_t i, ElementaryType type, const flatbuffers::TypeTable *, const uint8_t *value) override
    {
        // Of weights the first few; what weights are breaks little.
        if (i < 32)
            add(type, value);
    }

private:
    /// The visitor is given what `mutateTFLite` may write.
    static uint8_t *writable(const uint8_t *value) { return const_cast<uint8_t *>(value); }

    void add(ElementaryType type, const uint8_t *value)
    {
        if (type != flatbuffers::ET_STRING && type != flatbuffers::ET_SEQUENCE)
            numbers.push_back({writable(value), type});
    }
};

class Mutator {
public:
    Mutator(Finder found, unsigned seed) : found(std::move(found)), random(seed) {}

    void mutate()
    {
        if (random(8) == 0 && !found.lengths.empty())
            return shorten(found.lengths[random(found.lengths.size())]);
        if (!found.numbers.empty())
            change(found.numbers[random(found.numbers.size())]);
    }

private:
    void shorten(uint8_t *length)
    {
        const auto size = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(length);
        if (size > 0)
            flatbuffers::WriteScalar(length, flatbuffers::uoffset_t(random(size)));
    }

    void change(const Place &place)
    {
        const size_t size = flatbuffers::InlineSize(place.type, nullptr);
        if (place.type == flatbuffers::ET_FLOAT)
            return flatbuffers::WriteScalar(place.bytes, float(random.real()));
        if (place.type == flatbuffers::ET_DOUBLE)
            return flatbuffers::WriteScalar(place.bytes, random.real());
        const Place &other = found.numbers[random(found.numbers.size())];
        if (other.type == place.type && random(2))
            std::memmove(place.bytes, other.bytes, size);
        else if (size == 1)
            *place.bytes = uint8_t(random(2) ? random.integer() : int64_t(random(256)));
        else {
            const int64_t value = random.integer();
            std::memcpy(place.bytes, &value, size); // its low bytes, as the file has them
        }
    }

    Finder found;
    Random random;
};

/// Whether the values of unions that are there have a type, which flatbuffers' verifier does not ask for and its
/// reflection needs.
bool haveTypes(const tflite::Tensor &tensor)
{
    const tflite::QuantizationParameters *quantization = tensor.quantization();
    if (quantization && quantization->details() && quantization->details_type() == tflite::QuantizationDetails_NONE)
        return false;
    if (!tensor.sparsity() || !tensor.sparsity()->dim_metadata())
        return true;
    return llvm::all_of(*tensor.sparsity()->dim_metadata(), [](const tflite::DimensionMetadata *dimension) {
        return (!dimension->array_segments() || dimension->array_segments_type() != tflite::SparseIndexVector_NONE) &&
               (!dimension->array_indices() || dimension->array_indices_type() != tflite::SparseIndexVector_NONE);
    });
}

bool haveTypes(const tflite::Operator &op)
{
    return (!op.builtin_options() || op.builtin_options_type() != tflite::BuiltinOptions_NONE) &&
           (!op.builtin_options_2() || op.builtin_options_2_type() != tflite::BuiltinOptions2_NONE);
}

bool haveTypes(const tflite::Model &model)
{
    auto all = [](const auto *values) {
        return !values || llvm::all_of(*values, [](const auto *value) { return haveTypes(*value); });
    };
    return !model.subgraphs() || llvm::all_of(*model.subgraphs(), [&](const tflite::SubGraph *graph) {
        return all(graph->tensors()) && all(graph->operators());
    });
}

} // namespace

bool mutateTFLite(uint8_t *data, size_t size, unsigned seed)
{
    flatbuffers::Verifier verifier(data, size);
    if (!tflite::VerifyModelBuffer(verifier) || !haveTypes(*tflite::GetModel(data)))
        return false;
    Finder finder;
    flatbuffers::IterateFlatBuffer(data, tflite::ModelTypeTable(), &finder);
    Mutator(std::move(finder), seed).mutate();
    return true;
}

} // namespace barecc::fuzz
