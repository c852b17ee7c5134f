#include "compiler/emit/KernelText.h"

#include "compiler/emit/CLexer.h"
#include "compiler/emit/CLibrary.h"
#include "compiler/emit/KernelDeclarations.h"
#include "compiler/kernel/Feature.h"
#include "compiler/kernel/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"

#include <algorithm>

using namespace llvm;

namespace barecc {
namespace {

/// "avx2_fma" of a kernel that asks for these two features; empty of a plain one.
std::string instructionSetOf(const KernelRecord &kernel)
{
    std::string name = join(kernel.features, "_");
    std::replace_if(name.begin(), name.end(), [](char c) { return !isAlnum(c); }, '_');
    return name;
}

/// The header that says how kernels are compiled.
std::string formOf(bool isShared) { return isShared ? "kernels/abi/shared.h" : "kernels/abi/specialised.h"; }

/// Lines that stop a compiler which may not use one of the features.
std::string processorCheck(const std::set<std::string> &features)
{
    std::string text;
    for (const std::string &feature : features)
        if (const Feature *known = findFeature(feature); !known->macro.empty() && known->attribute.empty())
            text += ("#if !" + known->macro + "\n#error \"these kernels need a processor with " + feature +
                     "; tell the compiler which, as the first comment does\"\n#endif\n")
                        .str();
    return text.empty() ? text : text + "\n";
}

} // namespace

void KernelText::addInstructionSet(Text &text) const
{
    SmallSetVector<StringRef, 8> parts;
    for (const std::string &feature : features)
        for (StringRef part : split(findFeature(feature)->attribute, ','))
            if (!part.empty())
                parts.insert(part);
    if (parts.empty())
        return;
    const std::string attributes = join(parts, ",");
    text.instructionSetBegin = "#if defined(__clang__)\n"
                               "#pragma clang attribute push(__attribute__((target(\"" +
                               attributes +
                               "\"))), apply_to = function)\n"
                               "#elif defined(__GNUC__)\n"
                               "#pragma GCC push_options\n"
                               "#pragma GCC target(\"" +
                               attributes +
                               "\")\n"
                               "#endif\n\n";
    text.instructionSetEnd = "#if defined(__clang__)\n"
                             "#pragma clang attribute pop\n"
                             "#elif defined(__GNUC__)\n"
                             "#pragma GCC pop_options\n"
                             "#endif\n\n";
}

void KernelText::addKernel(StringRef name, bool isShared)
{
    const KernelRecord *record = findKernel(name);
    if (!record)
        report_fatal_error("no kernel is called " + name);
    Kernel &kernel = kernels[record->name];
    kernel.isShared = isShared;
    features.insert(record->features.begin(), record->features.end());
    if (!kernel.members.empty()) // all read some field
        return;
    KernelDeclarations declarations;
    declarations.add({record->path()}, "");
    declarations.need(name);
    kernel.members = declarations.members();
}

bool KernelText::readsField(StringRef kernel, StringRef field) const
{
    return kernels.find(kernel)->second.members.contains(field);
}

void KernelText::addHeader(StringRef header)
{
    headers.insert((header.contains('/') ? "kernels/" : "kernels/abi/") + header.str());
    for (const Feature &feature : allFeatures()) // generated loops ask for instructions as kernels do
        if (feature.wordsHeader == header)
            features.insert(feature.name.str());
}

void KernelText::declare(StringRef generated, KernelDeclarations &declarations) const
{
    StringSet<> used;
    forEachIdentifier(generated, [&](StringRef name) { used.insert(name); });
    // The two forms of a kernel get names that tell them apart, if a model has both.
    declarations.add({formOf(/*isShared=*/true)}, "SHARED");
    declarations.add({formOf(/*isShared=*/false)}, "SPECIALISED");
    std::vector<std::string> ownHelpers; // of the target
    for (const Feature *feature : target)
        if (!feature->helpersHeader.empty())
            ownHelpers.push_back(("kernels/" + feature->helpersHeader).str());
    std::vector<std::string> helpers{small ? "kernels/abi/size.h" : "kernels/abi/speed.h"};
    helpers.insert(helpers.end(), ownHelpers.begin(), ownHelpers.end());
    helpers.insert(helpers.end(), headers.begin(), headers.end());
    declarations.add(helpers, level);
    for (const auto &name : used) {
        declarations.avoid(name.getKey());
        declarations.need(name.getKey());
    }
    for (const auto &[name, kernel] : kernels) {
        const KernelRecord &record = *findKernel(name);
        std::vector<std::string> files{formOf(kernel.isShared)};
        files.insert(files.end(), ownHelpers.begin(), ownHelpers.end());
        files.push_back(record.path());
        declarations.add(files, level.empty() ? instructionSetOf(record) : level);
        declarations.need(name);
    }
}

std::vector<KernelText::Text> KernelText::textsFor(ArrayRef<Version> versions)
{
    KernelDeclarations declarations;
    for (const Version &version : versions) {
        if (&version != &versions.front())
            declarations.beginVersion();
        version.kernels.declare(version.layers + version.functions, declarations);
    }
    std::vector<Text> texts;
    for (const auto &[i, version] : enumerate(versions)) {
        Text text;
        std::set<std::string> asked = version.kernels.features;
        for (const Feature *feature : version.kernels.target)
            if (!feature->helpersHeader.empty() && declarations.needs(("kernels/" + feature->helpersHeader).str()))
                asked.insert(feature->name.str());
        text.processorCheck = processorCheck(asked);
        text.declarations = declarations.text(unsigned(i));
        text.layers = declarations.renamed(version.layers, unsigned(i));
        text.functions = declarations.renamed(version.functions, unsigned(i));
        version.kernels.addInstructionSet(text);
        for (StringRef part : {text.declarations, version.layers, version.functions})
            text.systemHeaders.merge(cLibraryHeaders(part));
        for (const std::string &header : declarations.systemHeaders())
            if (!isCLibraryHeader(header)) // of which only what is used counts
                text.systemHeaders.insert(header);
        texts.push_back(std::move(text));
    }
    return texts;
}

KernelText::Text KernelText::textFor(StringRef generated) const
{
    return std::move(textsFor({{*this, generated.str(), ""}}).front());
}

} // namespace barecc
