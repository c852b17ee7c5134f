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

    void block(const Block &block, unsigned indent, llvm::function_ref<void()> beforeEach = [] {})
    {
        for (size_t i = 0; i < block.size(); ++i) {
            if (hasCommentBehind(block[i]) && (i == 0 || !hasCommentBehind(block[i - 1])))
                commentColumn = widthOf(llvm::ArrayRef(block).drop_front(i).take_while(hasCommentBehind), indent) + 1;
            beforeEach();
            std::visit([&](const auto &node) { print(node, indent); }, block[i].node);
        }
    }

    void print(const Comment &comment, unsigned indent)
    {
        std::string lines;
        for (const CommentLine &line : comment.lines)
            lines += commentLine(line, indent);
        lines[indent] = '/';
        text += lines.insert(lines.size() - 1, " */");
    }

    void print(const Declaration &declaration, unsigned indent)
    {
        const size_t begin = text.size();
        text += lineOf(declaration).lines(indent);
        if (declaration.comment.empty())
            return;
        text.pop_back();
        text.append(std::max(begin + commentColumn, text.size() + 1) - text.size(), ' ');
        text += "/* " + declaration.comment + " */\n";
    }

private:
    static std::string commentLine(const CommentLine &line, unsigned indent)
    {
        const std::string begin = std::string(indent, ' ') + " *";
        std::string lines = begin;
        size_t column = begin.size();
        if (line.text.empty())
            return lines + "\n";
        for (llvm::StringRef word : llvm::split(line.text, ' ')) {
            if (column > begin.size() && column + 1 + word.size() + llvm::StringRef(" */").size() > width) {
                lines += "\n" + begin + std::string(line.hanging, ' ');
                column = begin.size() + line.hanging;
            }
            lines += " " + word.str();
            column += 1 + word.size();
        }
        return lines + "\n";
    }

    static bool hasCommentBehind(const Stmt &stmt)
    {
        auto *declaration = std::get_if<Declaration>(&stmt.node);
        return declaration && !declaration->comment.empty();
    }

    /// Columns up to the end of the longest of some declarations.
    static size_t widthOf(llvm::ArrayRef<Stmt> declarations, unsigned indent)
    {
        size_t columns = 0;
        for (const Stmt &stmt : declarations)
            columns = std::max(columns, indent + lineOf(std::get<Declaration>(stmt.node)).flat().size());
        return columns;
    }

    static Line lineOf(const Declaration &declaration)
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
        line.text(";");
        return line;
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

    void print(const If &branch, unsigned indent, const char *keyword = "if ")
    {
        Line line;
        condition(line, keyword, branch.condition);
        line.text(" {");
        finish(line, indent, "");
        block(branch.then, indent + 4);
        if (const If *next = branch.otherwise.size() == 1 ? std::get_if<If>(&branch.otherwise[0].node) : nullptr)
            return print(*next, indent, "} else if ");
        if (!branch.otherwise.empty()) {
            text += std::string(indent, ' ') + "} else {\n";
            block(branch.otherwise, indent + 4);
        }
        text += std::string(indent, ' ') + "}\n";
    }

    void print(const Break &, unsigned indent) { text += std::string(indent, ' ') + "break;\n"; }

    void print(const Return &statement, unsigned indent)
    {
        Line line;
        line.text("return ");
        line.open();
        line.expr(statement.value, 0);
        line.close();
        finish(line, indent, ";");
    }

    void print(const EmptyLine &, unsigned) { text += '\n'; }

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
    size_t commentColumn = 0; // of comments behind declarations
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
    return llvm::StringRef(line.lines(0)).drop_back().str();
}

std::string print(const Declaration &declaration)
{
    std::string text;
    Printer(text).print(declaration, 0);
    return text;
}

std::string print(const Comment &comment, unsigned indent)
{
    std::string text;
    Printer(text).print(comment, indent);
    return text;
}

std::string print(const Function &function)
{
    std::vector<int64_t> lines;
    return print(function, lines);
}

std::string print(const Function &function, std::vector<int64_t> &lines)
{
    std::string text;
    std::vector<CommentLine> comment;
    for (const std::string &paragraph : function.comments)
        comment.push_back({paragraph});
    if (!comment.empty())
        text += print(Comment(std::move(comment)));
    text += printSignature(function) + "\n{\n";
    for (const std::string &parameter : unusedParameters(function))
        text += "    (void)" + parameter + ";\n";
    size_t counted = 0;
    int64_t line = 0;
    lines.clear();
    Printer(text).block(function.body, 4, [&] {
        line += std::count(text.begin() + ptrdiff_t(counted), text.end(), '\n');
        counted = text.size();
        lines.push_back(line);
    });
    return text + "}\n";
}

} // namespace barecc::c
