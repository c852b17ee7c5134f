// The bytes of a file that need not be what they seem.
#pragma once

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace barecc {

/// The bytes of a regular file, or what a pipe gives until it is closed (/dev/stdin, a shell's <(command)), aligned to 16
/// bytes. They are read into memory, not mapped: where another program cuts a mapped file short, its reader ends by a
/// signal.
///
/// Fails, with a message that does not name the file, where it is anything else (a directory, a device, a socket), has
/// more than `most` bytes (a pipe: than 2 GiB), changes while it is read, or is a pipe that gives nothing for a minute or
/// that nobody opens to write within two seconds.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readWholeFile(llvm::StringRef path, int64_t most);

} // namespace barecc
