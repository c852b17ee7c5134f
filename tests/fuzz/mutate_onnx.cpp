#include "tests/fuzz/mutate_onnx.h"
#include "tests/fuzz/numbers.h"

#include "compiler/import/Import.h"

#include <onnx/onnx_pb.h>

#include <google/protobuf/message.h>

#include <map>
#include <random>

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace barecc::fuzz {
namespace {

/// A field of a message, set or not.
struct Place {
    Message *message;
    const FieldDescriptor *field;

    const Reflection &reflection() const { return *message->GetReflection(); }
    int size() const { return reflection().FieldSize(*message, field); }
};

class Mutator {
public:
    Mutator(onnx::ModelProto &model, unsigned seed) : random(seed) { gather(model); }

    void mutate()
    {
        if (places.empty())
            return;
        const Place place = places[random(places.size())];
        if (place.field->is_repeated())
            mutateRepeated(place);
        else
            set(place);
    }

private:
    /// All fields below a message; of those that are set, what they hold.
    void gather(Message &message)
    {
        const google::protobuf::Descriptor &type = *message.GetDescriptor();
        messages[&type].push_back(&message);
        for (int i = 0; i < type.field_count(); ++i) {
            const Place place{&message, type.field(i)};
            const bool isSet =
                place.field->is_repeated() ? place.size() > 0 : place.reflection().HasField(message, place.field);
            // What is not set is worth a try now and then.
            if (isSet || random(8) == 0)
                places.push_back(place);
            if (isSet)
                gatherValues(place);
        }
    }

    void gatherValues(const Place &place)
    {
        const Reflection &reflection = place.reflection();
        const int count = place.field->is_repeated() ? place.size() : 1;
        for (int i = 0; i < count; ++i) {
            if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
                gather(place.field->is_repeated() ? *reflection.MutableRepeatedMessage(place.message, place.field, i)
                                                  : *reflection.MutableMessage(place.message, place.field));
            else if (place.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING)
                strings.push_back(place.field->is_repeated()
                                      ? reflection.GetRepeatedString(*place.message, place.field, i)
                                      : reflection.GetString(*place.message, place.field));
        }
    }

    void mutateRepeated(const Place &place)
    {
        const Reflection &reflection = place.reflection();
        const int size = place.size();
        if (size == 0)
            return add(place);
        switch (random(5)) {
        case 0: return reflection.RemoveLast(place.message, place.field);
        case 1: return add(place);
        case 2:
            return reflection.SwapElements(place.message, place.field, int(random(size_t(size))),
                                           int(random(size_t(size))));
        default: setElement(place, int(random(size_t(size))));
        }
    }

    /// A copy of a message of the field's type from anywhere in the model, null where there is none. It is made before
    /// the field is touched, which may free what the model holds.
    std::unique_ptr<Message> anotherFor(const FieldDescriptor *field)
    {
        const std::vector<Message *> &all = messages[field->message_type()];
        if (all.empty())
            return nullptr;
        const Message &chosen = *all[random(all.size())];
        std::unique_ptr<Message> copy(chosen.New());
        copy->CopyFrom(chosen);
        return copy;
    }

    static void replace(Message *message, const std::unique_ptr<Message> &by)
    {
        if (by)
            message->CopyFrom(*by);
    }

    std::string text(const FieldDescriptor *field)
    {
        if (field->name() == "op_type") {
            static const std::vector<SupportedOperator> operators = onnxOperators();
            return operators[random(operators.size())].name;
        }
        std::string value = strings.empty() ? "" : strings[random(strings.size())];
        if (field->type() == FieldDescriptor::TYPE_BYTES && !value.empty())
            value[random(value.size())] = char(random(256));
        return value;
    }

    int enumerator(const FieldDescriptor *field)
    {
        const google::protobuf::EnumDescriptor &type = *field->enum_type();
        return type.value(int(random(size_t(type.value_count()))))->number();
    }

    void set(const Place &place)
    {
        const Reflection &reflection = place.reflection();
        Message *message = place.message;
        const FieldDescriptor *field = place.field;
        if (random(8) == 0)
            return reflection.ClearField(message, field);
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32: return reflection.SetInt32(message, field, int32_t(random.integer()));
        case FieldDescriptor::CPPTYPE_INT64: return reflection.SetInt64(message, field, random.integer());
        case FieldDescriptor::CPPTYPE_UINT64: return reflection.SetUInt64(message, field, uint64_t(random.integer()));
        case FieldDescriptor::CPPTYPE_FLOAT: return reflection.SetFloat(message, field, float(random.real()));
        case FieldDescriptor::CPPTYPE_DOUBLE: return reflection.SetDouble(message, field, random.real());
        case FieldDescriptor::CPPTYPE_ENUM: return reflection.SetEnumValue(message, field, enumerator(field));
        case FieldDescriptor::CPPTYPE_STRING: return reflection.SetString(message, field, text(field));
        case FieldDescriptor::CPPTYPE_MESSAGE: {
            const std::unique_ptr<Message> by = anotherFor(field);
            return replace(reflection.MutableMessage(message, field), by);
        }
        default: return; // ONNX has no others
        }
    }

    void add(const Place &place)
    {
        const Reflection &reflection = place.reflection();
        Message *message = place.message;
        const FieldDescriptor *field = place.field;
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32: return reflection.AddInt32(message, field, int32_t(random.integer()));
        case FieldDescriptor::CPPTYPE_INT64: return reflection.AddInt64(message, field, random.integer());
        case FieldDescriptor::CPPTYPE_UINT64: return reflection.AddUInt64(message, field, uint64_t(random.integer()));
        case FieldDescriptor::CPPTYPE_FLOAT: return reflection.AddFloat(message, field, float(random.real()));
        case FieldDescriptor::CPPTYPE_DOUBLE: return reflection.AddDouble(message, field, random.real());
        case FieldDescriptor::CPPTYPE_STRING: return reflection.AddString(message, field, text(field));
        case FieldDescriptor::CPPTYPE_MESSAGE: {
            const std::unique_ptr<Message> by = anotherFor(field);
            return replace(reflection.AddMessage(message, field), by);
        }
        default: return;
        }
    }

    void setElement(const Place &place, int i)
    {
        const Reflection &reflection = place.reflection();
        Message *message = place.message;
        const FieldDescriptor *field = place.field;
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32:
            return reflection.SetRepeatedInt32(message, field, i, int32_t(random.integer()));
        case FieldDescriptor::CPPTYPE_INT64: return reflection.SetRepeatedInt64(message, field, i, random.integer());
        case FieldDescriptor::CPPTYPE_UINT64:
            return reflection.SetRepeatedUInt64(message, field, i, uint64_t(random.integer()));
        case FieldDescriptor::CPPTYPE_FLOAT:
            return reflection.SetRepeatedFloat(message, field, i, float(random.real()));
        case FieldDescriptor::CPPTYPE_DOUBLE: return reflection.SetRepeatedDouble(message, field, i, random.real());
        case FieldDescriptor::CPPTYPE_STRING: return reflection.SetRepeatedString(message, field, i, text(field));
        case FieldDescriptor::CPPTYPE_MESSAGE: {
            const std::unique_ptr<Message> by = anotherFor(field);
            return replace(reflection.MutableRepeatedMessage(message, field, i), by);
        }
        default: return;
        }
    }

    Random random;
    std::vector<Place> places;
    std::vector<std::string> strings;
    std::map<const google::protobuf::Descriptor *, std::vector<Message *>> messages;
};

} // namespace

size_t mutateOnnx(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    onnx::ModelProto model;
    if (!model.ParseFromArray(data, int(size)))
        return 0;
    Mutator(model, seed).mutate();
    const size_t changed = model.ByteSizeLong();
    return changed <= most && model.SerializeToArray(data, int(changed)) ? changed : 0;
}

} // namespace barecc::fuzz
