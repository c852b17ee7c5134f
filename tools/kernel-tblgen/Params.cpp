// Params structs as attributes of the kernel dialect: paramsAttr(b, p) of each struct.
#include "tools/kernel-tblgen/Backends.h"

using namespace llvm;

namespace barecc {

/// The C++ expression of the attribute of a field.
static std::string attribute(StringRef type, StringRef name)
{
    const StringRef make = type == "int32_t" ? "b.getI32IntegerAttr("
                           : type == "float" ? "b.getF32FloatAttr("
                                             : "paramsAttr(b, ";
    return (make + "p." + name + ")").str();
}

void printParams(raw_ostream &os, const RecordKeeper &records)
{
    for (const Record *params : records.getAllDerivedDefinitions("Params"))
        os << "#include \"kernels/params/" << params->getName() << ".h\"\n";
    os << "\nnamespace barecc {\n";
    std::vector<const Record *> inOrder = records.getAllDerivedDefinitions("Params").vec();
    llvm::sort(inOrder, [](const Record *a, const Record *b) { return a->getID() < b->getID(); });
    for (const Record *params : inOrder) { // those that others contain come first
        os << "\ninline kernel::ParamsAttr paramsAttr(mlir::Builder &b, const " << params->getName() << " &p)\n{\n"
           << "    return kernel::ParamsAttr::get(b.getContext(), b.getStringAttr(\"" << params->getName()
           << "\"), {\n";
        for (const Record *fields : params->getValueAsListOfDefs("fields"))
            for (StringRef name : fields->getValueAsListOfStrings("names"))
                os << "        b.getNamedAttr(\"" << name << "\", " << attribute(fields->getValueAsString("type"), name)
                   << "),\n";
        os << "    });\n}\n";
    }
    os << "\n} // namespace barecc\n";
}

} // namespace barecc
