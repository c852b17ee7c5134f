#include "compiler/emit/Weights.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/c/Line.h"
#include "compiler/emit/c/Print.h"
#include "compiler/ir/Constants.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <charconv>
#include <cmath>
#include <map>

using namespace mlir;

namespace barecc {

/// Every array starts at a multiple of this, the widest vector that a kernel loads.
static constexpr int64_t alignment = 64;

Weights::Weights(Names &names, ArrayRef<std::string> wanted, std::vector<std::string> comments,
                 ArrayRef<ElementsAttr> constants)
    : comments(std::move(comments)), constants(constants)
{
    std::map<std::tuple<uint64_t, size_t, std::string>, std::vector<unsigned>> seen;
    for (auto [i, constant] : llvm::enumerate(constants)) {
        ConstantBytes bytes(constant);
        auto &candidates = seen[{llvm::xxh3_64bits(StringRef(bytes.bytes().data(), bytes.bytes().size())),
                                 bytes.bytes().size(), storageCType(constant.getElementType())}];
        auto same = llvm::find_if(candidates, [&](unsigned number) {
            return ConstantBytes(constants[order[number]]).bytes() == bytes.bytes();
        });
        if (same == candidates.end()) {
            candidates.push_back(unsigned(order.size()));
            shared.push_back(unsigned(order.size()));
            order.push_back(unsigned(i));
            symbols.push_back(names.external(wanted[i]));
        } else {
            shared.push_back(*same);
        }
    }
}

int64_t Weights::bytesOf(unsigned i) const
{
    return constants[i].getNumElements() * byteWidth(constants[i].getElementType());
}

int64_t Weights::bytes() const
{
    int64_t total = 0;
    for (unsigned constant : order)
        total += bytesOf(constant);
    return total;
}

/// The array of a constant. C has none of no elements.
c::Declaration Weights::declaration(unsigned i) const
{
    return {"extern const " + storageCType(constants[i].getElementType()),
            symbol(i),
            {},
            std::max<int64_t>(constants[i].getNumElements(), 1)};
}

c::Block Weights::declarations() const
{
    c::Block block;
    for (unsigned constant : order) {
        block.push_back(c::Comment(comments[constant]));
        block.push_back(declaration(constant));
    }
    return block;
}

namespace {

/// The elements of an array, as many on a line as fit.
class ElementLines {
public:
    explicit ElementLines(raw_ostream &os) : os(os) {}

