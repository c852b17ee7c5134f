# Writes OUTPUT, a C++ source that defines the text of INPUT as barecc::SYMBOL. See barecc_embed.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"llvm/ADT/StringRef.h\"
static const char text[] = {${bytes}0};
namespace barecc {
extern const llvm::StringRef ${SYMBOL};
const llvm::StringRef ${SYMBOL}(text, sizeof text - 1);
}
")
