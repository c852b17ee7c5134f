#include "compiler/driver/Printable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;

namespace {

constexpr size_t longestName = 120, longestMessage = 4000;

/// Whether a byte is one of those inside a character of UTF-8.
bool isInside(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

std::string shortened(llvm::StringRef text, size_t most)
{
    if (text.size() <= most)
        return text.str();
    size_t head = most / 2, tail = text.size() - (most / 2 - strlen("..."));
    while (head > 0 && isInside(text[head]))
        --head;
    while (tail < text.size() && isInside(text[tail]))
        ++tail;
    return (text.take_front(head) + "..." + text.drop_front(tail)).str();
}

/// The length of the name in quotes that `text` begins with, 0 where there is none. An apostrophe is no quote.
size_t quotedLength(llvm::StringRef text)
{
    if (!text.starts_with("'"))
        return 0;
    for (size_t end = text.find('\'', 1); end != llvm::StringRef::npos; end = text.find('\'', end + 1))
        if (end + 1 == text.size() || !llvm::isAlnum(text[end + 1]))
            return end + 1;
    return 0;
}

} // namespace

std::string barecc::printable(llvm::StringRef text)
{
    std::string line;
    llvm::raw_string_ostream os(line);
    const auto *at = text.bytes_begin();
    while (at != text.bytes_end()) {
        const auto *begin = at;
        llvm::UTF32 character = 0;
        if (llvm::convertUTF8Sequence(&at, text.bytes_end(), &character, llvm::strictConversion) !=
            llvm::conversionOK) {
            at = begin + 1;
            os << "\\x" << llvm::format_hex_no_prefix(*begin, 2);
        } else if (character == '\n') {
            os << "\\n";
        } else if (character == '\t') {
            os << "\\t";
        } else if (llvm::sys::unicode::isPrintable(int(character))) {
            os << llvm::StringRef(reinterpret_cast<const char *>(begin), size_t(at - begin));
        } else if (character < 0x80) {
            os << "\\x" << llvm::format_hex_no_prefix(character, 2);
        } else {
            os << "\\u" << llvm::format_hex_no_prefix(character, 4);
        }
    }
    return line;
}

std::string barecc::withShortNames(llvm::StringRef message)
{
    std::string result;
    while (!message.empty()) {
        size_t length = quotedLength(message);
        if (length == 0)
            length = std::max<size_t>(std::min(message.find(' '), message.size()), 1);
        result += shortened(message.take_front(length), longestName);
        message = message.drop_front(length);
    }
    return shortened(result, longestMessage);
}
