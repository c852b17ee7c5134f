// What reaches a model of the text of kernels/.
#include "compiler/emit/CLexer.h"
#include "compiler/emit/CLibrary.h"
#include "compiler/emit/KernelDeclarations.h"
#include "compiler/emit/KernelText.h"
#include "compiler/kernel/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barecc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> tokens(llvm::StringRef text)
{
    std::vector<std::string> result;
    CLexer lexer(text);
    for (CToken token = lexer.next(); token.kind != CToken::End; token = lexer.next())
        result.push_back(token.text.str());
    return result;
}

std::vector<std::string> identifiers(llvm::StringRef text)
{
    std::vector<std::string> result;
    forEachIdentifier(text, [&](llvm::StringRef name) { result.push_back(name.str()); });
    return result;
}

KernelFile split(std::string text)
{
    KernelFile file;
    file.path = "file.c";
    file.text = std::move(text);
    llvm::Error error = splitDeclarations(file);
    EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
    return file;
}

std::string errorOf(std::string text)
{
    KernelFile file;
    file.path = "file.c";
    file.text = std::move(text);
    return llvm::toString(splitDeclarations(file));
}

std::vector<std::string> names(const KernelFile &file)
{
    std::vector<std::string> result;
    for (const KernelDeclaration &declaration : file.declarations)
        result.push_back(declaration.name.str());
    return result;
}

TEST(CLexer, TellsTokensApart)
{
    EXPECT_THAT(tokens("a->b = .5f + 1e-3F; /* x */ \"a\\\"b\" 'c' // end"),
                ElementsAre("a", "->", "b", "=", ".5f", "+", "1e-3F", ";", "/* x */", "\"a\\\"b\"", "'c'", "// end"));
    EXPECT_THAT(tokens("#define A(b) \\\n    b /* long\n    comment */\nc # d"),
                ElementsAre("#define A(b) \\\n    b /* long\n    comment */", "c", "#", "d"));
    EXPECT_THAT(tokens("/* open"), ElementsAre("/* open"));
    EXPECT_THAT(tokens("\"open"), ElementsAre("\"open"));
}

TEST(CLexer, IdentifiersAreNoMembers)
{
    EXPECT_THAT(identifiers("a.b + c->d - e;"), ElementsAre("a", "c", "e"));
    EXPECT_THAT(identifiers("#define A(b) c(b) \"d\"\n"), ElementsAre("A", "b", "c", "b"));
    EXPECT_EQ(renameIdentifiers("a.a = aa + a;", {{"a", "b"}}), "b.a = aa + b;");
}

TEST(CLibrary, HeadersOfWhatIsUsed)
{
    EXPECT_THAT(cLibraryHeaders("int32_t x = INT32_MAX; size_t s; memcpy(a, b, s);"),
                ElementsAre("stddef.h", "stdint.h", "string.h"));
    EXPECT_THAT(cLibraryHeaders("int remainder = x % y; /* expf() */"), IsEmpty());
    EXPECT_THAT(cLibraryHeaders("y = expf (x);"), ElementsAre("math.h"));
    EXPECT_THAT(cLibraryHeaders("y = -INFINITY;"), ElementsAre("math.h"));
}

TEST(SplitDeclarations, FindsNamesAndUses)
{
    const KernelFile file = split("/* File. */\n\n"
                                  "typedef struct {\n    int32_t a, b;\n} pair; /* behind */\n"
                                  "typedef void visit(const pair *p);\n"
                                  "static const int32_t table[] = {f(1), 2};\n\n"
                                  "/* Adds. */\n"
                                  "static inline int32_t add(const pair *p)\n{\n    return p->a + p->b;\n}\n"
                                  "__attribute__((naked)) static void\nlong_name(int x)\n{\n}\n"
                                  "#define BINARY(name, op) static int name(int a) { return a op ONE; }\n"
                                  "BINARY(increment, +)\n"
                                  "BINARY(decrement, -)\n");
    EXPECT_EQ(file.comment, "/* File. */");
    EXPECT_THAT(names(file),
                ElementsAre("pair", "visit", "table", "add", "long_name", "BINARY", "increment", "decrement"));
    EXPECT_TRUE(file.declarations[0].text.ends_with("/* behind */"));
    EXPECT_TRUE(file.declarations[3].text.starts_with("/* Adds. */"));
    EXPECT_TRUE(file.declarations[4].text.starts_with("__attribute__"));
    EXPECT_TRUE(llvm::is_contained(file.declarations[5].uses, "ONE"));
    EXPECT_FALSE(llvm::is_contained(file.declarations[5].uses, "op"));
    EXPECT_TRUE(llvm::is_contained(file.declarations[6].uses, "BINARY"));
}