    void add(StringRef element)
    {
        column += strlen(" ") + element.size() + strlen(",");
        if (column > c::width) {
            os << "\n    ";
            column = strlen("    ") + element.size() + strlen(",");
        } else {
            os << ' ';
        }
        os << element << ',';
    }

private:
    raw_ostream &os;
    size_t column = c::width; // of the line that is full already, so that the first element begins one
};

} // namespace

/// Numbers as fast as they can be printed: models hold millions.
template <typename T> static void printNumbers(ElementLines &lines, ArrayRef<T> values, StringRef suffix = {})
{
    char buffer[64];
    for (const T value : values) {
        if constexpr (std::is_floating_point_v<T>) {
            if (!std::isfinite(value)) {
                const char *prefix = std::is_same_v<T, double> ? "(double)" : "";
                lines.add(((value < 0 ? "-" : "") + Twine(prefix) + (std::isnan(value) ? "NAN" : "INFINITY")).str());
                continue;
            }
        }
        char *end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
        if constexpr (std::is_floating_point_v<T>) {
            if (std::find_if(buffer, end, [](char c) { return c == '.' || c == 'e'; }) == end) {
                *end++ = '.';
                *end++ = '0';
            }
        }
        end = llvm::copy(suffix, end);
        lines.add(StringRef(buffer, size_t(end - buffer)));
    }
}

static void printElements(raw_ostream &os, ElementsAttr constant)
{
    ConstantBytes bytes(constant);
    const Type type = constant.getElementType();
    const unsigned width = byteWidth(type);
    ElementLines lines(os);
    if (type.isF32())
        printNumbers(lines, bytes.as<float>(), "f");
    else if (type.isF64())
        printNumbers(lines, bytes.as<double>());
    else if (width == 8) // the literal of the least one has no plain form
        for (const int64_t value : bytes.as<int64_t>())
            lines.add(cLiteral(IntegerType::get(type.getContext(), 64), value));
    else if (width == 4)
        for (const int32_t value : bytes.as<int32_t>())
            lines.add(value == INT32_MIN ? "INT32_MIN" : std::to_string(value));
    else if (width == 2 && isa<FloatType>(type))
        printNumbers(lines, bytes.as<uint16_t>());
    else if (width == 2)
        printNumbers(lines, bytes.as<int16_t>());
    else if (StringRef(storageCType(type)).starts_with("uint"))
        printNumbers(lines, bytes.as<uint8_t>());
    else
        printNumbers(lines, bytes.as<int8_t>());
}

/// Whether the C of a constant has NAN or INFINITY, which are of math.h.
static bool hasNonFinite(ElementsAttr constant)
{
    const Type type = constant.getElementType();
    return (type.isF32() || type.isF64()) && !isFinite(constant);
}

/// Whether its elements have a type of stdint.h, as half floats have too.
static bool hasIntegers(ElementsAttr constant)
{
    return StringRef(storageCType(constant.getElementType())).ends_with("_t");
}

void Weights::printC(raw_ostream &os) const
{
    const auto any = [&](bool (*has)(ElementsAttr)) {
        return llvm::any_of(order, [&](unsigned constant) { return has(constants[constant]); });
    };
    os << "/* Weights, each in the order that its kernel reads it. Generated by barecc. */\n";
    if (any(hasNonFinite))
        os << "#include <math.h>\n";
    if (any(hasIntegers))
        os << "#include <stdint.h>\n";
    if (!order.empty())
        os << "\n#ifdef __GNUC__\n#define ALIGNED __attribute__((aligned(64)))\n#else\n#define ALIGNED\n#endif\n";
    for (unsigned constant : order) {
        const std::string declared = c::print(declaration(constant));
        os << "\n" << c::print(c::Comment(comments[constant])) << declared;
        os << StringRef(declared).drop_front(strlen("extern ")).drop_back(strlen(";\n")) << " ALIGNED = {";
        if (constants[constant].getNumElements() == 0)
            os << "0";
        else
            printElements(os, constants[constant]);
        os << "\n};\n";
    }
    if (order.empty())
        os << "\ntypedef int no_weights; /* C wants at least one declaration */\n";
}

void Weights::printBinary(raw_ostream &os, bool bigEndian) const
{
    uint64_t offset = 0;
    for (unsigned constant : order) {
        const ConstantBytes elements(constants[constant]);
        const StringRef bytes(elements.bytes().data(), elements.bytes().size());
        os.write_zeros(unsigned(llvm::offsetToAlignment(offset, llvm::Align(alignment))));
        offset = llvm::alignTo(offset, alignment) + bytes.size();
        if (!bigEndian) {
            os << bytes;
            continue;
        }
        const size_t width = byteWidth(constants[constant].getElementType());
        for (size_t element = 0; element < bytes.size(); element += width)
            for (char byte : llvm::reverse(bytes.substr(element, width)))
                os << byte;
    }
}

std::string Weights::placement(StringRef binaryFile, bool bigEndian) const
{
    std::string out;
    llvm::raw_string_ostream os(out);
    os << "/* Places " << binaryFile << " in read-only memory; its folder has to be on the assembler's include path.\n"
       << " * Generated by barecc. */\n"
       << "#if __BYTE_ORDER__ != __ORDER_" << (bigEndian ? "BIG" : "LITTLE") << "_ENDIAN__\n#error \"" << binaryFile
       << " is for a processor of the other byte order: compile the model with --weights c\"\n#endif\n"
          "#ifdef __wasm__\n#define OBJECT @object\n    .section .rodata.weights, \"\", @\n"
          "#else\n#define OBJECT %object\n    .section .rodata\n#endif\n";
    int64_t offset = 0;
    for (unsigned constant : order) {
        const std::string name = symbol(constant);
        const int64_t bytes = bytesOf(constant);
        offset = int64_t(llvm::alignTo(uint64_t(offset), alignment));
        os << "    .balign " << alignment << "\n    .globl " << name << "\n    .type " << name << ", OBJECT\n"
           << "    .size " << name << ", " << bytes << "\n"
           << name << ":\n";
        if (bytes > 0) // where it is told to take none, GNU's assembler takes all
            os << "    .incbin \"" << binaryFile << "\", " << offset << ", " << bytes << "\n";
        offset += bytes;
    }
    os << "#ifndef __wasm__\n    .section .note.GNU-stack, \"\"\n#endif\n";
    return out;
}

} // namespace barecc
