// Tables and numbers for people.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace barecc {

/// "512 B", "12.3 KiB", "4.01 MiB": three digits that count.
std::string bytesToString(int64_t bytes);

/// "512", "12.3 k", "569 M", "1.14 G".
std::string countToString(double count);

/// "741 ns", "12.3 us", "4.56 ms", "1.20 s".
std::string durationToString(double nanoseconds);

/// `text` fit for a terminal (driver/Printable.h); where it is wider than `width` columns its front gives way to "...",
/// since the end of a node's name says more than its beginning.
std::string printable(llvm::StringRef text, size_t width);

/// Columns as wide as their widest cell, two spaces apart.
class Table {
public:
    enum Align { Left, Right };

    void column(llvm::StringRef title, Align align = Left);
    void row(std::vector<std::string> cells);
    /// A line across; what follows are totals.
    void rule();
    void print(llvm::raw_ostream &os) const;

private:
    struct Column {
        std::string title;
        Align align;
    };
    std::vector<Column> columns;
    std::vector<std::vector<std::string>> rows; ///< An empty row is a rule.
};

} // namespace barecc