TEST(SplitDeclarations, CommentsThatStandAloneBelongToWhatIsAbove)
{
    const KernelFile file = split("typedef int a;\n\n/* More of a. */\n\n/* Of b. */\ntypedef int b;\n");
    ASSERT_THAT(names(file), ElementsAre("a", "b"));
    EXPECT_EQ(file.declarations[0].text, "typedef int a;\n\n/* More of a. */");
    EXPECT_EQ(file.declarations[1].text, "/* Of b. */\ntypedef int b;");
}

TEST(SplitDeclarations, KeepsTheConditionsOfEach)
{
    const KernelFile file =
        split("#if A\n#define X 1\n#elif B\n#define X 2\n#else\nint f(void);\n#endif\nint g(void);\n");
    ASSERT_THAT(names(file), ElementsAre("X", "X", "f", "g"));
    EXPECT_EQ(file.declarations[0].conditions, std::vector<KernelCondition>({{"#if A"}}));
    EXPECT_EQ(file.declarations[1].conditions, std::vector<KernelCondition>({{"#if A", "#elif B"}}));
    EXPECT_EQ(file.declarations[2].conditions, std::vector<KernelCondition>({{"#if A", "#elif B", "#else"}}));
    EXPECT_THAT(file.declarations[3].conditions, IsEmpty());
}

TEST(SplitDeclarations, RefusesWhatItDoesNotUnderstand)
{
    EXPECT_THAT(errorOf("int f(void)\n{\n"), HasSubstr("declaration does not end"));
    EXPECT_THAT(
        errorOf("int f(void)\n{\n#if A\n    if (x) {\n#else\n    while (x) {\n#endif\n    }\n}\nint g(void);\n"),
        HasSubstr("file.c:9: '}' in the first column"));
    EXPECT_THAT(errorOf("#if A\nint f(void);\n"), HasSubstr("without #endif"));
    EXPECT_THAT(errorOf("#error no\n"), HasSubstr("file.c:1: directive at file scope"));
}

std::string withoutSpace(llvm::StringRef text)
{
    std::string result;
    llvm::copy_if(text, std::back_inserter(result), [](char c) { return !llvm::isSpace(c); });
    return result;
}

/// Of every kernel file, alone: nothing but conditionals is left over between its declarations.
TEST(KernelSource, UnderstandsEveryFile)
{
    for (llvm::StringRef path : kernelPaths()) {
        KernelSource source;
        ASSERT_EQ(llvm::toString(source.read(path)), "");
        for (const KernelFile &file : source.files()) {
            std::string left = withoutSpace(file.text);
            auto remove = [&](llvm::StringRef text) {
                const size_t at = left.find(withoutSpace(text));
                ASSERT_NE(at, std::string::npos) << path.str() << ": " << text.str();
                left.erase(at, withoutSpace(text).size());
            };
            remove(file.comment);
            std::set<llvm::StringRef> directives;
            for (const KernelDeclaration &declaration : file.declarations) {
                remove(declaration.text);
                for (const KernelCondition &condition : declaration.conditions)
                    directives.insert(condition.begin(), condition.end());
            }
            for (llvm::StringRef comment : {"/* clang-format off */", "/* clang-format on */"})
                if (llvm::StringRef(file.text).contains(comment))
                    remove(comment);
            // What is left is the conditionals around declarations.
            for (size_t at; (at = left.find("#endif")) != std::string::npos;)
                left.erase(at, 6);
            for (llvm::StringRef directive : directives)
                for (size_t at; (at = left.find(withoutSpace(directive))) != std::string::npos;)
                    left.erase(at, withoutSpace(directive).size());
            EXPECT_EQ(left, "") << file.path.str();
        }
    }
}

/// A kernel's declarations and no others, each defined before it is used.
TEST(KernelText, HoldsWhatIsReachable)
{
    KernelText text(false);
    text.addKernel("max_pool2d_s8", false);
    const KernelText::Text pool = text.textFor("max_pool2d_s8(&geometry, x, y, 0, 4);");
    EXPECT_THAT(pool.declarations, HasSubstr("BARECC_KERNEL void max_pool2d_s8("));
    EXPECT_THAT(pool.declarations, HasSubstr("typedef struct {"));
    EXPECT_THAT(pool.declarations, HasSubstr("/* ---- kernels/params/window2d_params.h */\n\n/* A window"));
    EXPECT_THAT(pool.declarations, Not(HasSubstr("workspace")));
    EXPECT_THAT(pool.declarations, Not(HasSubstr("BARECC_LAYER")));
    EXPECT_THAT(pool.declarations, Not(HasSubstr("clamp_f32")));
    EXPECT_THAT(pool.systemHeaders, ElementsAre("stddef.h", "stdint.h"));
    EXPECT_EQ(pool.processorCheck, "");
}

