#include "compiler/emit/c/Print.h"

#include "compiler/emit/c/Line.h"
#include "compiler/emit/c/Uses.h"

#include "llvm/ADT/StringExtras.h"

namespace barecc::c {
namespace {

/// Appends statements to a text.
class Printer {
public:
    explicit Printer(std::string &text) : text(text) {}

    void block(const Block &block, unsigned indent)
    {
        for (const Stmt &stmt : block)
            std::visit([&](const auto &node) { print(node, indent); }, stmt.node);
    }

private:
    void print(const Declaration &declaration, unsigned indent)
    {
        Line line;
        line.text(declaration.type + (declaration.type.back() == '*' ? "" : " ") + declaration.name);
        if (declaration.extent)
            line.text("[" + std::to_string(*declaration.extent) + "]");
        if (declaration.value) {
            line.text(" = ");
            line.open();
            line.expr(declaration.value, 0);
            line.close();
        }
        finish(line, indent, ";");
    }

    void print(const Assignment &assignment, unsigned indent)
    {
        Line line;
        line.expr(assignment.target, 1);
        line.text(" = ");
        line.open();
        line.expr(assignment.value, 0);
        line.close();
        finish(line, indent, ";");
    }

    void print(const Evaluation &evaluation, unsigned indent)
    {
        Line line;
        line.expr(evaluation.value, 0);
        finish(line, indent, ";");
    }

    void print(const For &loop, unsigned indent)
    {
        Line line;
        line.text("for ");
        line.open("(");
        line.text((loop.type.empty() ? "" : loop.type + " ") + loop.variable + " = ");
        line.expr(loop.begin, 1);
        line.text(";");
        line.space(0);
        line.expr(loop.condition, 1);
        line.text(";");
        line.space(0);
        line.text(loop.variable);
        if (loop.step.kind == Expr::Kind::Literal && loop.step.text == "1") {
            line.text("++");
        } else {
            line.text(" += ");
            line.expr(loop.step, 1);
        }
        line.close(")");
        braces(line, loop.body, indent);
    }

    void print(const While &loop, unsigned indent)
    {
        Line line;
        if (loop.condition)
            condition(line, "while ", loop.condition);
        else
            line.text("for (;;)");
        braces(line, loop.body, indent);
    }

    void print(const If &branch, unsigned indent)
    {
        Line line;
        condition(line, "if ", branch.condition);
        line.text(" {");
        finish(line, indent, "");
        block(branch.then, indent + 4);
        if (!branch.otherwise.empty()) {
            text += std::string(indent, ' ') + "} else {\n";
            block(branch.otherwise, indent + 4);
        }
        text += std::string(indent, ' ') + "}\n";
    }

    void print(const Break &, unsigned indent) { text += std::string(indent, ' ') + "break;\n"; }

    void print(const Comment &comment, unsigned indent)
    {
        text += std::string(indent, ' ') + "/* " + comment.text + " */\n";
    }

    void condition(Line &line, const char *keyword, const Expr &condition)
    {
        line.text(keyword);
        line.open("(");
        line.expr(condition, 0);
        line.close(")");
    }

    void braces(Line &line, const Block &body, unsigned indent)
    {
        line.text(" {");
        finish(line, indent, "");
        block(body, indent + 4);
        text += std::string(indent, ' ') + "}\n";
    }

    void finish(Line &line, unsigned indent, const char *end)
    {
        line.text(end);
        text += line.lines(indent);
    }

    std::string &text;
};

} // namespace

std::string print(const Expr &expr)
{
    Line line;
    line.expr(expr, 0);
    return line.flat();
}

std::string print(const Block &block, unsigned indent)
{
    std::string text;
    Printer(text).block(block, indent);
    return text;
}

std::string printSignature(const Function &function)
{
    Line line;
    line.text(function.specifiers + " " + function.name);
    line.open("(");
    for (size_t i = 0; i < function.parameters.size(); ++i) {
        const Parameter &parameter = function.parameters[i];
        const bool isLast = i + 1 == function.parameters.size();
        line.text(parameter.type + parameter.name + (isLast ? "" : ","));
        if (!isLast)
            line.space(0);
    }
    if (function.parameters.empty())
        line.text("void");
    line.close(")");
    std::string lines = line.lines(0);
    lines.pop_back();
    return lines;
}

/// A comment of these lines, which are wrapped at their spaces.
static std::string comment(const std::vector<std::string> &lines)
{
    std::string text;
    for (llvm::StringRef line : lines) {
        text += text.empty() ? "/*" : "\n *";
        size_t column = 2;
        for (llvm::StringRef word : llvm::split(line, ' ')) {
            if (column + 1 + word.size() + 3 > width) {
                text += "\n *";
                column = 2;
            }
            text += ' ' + word.str();
            column += 1 + word.size();
        }
    }
    return text + " */\n";
}

std::string print(const Function &function)
{
    std::string text;
    if (!function.comments.empty())
        text += comment(function.comments);
    text += printSignature(function) + "\n{\n";
    for (const std::string &parameter : unusedParameters(function))
        text += "    (void)" + parameter + ";\n";
    return text + print(function.body, 4) + "}\n";
}

} // namespace barecc::c
