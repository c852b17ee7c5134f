// Constants in C.
#pragma once

#include "tests/kernels/records/Case.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

namespace barecc::kernel_test {

/// Visits bytes as 32-bit words, the last one with zeros behind them; at least one.
inline void forEachWord(Bytes bytes, llvm::function_ref<void(uint32_t)> visit)
{
    bytes.resize(std::max<size_t>((bytes.size() + 3) / 4 * 4, 4));
    for (size_t i = 0; i < bytes.size(); i += 4) {
        uint32_t word;
        std::memcpy(&word, &bytes[i], 4);
        visit(word);
    }
}

/// "const uint32_t name[] ALIGNED = {...};" behind what the caller has written of the declaration.
inline void writeWords(llvm::raw_ostream &os, const llvm::Twine &name, const Bytes &bytes)
{
    os << "const uint32_t " << name << "[] ALIGNED = {";
    size_t written = 0;
    forEachWord(bytes, [&](uint32_t word) {
        os << (written++ % 16 ? "" : "\n   ") << " " << llvm::format_hex(word, 1) << ",";
    });
    os << "\n};\n";
}

} // namespace barecc::kernel_test
