#include "tools/barecc/Text.h"

#include "compiler/driver/Printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

using namespace barecc;

namespace {

/// `value` with three digits that count and the unit it was scaled to by `step`.
std::string scaled(double value, double step, std::initializer_list<const char *> units)
{
    auto unit = units.begin();
    // 999.5 would be printed as 1000.
    for (; value >= 999.5 && unit + 1 != units.end(); ++unit)
        value /= step;
    std::string text;
    llvm::raw_string_ostream os(text);
    if (unit == units.begin() && value == static_cast<int64_t>(value))
        os << static_cast<int64_t>(value);
    else
        os << llvm::format("%.*f", value < 9.995 ? 2 : value < 99.95 ? 1 : 0, value);
    if (**unit)
        os << ' ' << *unit;
    return text;
}

size_t columnWidth(llvm::StringRef text)
{
    int width = llvm::sys::unicode::columnWidthUTF8(text);
    return width < 0 ? text.size() : static_cast<size_t>(width);
}

} // namespace

std::string barecc::bytesToString(int64_t bytes)
{
    return scaled(static_cast<double>(bytes), 1024, {"B", "KiB", "MiB", "GiB"});
}

std::string barecc::countToString(double count) { return scaled(count, 1000, {"", "k", "M", "G", "T"}); }

std::string barecc::durationToString(double nanoseconds) { return scaled(nanoseconds, 1000, {"ns", "us", "ms", "s"}); }

std::string barecc::printable(llvm::StringRef text, size_t width)
{
    const std::string clean = printable(text);
    if (columnWidth(clean) <= width)
        return clean;
    llvm::StringRef tail = clean;
    while (columnWidth(tail) + 3 > width && !tail.empty()) {
        tail = tail.drop_front();
        while (!tail.empty() && (static_cast<unsigned char>(tail[0]) & 0xc0) == 0x80) // inside a character
            tail = tail.drop_front();
    }
    return "..." + tail.str();
}

void Table::column(llvm::StringRef title, Align align) { columns.push_back({title.str(), align}); }

void Table::row(std::vector<std::string> cells)
{
    cells.resize(columns.size());
    rows.push_back(std::move(cells));
}

void Table::rule() { rows.emplace_back(); }

void Table::print(llvm::raw_ostream &os) const
{
    std::vector<size_t> widths;
    for (const Column &column : columns)
        widths.push_back(columnWidth(column.title));
    for (const std::vector<std::string> &cells : rows)
        for (size_t c = 0; c < cells.size(); ++c)
            widths[c] = std::max(widths[c], columnWidth(cells[c]));
    size_t total = 2 * (columns.size() - 1);
    for (size_t width : widths)
        total += width;

    auto printCells = [&](const std::vector<std::string> &cells) {
        std::string line;
        for (size_t c = 0; c < cells.size(); ++c) {
            std::string padding(widths[c] - columnWidth(cells[c]), ' ');
            line += (c ? "  " : "") + (columns[c].align == Right ? padding + cells[c] : cells[c] + padding);
        }
        os << llvm::StringRef(line).rtrim() << '\n';
    };
    std::vector<std::string> titles;
    for (const Column &column : columns)
        titles.push_back(column.title);
    printCells(titles);
    os << std::string(total, '-') << '\n';
    for (const std::vector<std::string> &cells : rows)
        if (cells.empty())
            os << std::string(total, '-') << '\n';
        else
            printCells(cells);
}
