// Constants in C.
#pragma once

#include "tests/kernels/records/Case.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace barecc::kernel_test {

/// Visits bytes as 32-bit words, the last one with zeros behind them; at least one.
inline void forEachWord(Bytes bytes, llvm::endianness order, llvm::function_ref<void(uint32_t)> visit)
{
    bytes.resize(std::max<size_t>((bytes.size() + 3) / 4 * 4, 4));
    for (size_t i = 0; i < bytes.size(); i += 4)
        visit(llvm::support::endian::read32(&bytes[i], order));
}

/// "const uint32_t name[] ALIGNED = {...};" behind what the caller has written of the declaration.
inline void writeWords(llvm::raw_ostream &os, const llvm::Twine &name, const Bytes &bytes, llvm::endianness order)
{
    os << "const uint32_t " << name << "[] ALIGNED = {";
    size_t written = 0;
    forEachWord(bytes, order, [&](uint32_t word) {
        os << (written++ % 16 ? "" : "\n   ") << " " << llvm::format_hex(word, 1) << ",";
    });
    os << "\n};\n";
}

} // namespace barecc::kernel_test
