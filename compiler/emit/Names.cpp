#include "compiler/emit/Names.h"

#include "compiler/emit/KernelSource.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace barecc;

namespace {

/// The header of a model is included by C and by C++, in strict and in GNU mode.
constexpr llvm::StringLiteral keywords =
    // C11 and C23
    "auto break case char const continue default do double else enum extern float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "alignas alignof bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual "
    // C++20
    "and and_eq asm bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl concept "
    "const_cast consteval constinit decltype delete dynamic_cast explicit export friend mutable namespace new noexcept "
    "not not_eq operator or or_eq private protected public reinterpret_cast requires static_cast template this throw "
    "try typeid typename using virtual wchar_t xor xor_eq "
    // Macros of gcc and clang without -std=c99, and of Windows' headers
    "alpha bfin hpux i386 i686 linux lm32 m68k mc68000 mips nios2 pyr sparc spu sun sysv unix vax "
    "cdecl far interface near pascal small";

/// C99's functions, types and macros in small letters, and what POSIX and BSD add to math.h. The functions of math.h
/// exist with f and l behind them as well.
constexpr llvm::StringLiteral mathFunctions =
    "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma "
    "fmax fmin fmod frexp hypot ilogb ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan "
    "nearbyint nextafter nexttoward pow remainder remquo rint round scalbln scalbn sin sinh sqrt tan tanh tgamma trunc "
    "drem exp10 finite gamma j0 j1 jn pow10 scalb significand sincos y0 y1 yn";
constexpr llvm::StringLiteral libraryNames =
    "fpclassify isfinite isgreater isgreaterequal isinf isless islessequal islessgreater isnan isnormal isunordered "
    "signbit math_errhandling signgam "
    "memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn strerror strlen strncat strncmp "
    "strncpy strpbrk strrchr strspn strstr strtok strxfrm "
    "abort abs atexit atof atoi atol atoll bsearch calloc div exit free getenv labs ldiv llabs lldiv malloc mblen "
    "mbstowcs mbtowc qsort rand realloc srand strtod strtof strtol strtold strtoll strtoul strtoull system wcstombs "
    "wctomb "
    "clearerr fclose feof ferror fflush fgetc fgetpos fgets fopen fprintf fputc fputs fread freopen fscanf fseek "
    "fsetpos ftell fwrite getc getchar gets perror printf putc putchar puts remove rename rewind scanf setbuf setvbuf "
    "snprintf sprintf sscanf stderr stdin stdout tmpfile tmpnam ungetc vfprintf vfscanf vprintf vscanf vsnprintf "
    "vsprintf vsscanf "
    "asctime clock ctime difftime gmtime localtime mktime strftime time tm lconv localeconv setlocale longjmp setjmp "
    "raise signal va_arg va_copy va_end va_list va_start assert errno offsetof complex imaginary noreturn "
    "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper "
    "main";

llvm::StringSet<> setOf(llvm::StringRef list, llvm::ArrayRef<llvm::StringRef> suffixes = {""})
{
    llvm::StringSet<> set;
    llvm::SmallVector<llvm::StringRef> words;
    llvm::SplitString(list, words);
    for (llvm::StringRef word : words)
        for (llvm::StringRef suffix : suffixes)
            set.insert((word + suffix).str());
    return set;
}

bool isKeyword(llvm::StringRef text)
{
    static const llvm::StringSet<> set = setOf(keywords);
    return set.contains(text);
}

bool isInLibrary(llvm::StringRef text)
{
    static const llvm::StringSet<> others = setOf(libraryNames), functions = setOf(mathFunctions, {"", "f", "l"});
    return others.contains(text) || functions.contains(text);
}

/// All that is declared in kernels/.
const llvm::StringSet<> &namesOfKernels()
{
    static const llvm::StringSet<> names = [] {
        llvm::StringSet<> declared;
        for (llvm::StringRef path : kernelPaths()) {
            KernelSource source;
            llvm::cantFail(source.read(path));
            for (const KernelFile &file : source.files())
                for (const KernelDeclaration &declaration : file.declarations)
                    declared.insert(declaration.name);
        }
        return declared;
    }();
    return names;
}

} // namespace

bool barecc::isCIdentifier(llvm::StringRef text)
{
    auto inside = [](char c) { return llvm::isAlnum(c) || c == '_'; };
    return !text.empty() && !llvm::isDigit(text[0]) && llvm::all_of(text, inside) && !isKeyword(text);
}

std::string barecc::toCIdentifier(llvm::StringRef text)
{
    std::string result;
    for (char c : text) {
        if (llvm::isAlnum(c))
            result += llvm::toLower(c);
        else if (result.empty() || result.back() != '_')
            result += '_';
    }
    llvm::StringRef trimmed = llvm::StringRef(result).trim('_');
    if (isCIdentifier(trimmed))
        return trimmed.str();
    return trimmed.empty() ? "model" : "m_" + trimmed.str();
}

Names::Names(llvm::StringRef model) : model(model)
{
    // Of <model>_run and its callees: parameters and variables that are not made from anything in the model.
    for (const char *name : {"arena", "state", "workspace"})
        taken.insert(name);
    for (const char *function : {"run", "reset"})
        taken.insert((model + "_" + function).str());
    for (const auto &kernelName : namesOfKernels())
        taken.insert(kernelName.getKey());
}

std::string Names::unique(llvm::StringRef base)
{
    std::string name = base.str();
    if (isTaken(name)) {
        unsigned &number = lastNumbers.try_emplace(base, 1).first->second;
        do
            name = (base + "_" + llvm::Twine(++number)).str();
        while (isTaken(name));
    }
    taken.insert(name);
    return name;
}

std::string Names::argument(llvm::StringRef tensor, llvm::StringRef fallback)
{
    constexpr size_t longest = 63; // characters of a name that count, as C99 promises
    std::string name = tensor.empty() ? fallback.str() : toCIdentifier(tensor);
    if (name.size() > longest)
        name = llvm::StringRef(name).take_front(longest).rtrim('_').str();
    if (llvm::StringRef(name).ends_with("_t"))
        name += "_value";
    name = unique(isInLibrary(name) ? "m_" + name : name);
    for (const char *function : {"input", "output", "quantize", "dequantize"}) // that the header has for it
        taken.insert(model + "_" + function + "_" + name);
    return name;
}

std::string Names::external(llvm::StringRef base) { return unique((model + "_" + base).str()); }
