#include "compiler/emit/CLibrary.h"

#include "compiler/emit/CLexer.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace barecc {
namespace {

bool isMathFunction(StringRef name)
{
    // Each is there for double, and with an f at its end for float.
    static const StringSet<> mathFunctions{
        "acos",      "acosh",     "asin",  "asinh",     "atan",   "atan2", "atanh", "cbrt",    "ceil",   "copysign",
        "cos",       "cosh",      "erf",   "erfc",      "exp",    "exp2",  "expm1", "fabs",    "fdim",   "floor",
        "fma",       "fmax",      "fmin",  "fmod",      "frexp",  "hypot", "ilogb", "ldexp",   "lgamma", "llrint",
        "llround",   "log",       "log10", "log1p",     "log2",   "logb",  "lrint", "lround",  "modf",   "nan",
        "nearbyint", "nextafter", "pow",   "remainder", "remquo", "rint",  "round", "scalbln", "scalbn", "sin",
        "sinh",      "sqrt",      "tan",   "tanh",      "tgamma", "trunc"};
    return mathFunctions.contains(name) || (name.ends_with("f") && mathFunctions.contains(name.drop_back()));
}

/// The header of a name that is no function of math.h; or nothing.
StringRef headerOf(StringRef name)
{
    static const StringSet<> mathMacros{"INFINITY", "NAN",   "HUGE_VAL", "HUGE_VALF", "isfinite",
                                        "isinf",    "isnan", "isnormal", "signbit",   "fpclassify"};
    static const StringSet<> memory{"memcpy", "memmove", "memset", "memcmp", "memchr", "strlen", "strcmp"};
    static const StringSet<> definitions{"NULL", "offsetof", "ptrdiff_t", "size_t"};
    static const Regex integers("^(u?int((_least|_fast)?(8|16|32|64)|max|ptr)_t|"
                                "U?INT((_LEAST|_FAST)?(8|16|32|64)|MAX|PTR)_(MIN|MAX)|U?INT(8|16|32|64|MAX)_C|"
                                "SIZE_MAX|PTRDIFF_(MIN|MAX))$");
    if (mathMacros.contains(name))
        return "math.h";
    if (memory.contains(name))
        return "string.h";
    if (definitions.contains(name))
        return "stddef.h";
    return integers.match(name) ? "stdint.h" : "";
}

} // namespace

std::set<std::string> cLibraryHeaders(StringRef text)
{
    std::set<std::string> headers;
    StringSet<> seen;
    forEachIdentifier(text, [&](StringRef name) {
        if (seen.insert(name).second)
            if (const StringRef header = headerOf(name); !header.empty())
                headers.insert(header.str());
        if (isMathFunction(name) && StringRef(name.end(), text.end() - name.end()).ltrim().starts_with("("))
            headers.insert("math.h");
    });
    return headers;
}

bool isCLibraryHeader(StringRef header)
{
    return header == "math.h" || header == "stddef.h" || header == "stdint.h" || header == "string.h";
}

} // namespace barecc
