// Untrusted text for a terminal.
#include "compiler/driver/Printable.h"

#include "gtest/gtest.h"

using namespace barecc;

namespace {

TEST(Printable, IsOneLineThatMovesNoCursor)
{
    EXPECT_EQ(printable("conv1/BiasAdd; 'x'"), "conv1/BiasAdd; 'x'");
    EXPECT_EQ(printable("a\nb\tc\x1b[31m\r\x7f"), "a\\nb\\tc\\x1b[31m\\x0d\\x7f");
    EXPECT_EQ(printable(llvm::StringRef("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable("größe 层"), "größe 层");
    EXPECT_EQ(printable("\u202e \u009b"), "\\u202e \\u009b"); // turns the direction; begins a control sequence
    EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // half of a surrogate pair
}

TEST(Printable, NamesLoseTheirMiddle)
{
    EXPECT_EQ(withShortNames("node 'a' (Conv): it's wrong; do so"), "node 'a' (Conv): it's wrong; do so");
    const std::string name(10000, 'n'), cut = std::string(59, 'n') + "..." + std::string(56, 'n');
    EXPECT_EQ(withShortNames("node '" + name + "': bad"), "node '" + cut + "': bad");
    EXPECT_EQ(withShortNames("operator " + name + " of opset 17").size(), strlen("operator  of opset 17") + 120);
    const std::string spaced = "node '" + std::string(1000, ' ') + "'";
    EXPECT_EQ(withShortNames(spaced).size(), strlen("node ") + 120);
    // A character of several bytes stays whole or goes.
    std::string wide;
    for (int i = 0; i < 100; ++i)
        wide += "层";
    EXPECT_EQ(printable(withShortNames(wide)), withShortNames(wide));
}

TEST(Printable, SoDoesAMessage)
{
    std::string list;
    for (int i = 0; i < 10000; ++i)
        list += "'n', ";
    EXPECT_EQ(withShortNames(list).size(), 4000u);
}

} // namespace
