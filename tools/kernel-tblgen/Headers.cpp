// C headers: a params struct each, and the prototype of each kernel, which its C file includes, so that a file which
// disagrees with its record does not compile.
#include "tools/kernel-tblgen/Backends.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TableGen/Error.h"

using namespace llvm;

namespace barecc {

/// "/* text */" below `indent`, wrapped at 120 columns.
static std::string comment(StringRef text, StringRef indent)
{
    std::string lines = (indent + "/*").str();
    size_t column = lines.size();
    for (StringRef word : split(text, ' ')) {
        if (column + 1 + word.size() > 117) {
            lines += ("\n" + indent + " *").str();
            column = indent.size() + 2;
        }
        lines += (" " + word).str();
        column += 1 + word.size();
    }
    return lines + " */";
}

/// "    int32_t batch;"
static std::string declaration(const Record &fields)
{
    return ("    " + fields.getValueAsString("type") + " " + join(fields.getValueAsListOfStrings("names"), ", ") + ";")
        .str();
}

static std::string paramsHeader(const Record &params)
{
    const std::vector<const Record *> members = params.getValueAsListOfDefs("fields");
    size_t column = 0; // of comments behind declarations
    for (const Record *fields : members)
        column = std::max(column, declaration(*fields).size() + 1);
    std::string includes, body;
    for (const Record *fields : members) {
        const StringRef type = fields->getValueAsString("type"), doc = fields->getValueAsString("doc");
        if (type.ends_with("_params"))
            includes += ("#include \"kernels/params/" + type + ".h\"\n").str();
        const std::string line = declaration(*fields), behind = comment(doc, "");
        if (doc.empty())
            body += line + "\n";
        else if (column + behind.size() <= 120)
            body += line + std::string(column - line.size(), ' ') + behind + "\n";
        else
            body += comment(doc, "    ") + "\n" + line + "\n";
    }
    if (includes.empty())
        includes = "#include <stdint.h>\n";
    return "#pragma once\n\n" + includes + "\n" + comment(params.getValueAsString("doc"), "") + "\ntypedef struct {\n" +
           body + "} " + params.getName().str() + ";\n";
}

static std::string prototypeHeader(const Record &kernel)
{
    const StringRef params = kernel.getValueAsDef("params")->getName();
    std::vector<std::string> parameters{("const " + params + " *params").str()};
    for (const Record *operand : kernel.getValueAsListOfDefs("operands")) {
        const Record *role = operand->getValueAsDef("role");
        parameters.push_back((Twine(role->getName() == "Output" ? "" : "const ") +
                              operand->getValueAsDef("type")->getValueAsString("c") + " *" +
                              role->getValueAsString("name"))
                                 .str());
    }
    if (!kernel.getValueAsString("workspace").empty())
        parameters.push_back("void *workspace");
    return ("#pragma once\n\n#include \"kernel.h\"\n#include \"kernels/params/" + params + ".h\"\n\n" +
            "BARECC_KERNEL void " + kernel.getName() + "(\n    " + join(parameters, ",\n    ") +
            ",\n    int32_t row_begin, int32_t row_end);\n")
        .str();
}

static void writeFile(const Twine &path, StringRef text)
{
    if (ErrorOr<std::unique_ptr<MemoryBuffer>> old = MemoryBuffer::getFile(path); old && (*old)->getBuffer() == text)
        return;
    std::error_code error;
    raw_fd_ostream os(path.str(), error);
    if (error)
        PrintFatalError(path + ": " + error.message());
    os << text;
}

void writeHeaders(StringRef directory, const RecordKeeper &records)
{
    if (std::error_code error = sys::fs::create_directories(directory + "/params"))
        PrintFatalError(directory + ": " + error.message());
    for (const Record *params : records.getAllDerivedDefinitions("Params"))
        writeFile(directory + "/params/" + params->getName() + ".h", paramsHeader(*params));
    for (const Record *kernel : records.getAllDerivedDefinitions("Kernel"))
        writeFile(directory + "/" + kernel->getName() + ".h", prototypeHeader(*kernel));
}

} // namespace barecc