TEST(KernelText, HelpersOfGeneratedText)
{
    KernelText text(false);
    text.addHeader("scalar.h");
    EXPECT_THAT(text.textFor("y = a;").declarations, IsEmpty());
    EXPECT_EQ(text.textFor("y = saturate_s8(a.maximum_f32);").declarations.find("maximum_f32"), std::string::npos);
    text.addHeader("fixed_point.h");
    EXPECT_THAT(text.textFor("y = rescale(a, 1 << 30, 0);").declarations, HasSubstr("doubling_high_mul("));
}

/// Each version has functions of its own, called after its level; types are shared.
TEST(KernelText, VersionsOfFunctions)
{
    KernelText least(false, {}, {"sse2", {"sse2"}}), best(false, {}, {"avx512", {"sse2", "avx2", "fma", "avx512f"}});
    for (KernelText *text : {&least, &best})
        text->addKernel("softmax_f32", false);
    const std::string call = "softmax_f32(&geometry, x, y, 0, 4);";
    const std::vector<KernelText::Text> texts = KernelText::textsFor({{least, call, ""}, {best, call, ""}});
    EXPECT_THAT(texts[0].declarations, HasSubstr("void softmax_f32_sse2("));
    EXPECT_THAT(texts[0].declarations, HasSubstr("} softmax_f32_params;"));
    EXPECT_EQ(texts[0].layers, "softmax_f32_sse2(&geometry, x, y, 0, 4);");
    EXPECT_THAT(texts[0].processorCheck, HasSubstr("__SSE2__"));
    EXPECT_EQ(texts[0].instructionSetBegin, "");
    EXPECT_THAT(texts[1].declarations, HasSubstr("void softmax_f32_avx512("));
    EXPECT_THAT(texts[1].declarations, Not(HasSubstr("} softmax_f32_params;")));
    EXPECT_EQ(texts[1].layers, "softmax_f32_avx512(&geometry, x, y, 0, 4);");
    EXPECT_THAT(texts[1].instructionSetBegin, HasSubstr("avx512f"));
}

/// The plain kernel of a level does not get the name of the level's own kernel.
TEST(KernelText, NamesOfVersionsDoNotMeet)
{
    KernelText least(false, {}, {"sse2", {"sse2"}}), best(false, {}, {"avx2", {"sse2", "avx2", "fma"}});
    for (KernelText *text : {&least, &best})
        text->addKernel("max_pool2d_f32", false);
    best.addKernel("max_pool2d_f32_avx2", false);
    const std::string call = "max_pool2d_f32(&geometry, x, y, 0, 4);",
                      tuned = "max_pool2d_f32_avx2(&other, y, z, 0, 4);";
    const std::vector<KernelText::Text> texts = KernelText::textsFor({{least, call, ""}, {best, call + tuned, ""}});
    EXPECT_EQ(texts[1].layers, "max_pool2d_f32_avx2_2(&geometry, x, y, 0, 4);" + tuned);
    EXPECT_THAT(texts[1].declarations, HasSubstr("void max_pool2d_f32_avx2_2("));
}

/// A helper of a level does not get the name of a tensor.
TEST(KernelText, NamesOfVersionsDoNotMeetThoseOfTheModel)
{
    KernelText least(false, {}, {"sse2", {"sse2"}}), best(false, {}, {"avx2", {"sse2", "avx2", "fma"}});
    least.addKernel("max_pool2d_f32_sse2", false);
    best.addKernel("max_pool2d_f32_avx2", false);
    const std::string run = "void run(const float *vec_avx2)";
    const std::vector<KernelText::Text> texts = KernelText::textsFor({{least, "", ""}, {best, "", run}});
    EXPECT_THAT(texts[0].declarations, HasSubstr("typedef __m128 vec_sse2;"));
    EXPECT_THAT(texts[1].declarations, HasSubstr("typedef __m256 vec_avx2_2;"));
    EXPECT_EQ(texts[1].functions, run);
}

/// A field that is read by a helper counts; one that only other kernels read does not.
TEST(KernelText, FieldsThatKernelsRead)
{
    KernelText text(false);
    for (const char *kernel : {"conv2d_s8", "avg_pool2d_f32", "avg_pool2d_padded_f32", "softmax_s8"})
        text.addKernel(kernel, false);
    for (const char *field : {"window", "pad_top", "groups", "input_zero_point", "per_channel"})
        EXPECT_TRUE(text.readsField("conv2d_s8", field)) << field;
    for (const char *field : {"pad_bottom", "pad_right"}) {
        EXPECT_FALSE(text.readsField("conv2d_s8", field)) << field;
        EXPECT_FALSE(text.readsField("avg_pool2d_f32", field)) << field;
        EXPECT_TRUE(text.readsField("avg_pool2d_padded_f32", field)) << field;
    }
    EXPECT_FALSE(text.readsField("softmax_s8", "groups"));
}

