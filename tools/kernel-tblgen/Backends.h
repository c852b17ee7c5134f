// What kernel-tblgen makes of the records of compiler/kernel/KernelRecord.td.
#pragma once

#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Record.h"

namespace barecc {

/// kernelRecords(), which compiler/kernel/Registry.cpp includes.
void printRegistry(llvm::raw_ostream &os, const llvm::RecordKeeper &records);

/// The enumerations of roles and element types, which compiler/kernel/Registry.h includes.
void printEnums(llvm::raw_ostream &os, const llvm::RecordKeeper &records);

/// The params structs as attributes, which compiler/kernel/Params.h includes.
void printParams(llvm::raw_ostream &os, const llvm::RecordKeeper &records);

/// A C header for each params struct, params/<struct>.h below `directory`, and one with the prototype of each kernel,
/// <kernel>.h. Files that would stay the same are left alone.
void writeHeaders(llvm::StringRef directory, const llvm::RecordKeeper &records);

} // namespace barecc
