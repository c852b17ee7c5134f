// The roles of operands and the types of elements as C++ enumerations.
#include "tools/kernel-tblgen/Backends.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace barecc {

/// An enumeration of the defs of a class, and a table of what their string field says.
static void printEnum(raw_ostream &os, StringRef enumeration, ArrayRef<const Record *> defs, StringRef table,
                      StringRef field)
{
    std::vector<std::string> names, texts;
    for (const Record *def : defs) {
        names.push_back(def->getName().str());
        texts.push_back(("\"" + def->getValueAsString(field) + "\"").str());
    }
    os << "enum class " << enumeration << " { " << join(names, ", ") << " };\n"
       << "constexpr llvm::StringLiteral " << table << "[] = {" << join(texts, ", ") << "};\n";
}

void printEnums(raw_ostream &os, const RecordKeeper &records)
{
    printEnum(os, "Role", records.getAllDerivedDefinitions("Role"), "roleNameTable", "name");
    printEnum(os, "OperandType", records.getAllDerivedDefinitions("OperandType"), "operandTypeTable", "c");
}

} // namespace barecc