/// For the same reason no macro gets the name of a member as an argument, where nobody would see that it is one.
TEST(KernelText, MacrosDoNotTakeMembers)
{
    for (llvm::StringRef path : kernelPaths()) {
        KernelSource source;
        ASSERT_EQ(llvm::toString(source.read(path)), "");
        for (const KernelFile &file : source.files())
            for (const KernelDeclaration &declaration : file.declarations) {
                const auto [head, rest] = declaration.text.split(declaration.name);
                if (!declaration.isMacro || !rest.starts_with("("))
                    continue;
                const auto [parameters, body] = rest.split(')');
                std::set<llvm::StringRef> names;
                forEachIdentifier(parameters, [&](llvm::StringRef name) { names.insert(name); });
                forEachMember(body, [&](llvm::StringRef name) {
                    EXPECT_FALSE(names.count(name)) << path.str() << ": " << declaration.text.str();
                });
            }
    }
}

/// Which is what both generated loops and plain kernels use.
TEST(KernelText, HelpersOfTheTarget)
{
    KernelText loops(false, {findFeature("thumb2"), findFeature("dsp")});
    loops.addHeader("scalar.h");
    loops.addHeader("quantize.h");
    const KernelText::Text saturate = loops.textFor("y = saturate_s8(a);");
    EXPECT_THAT(saturate.declarations, HasSubstr("ssat"));
    EXPECT_THAT(saturate.declarations, Not(HasSubstr("HAS_SATURATE_S8")));
    EXPECT_THAT(saturate.declarations, Not(HasSubstr("INT8_MIN ?")));
    EXPECT_THAT(saturate.processorCheck, HasSubstr("with thumb2;"));
    EXPECT_THAT(saturate.processorCheck, Not(HasSubstr("with dsp;")));
    EXPECT_THAT(loops.textFor("y = rescale_narrow(a, b, 0);").declarations, HasSubstr("smmulr"));

    KernelText kernel(false, {findFeature("v8a")});
    kernel.addKernel("conv2d_f16", false);
    const std::string half = kernel.textFor("").declarations;
    EXPECT_THAT(half, HasSubstr("__fp16"));
    EXPECT_THAT(half, Not(HasSubstr("float_from_bits")));
}

/// Kernels of two instruction sets, whose vectors have the same name.
TEST(KernelText, InstructionSetsDoNotMeet)
{
    KernelText text(false);
    text.addKernel("conv2d_f32_avx2", false);
    text.addKernel("conv2d_f32_avx512", false);
    const std::string both = text.textFor("").declarations;
    EXPECT_THAT(both, HasSubstr("typedef __m256 vec_avx2_fma;"));
    EXPECT_THAT(both, HasSubstr("typedef __m512 vec_avx2_fma_avx512f;"));
    EXPECT_THAT(both, HasSubstr("#define TILE_PIXELS_avx2_fma 6"));
    EXPECT_THAT(both, HasSubstr("gemm_band_f32_avx2_fma_avx512f("));
    EXPECT_THAT(identifiers(both), Not(testing::Contains("vec")));
    EXPECT_THAT(both, HasSubstr("} window2d_params;")); // which is the same for both
    EXPECT_EQ(both.find("} window2d_params;"), both.rfind("} window2d_params;"));
}

/// What compilers decide stays; what a file of the instruction set decides is decided.
TEST(KernelText, ConditionsOfKernelsAreDecided)
{
    KernelText text(false);
    text.addKernel("conv2d_f32_vfp", false);
    const std::string vfp = text.textFor("").declarations;
    EXPECT_THAT(vfp, Not(HasSubstr("GEMM_OWN_TILE")));
    EXPECT_THAT(vfp, HasSubstr("#ifdef __GNUC__"));
    EXPECT_THAT(vfp, HasSubstr("#define COPY_FLOATS"));
    EXPECT_THAT(vfp, Not(HasSubstr("#ifndef COPY_FLOATS")));
}

TEST(KernelText, EveryKernelHasItsFile)
{
    for (const KernelRecord &record : kernelRecords())
        EXPECT_TRUE(llvm::is_contained(kernelPaths(), record.path())) << record.path();
}

} // namespace
} // namespace barecc
