// C's trees: what they print, and what is found from them.
#include "compiler/emit/c/Print.h"
#include "compiler/emit/c/Uses.h"

#include "gtest/gtest.h"

using namespace barecc::c;

namespace {

Atom a = Atom::name("a"), b = Atom::name("b"), x = Atom::name("x");

Expr add(Expr left, Expr right) { return binary(Operator::Add, std::move(left), std::move(right)); }
Expr subtract(Expr left, Expr right) { return binary(Operator::Subtract, std::move(left), std::move(right)); }
Expr multiply(Expr left, Expr right) { return binary(Operator::Multiply, std::move(left), std::move(right)); }
Expr both(Expr left, Expr right) { return binary(Operator::And, std::move(left), std::move(right)); }
Expr either(Expr left, Expr right) { return binary(Operator::Or, std::move(left), std::move(right)); }
Expr less(Expr left, Expr right) { return binary(Operator::Less, std::move(left), std::move(right)); }
Expr negated(Expr operand) { return unary(Operator::Negate, std::move(operand)); }

TEST(CTree, ParenthesesKeepTheTree)
{
    EXPECT_EQ(print(subtract(subtract(a, b), x)), "a - b - x");
    EXPECT_EQ(print(subtract(a, subtract(b, x))), "a - (b - x)");
    EXPECT_EQ(print(add(a, add(b, x))), "a + (b + x)"); // the order of a sum matters for floats
    EXPECT_EQ(print(multiply(add(a, b), x)), "(a + b) * x");
    EXPECT_EQ(print(add(multiply(a, b), x)), "a * b + x");
    EXPECT_EQ(print(multiply(a, multiply(b, x))), "a * (b * x)");
    EXPECT_EQ(print(both(a, both(b, x))), "a && b && x");
    EXPECT_EQ(print(negated(negated(a))), "-(-a)");
    EXPECT_EQ(print(negated(add(a, b))), "-(a + b)");
    EXPECT_EQ(print(cast("int8_t", add(a, b))), "(int8_t)(a + b)");
    EXPECT_EQ(print(cast("int8_t", index(a, add(b, x)))), "(int8_t)a[b + x]");
    EXPECT_EQ(print(index(cast("int8_t *", a), b)), "((int8_t *)a)[b]");
    EXPECT_EQ(print(unary(Operator::Not, less(a, b))), "!(a < b)");
    EXPECT_EQ(print(binary(Operator::NotEqual, unary(Operator::Not, a), b)), "(!a) != b");
    EXPECT_EQ(print(binary(Operator::And, unary(Operator::Not, a), b)), "!a && b");
    EXPECT_EQ(print(call("f", list(conditional(a, b, x), add(a, b)))), "f(a ? b : x, a + b)");
}

TEST(CTree, ParenthesesWhereReadersDoubt)
{
    EXPECT_EQ(print(either(both(a, b), x)), "(a && b) || x");
    EXPECT_EQ(print(both(either(a, b), x)), "(a || b) && x");
    EXPECT_EQ(print(both(less(a, b), less(b, x))), "a < b && b < x");
    EXPECT_EQ(print(less(less(a, b), x)), "(a < b) < x");
    EXPECT_EQ(print(binary(Operator::ShiftLeft, a, add(b, x))), "a << (b + x)");
    EXPECT_EQ(print(add(binary(Operator::ShiftLeft, a, b), x)), "(a << b) + x");
    EXPECT_EQ(print(binary(Operator::BitAnd, add(a, b), x)), "(a + b) & x");
    EXPECT_EQ(print(binary(Operator::Equal, binary(Operator::BitAnd, a, b), x)), "(a & b) == x");
    EXPECT_EQ(print(binary(Operator::BitAnd, a, binary(Operator::Equal, b, x))), "a & (b == x)");
    EXPECT_EQ(print(conditional(less(a, b), conditional(a, b, x), add(a, b))), "(a < b) ? (a ? b : x) : (a + b)");
}

TEST(CTree, SignsOfLiterals)
{
    EXPECT_EQ(print(Atom::literal(INT64_MIN).expr()), "-9223372036854775808");
    EXPECT_EQ(print(add(a, Atom::literal(-17))), "a - 17");
    EXPECT_EQ(print(subtract(a, Atom::literal("1.5f", true))), "a + 1.5f");
    EXPECT_EQ(print(multiply(a, Atom::literal(-2))), "a * -2");
    EXPECT_EQ(print(less(a, Atom::literal(-2))), "a < -2");
    EXPECT_EQ(print(negated(Atom::literal(-2))), "-(-2)");
}

TEST(CTree, ArithmeticThatWrapsAroundIsUnsigned)
{
    EXPECT_EQ(print(wrapping(Operator::Add, 32, "int32_t", a, b)), "(int32_t)((uint32_t)a + (uint32_t)b)");
    EXPECT_EQ(print(wrapping(Operator::Add, 32, "int32_t", a, Atom::literal(-5))), "(int32_t)((uint32_t)a - 5u)");
    EXPECT_EQ(print(wrapping(Operator::ShiftLeft, 64, "int64_t", a, Atom::literal(5))), "(int64_t)((uint64_t)a << 5)");
}

TEST(CTree, Indices)
{
    EXPECT_EQ(print(sum(scaled(a, 1), scaled(b, 0))), "a");
    EXPECT_EQ(print(sum(scaled(a, 4), Atom::literal(2))), "a * 4 + 2");
    EXPECT_EQ(print(sum(Atom::literal(0), Atom::literal(0))), "0");
}

/// A call of `function` with so many arguments of about eight columns.
Expr longCall(const std::string &function, unsigned arguments)
{
    std::vector<Expr> list;
    for (unsigned i = 0; i < arguments; ++i)
        list.push_back(Atom::name("operand" + std::to_string(i)));
    return call(function, std::move(list));
}

TEST(CTree, LinesBreakAtTheLoosestOperator)
{
    EXPECT_EQ(print(block(Declaration{"const float", "t0", add(longCall("first", 6), longCall("second", 6))}), 4),
              "    const float t0 = first(operand0, operand1, operand2, operand3, operand4, operand5) +\n"
              "                     second(operand0, operand1, operand2, operand3, operand4, operand5);\n");
    EXPECT_EQ(
        print(block(Assignment{index(a, b), longCall("function", 12)}), 4),
        "    a[b] = function(operand0, operand1, operand2, operand3, operand4, operand5, operand6, operand7, operand8, "
        "operand9,\n"
        "                    operand10, operand11);\n");
    EXPECT_EQ(print(block(Assignment{a, conditional(longCall("f", 2), longCall("g", 5), longCall("h", 4))}), 0),
              "a = f(operand0, operand1) ? g(operand0, operand1, operand2, operand3, operand4)\n"
              "    : h(operand0, operand1, operand2, operand3);\n");
}

TEST(CTree, NoLineIsLongerThan120Columns)
{
    Expr nested = a;
    for (int i = 0; i < 12; ++i)
        nested = call("function_of_some_length", list(std::move(nested), longCall("g", 4)));
    std::string text = print(block(Assignment{a, std::move(nested)}), 8);
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        EXPECT_LE(end - begin, 120u) << text;
}

TEST(CTree, Statements)
{
    Block body = block(If{less(a, b), block(Break()), {}},
                       If{a, block(Assignment{x, a}), block(Evaluation{call("f", list(x))})});
    body.push_back(While{{}, block(Declaration{"int", "v0", {}}, Comment{"why"})});
    EXPECT_EQ(print(block(countedLoop("i", Atom::literal(0), Atom::literal(8), Atom::literal(1), std::move(body)),
                          countedLoop("j", Atom::literal(0), x, Atom::literal(4), {})),
                    0),
              "for (int32_t i = 0; i < 8; i++) {\n"
              "    if (a < b) {\n"
              "        break;\n"
              "    }\n"
              "    if (a) {\n"
              "        x = a;\n"
              "    } else {\n"
              "        f(x);\n"
              "    }\n"
              "    for (;;) {\n"
              "        int v0;\n"
              "        /* why */\n"
              "    }\n"
              "}\n"
              "for (int32_t j = 0; j < x; j += 4) {\n"
              "}\n");
}

TEST(CTree, FunctionsMarkParametersThatTheyDoNotUse)
{
    Function function{{"out[4] = in[4]"}, "static void", "copy", {}, {}};
    function.parameters = {{"const float *restrict ", "in"}, {"float *restrict ", "out"}, {"void *", "workspace"}};
    function.body =
        block(Assignment{index(Atom::name("out"), Atom::literal(0)), index(Atom::name("in"), Atom::literal(0))});
    EXPECT_EQ(print(function), "/* out[4] = in[4] */\n"
                               "static void copy(const float *restrict in, float *restrict out, void *workspace)\n"
                               "{\n"
                               "    (void)workspace;\n"
                               "    out[0] = in[0];\n"
                               "}\n");
    EXPECT_EQ(unusedParameters(function), std::vector<std::string>{"workspace"});
}

TEST(CTree, CommentsBehindDeclarationsBeginInOneColumn)
{
    EXPECT_EQ(print(block(Declaration{"const size_t", "first", Atom::literal(0), std::nullopt, "what"},
                          Declaration{"const size_t", "second", Atom::literal(64), std::nullopt, "why"},
                          Declaration{"int", "v0", {}}, EmptyLine(),
                          Declaration{"const size_t", "third", Atom::literal(8), std::nullopt, "where"}),
                    4),
              "    const size_t first = 0;   /* what */\n"
              "    const size_t second = 64; /* why */\n"
              "    int v0;\n"
              "\n"
              "    const size_t third = 8; /* where */\n");
}

TEST(CTree, LinesOfStatements)
{
    Function function{{"why"}, "int", "f", {{"int ", "unused"}}, {}};
    function.body = block(Comment({{"one"}, {"two"}}), If{a, block(Assignment{x, a}), {}}, Return{x});
    std::vector<int64_t> lines;
    EXPECT_EQ(print(function, lines), "/* why */\n"
                                      "int f(int unused)\n"
                                      "{\n"
                                      "    (void)unused;\n"
                                      "    /* one\n"
                                      "     * two */\n"
                                      "    if (a) {\n"
                                      "        x = a;\n"
                                      "    }\n"
                                      "    return x;\n"
                                      "}\n");
    EXPECT_EQ(lines, (std::vector<int64_t>{4, 6, 9}));
}

TEST(CTree, CommentsAreWrappedAtSpaces)
{
    const std::string x60(60, 'x'), y60(60, 'y');
    EXPECT_EQ(print(Comment({{"key:  " + x60 + " " + y60, 6}, {}, {"end"}})),
              "/* key:  " + x60 + "\n *       " + y60 + "\n *\n * end */\n");
    Function function{{"short", std::string(60, 'x') + " " + std::string(60, 'y')}, "void", "f", {}, {}};
    EXPECT_EQ(print(function),
              "/* short\n * " + std::string(60, 'x') + "\n * " + std::string(60, 'y') + " */\nvoid f(void)\n{\n}\n");
}

TEST(CTree, Initializers)
{
    Expr nested = initializer(list(field("m", Atom::literal(1)), field("n", Atom::literal(2))));
    EXPECT_EQ(print(block(Declaration{"static const size_f32", "size",
                                      initializer(list(field("size", std::move(nested)), field("min", a)))},
                          Declaration{"float *const", "next", initializer(list(a, b)), 2}),
                    0),
              "static const size_f32 size = {.size = {.m = 1, .n = 2}, .min = a};\n"
              "float *const next[2] = {a, b};\n");
}

TEST(CTree, WhatIsUsed)
{
    const Uses uses = usesOf(block(Assignment{index(a, x), call("f", list(b), "scalar.h")},
                                   While{less(Atom::name("v"), x), block(Assignment{Atom::name("v"), x})}));
    EXPECT_EQ(uses.names, (std::set<std::string>{"a", "b", "f", "v", "x"}));
    EXPECT_EQ(uses.headers, (std::set<std::string>{"scalar.h"}));
    EXPECT_EQ(uses.assigned, (std::set<std::string>{"a", "v"}));
    EXPECT_TRUE(mentions(add(a, index(b, x)), "x"));
    EXPECT_FALSE(mentions(call("x", list(a)), "x"));
}

} // namespace
