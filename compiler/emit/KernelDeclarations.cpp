#include "compiler/emit/KernelDeclarations.h"

#include "compiler/emit/CLexer.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace barecc {

void KernelDeclarations::add(ArrayRef<std::string> paths, std::string suffix)
{
    KernelSource &source = sources.emplace_back();
    for (const std::string &path : paths)
        if (Error error = source.read(path))
            report_fatal_error(std::move(error));
    candidates.clear();
    added.clear();
    this->suffix = std::move(suffix);
    positions.clear();
    for (const KernelFile &file : source.files())
        for (const KernelDeclaration &declaration : file.declarations) {
            candidates[declaration.name].parts.push_back(&declaration);
            positions.try_emplace(&declaration, positions.size());
        }
    for (const KernelFile &file : source.files()) {
        Section section{version, &file, {}};
        for (const KernelDeclaration &declaration : file.declarations)
            if (Symbol *symbol = identify(declaration.name); is_contained(symbol->parts, &declaration))
                section.parts.push_back({&declaration, symbol});
        for (const Part &part : section.parts)
            forEachUse(*part.declaration, [&](StringRef used) { part.symbol->uses.insert(identify(used)); });
        sections.push_back(std::move(section));
    }
}

/// What the text of a declaration names: what is first declared further down is another thing of that name, but for a
/// macro, which is expanded further down itself.
void KernelDeclarations::forEachUse(const KernelDeclaration &declaration, function_ref<void(StringRef)> visit) const
{
    const size_t position = positions.lookup(&declaration);
    auto visitIfKnown = [&](StringRef name) {
        const auto found = candidates.find(name);
        if (found != candidates.end() &&
            (declaration.isMacro || positions.lookup(found->second.parts.front()) < position))
            visit(found->first());
    };
    for (StringRef name : declaration.uses)
        visitIfKnown(name);
    if (declaration.isMacro)
        return;
    for (const std::string &prefix : prefixesOf(declaration))
        for (StringRef name : declaration.uses)
            visitIfKnown(prefix + name.str());
}

/// What the macros that a declaration uses paste to the front of arguments.
std::set<std::string> KernelDeclarations::prefixesOf(const KernelDeclaration &declaration) const
{
    std::set<std::string> prefixes;
    StringSet<> visited;
    SmallVector<const KernelDeclaration *> macros{&declaration};
    while (!macros.empty())
        for (StringRef name : macros.pop_back_val()->uses) {
            const auto found = candidates.find(name);
            if (found == candidates.end() || !visited.insert(name).second)
                continue;
            for (const KernelDeclaration *part : found->second.parts)
                if (part->isMacro) {
                    prefixes.insert(part->prefixes.begin(), part->prefixes.end());
                    macros.push_back(part);
                }
        }
    return prefixes;
}

/// The symbol of a name, or null if its own meaning is being asked for.
KernelDeclarations::Symbol *KernelDeclarations::identify(StringRef name)
{
    if (Symbol *symbol = added.lookup(name))
        return symbol;
    Candidate &candidate = candidates[name];
    if (std::exchange(candidate.isBeingIdentified, true))
        return nullptr;
    std::string meaning = name.str();
    if (candidate.parts.front()->isFunction)
        meaning += "@" + std::to_string(version) + " ";
    for (const KernelDeclaration *part : candidate.parts) {
        meaning += ("\n" + part->text + "\n").str();
        forEachUse(*part, [&](StringRef used) {
            if (const Symbol *symbol = identify(used))
                meaning += ("@" + Twine(symbol->number)).str();
        });
    }
    Symbol *&symbol = known[meaning];
    if (!symbol) {
        symbol = &symbols.emplace_back();
        *symbol = {symbols.size(), candidate.parts.front()->name, suffix, candidate.parts, {}};
    }
    return added[name] = symbol;
}

void KernelDeclarations::need(StringRef name)
{
    SmallVector<Symbol *> marked;
    if (Symbol *symbol = added.lookup(name)) {
        asked[version][name] = symbol;
        marked.push_back(symbol);
    }
    while (!marked.empty()) {
        Symbol *symbol = marked.pop_back_val();
        if (!std::exchange(symbol->isNeeded, true))
            marked.append(symbol->uses.begin(), symbol->uses.end());
    }
}

bool KernelDeclarations::Section::isNeeded() const
{
    return any_of(parts, [](const Part &part) { return part.symbol->isNeeded; });
}

bool KernelDeclarations::needs(StringRef path) const
{
    return any_of(sections, [&](const Section &section) { return section.file->path == path && section.isNeeded(); });
}

/// Names for the symbols that are not the only one of theirs: no other's, as conv2d_f32 of a level would get the name of
/// the kernel conv2d_f32_avx2, nor one of the text that they go with, as vec of a level that of a tensor "vec_avx2".
DenseMap<const KernelDeclarations::Symbol *, std::string> KernelDeclarations::printedNames() const
{
    StringMap<unsigned> count;
    for (const Symbol &symbol : symbols)
        count[symbol.name] += symbol.isNeeded;
    StringSet<> taken;
    for (const auto &name : count)
        if (name.second == 1)
            taken.insert(name.first());
    for (const auto &name : avoided)
        if (!count.contains(name.getKey())) // else it stands for a declaration and is renamed with it
            taken.insert(name.getKey());
    DenseMap<const Symbol *, std::string> names;
    for (const Symbol &symbol : symbols) {
        if (!symbol.isNeeded || count[symbol.name] == 1)
            continue;
        const std::string base = (symbol.name + StringRef(symbol.suffix.empty() ? "" : "_") + symbol.suffix).str();
        std::string name = base;
        for (unsigned number = 2; !taken.insert(name).second; ++number)
            name = base + "_" + std::to_string(number);
        names[&symbol] = std::move(name);
    }
    return names;
}

namespace {

/// Opens and closes conditionals between declarations.
class Conditionals {
public:
    explicit Conditionals(std::string &text) : text(text) {}

    /// Closes those that the next declaration does not stand in.
    void leave(ArrayRef<KernelCondition> next)
    {
        size_t common = 0;
        while (common < std::min(open.size(), next.size()) && isSame(open[common], next[common]) &&
               (common == 0 || open[common - 1].size() == next[common - 1].size()))
            ++common;
        for (; open.size() > common; open.pop_back())
            text += "#endif\n";
    }

    /// Opens the others, or goes on to another branch.
    void enter(ArrayRef<KernelCondition> next)
    {
        for (size_t i = 0; i < next.size(); ++i) {
            const size_t printed = i < open.size() ? open[i].size() : 0;
            for (StringRef directive : ArrayRef<StringRef>(next[i]).drop_front(printed))
                text += (directive + "\n").str();
        }
        open = next.vec();
    }

private:
    static bool isSame(const KernelCondition &a, const KernelCondition &b)
    {
        return a.front().begin() == b.front().begin();
    }

    std::string &text;
    std::vector<KernelCondition> open;
};

} // namespace

std::string KernelDeclarations::renamed(StringRef text, unsigned version) const
{
    const DenseMap<const Symbol *, std::string> names = printedNames();
    StringMap<StringRef> renamed;
    if (const auto own = asked.find(version); own != asked.end())
        for (const auto &[name, symbol] : own->second)
            if (const auto printed = names.find(symbol); printed != names.end())
                renamed[name] = printed->second;
    return renamed.empty() ? text.str() : renameIdentifiers(text, renamed);
}

std::string KernelDeclarations::text(unsigned version) const
{
    const DenseMap<const Symbol *, std::string> names = printedNames();
    std::string text;
    for (const Section &section : sections) {
        if (section.version != version || !section.isNeeded())
            continue;
        text += ("/* ---- " + section.file->path + " */\n\n").str();
        if (!section.file->comment.empty())
            text += (section.file->comment + "\n\n").str();
        Conditionals conditionals(text);
        bool startsParagraph = false;
        for (const auto &[declaration, symbol] : section.parts) {
            startsParagraph |= declaration->startsParagraph;
            if (!symbol->isNeeded)
                continue;
            conditionals.leave(declaration->conditions);
            if (std::exchange(startsParagraph, false) && !StringRef(text).ends_with("\n\n"))
                text += '\n';
            conditionals.enter(declaration->conditions);
            StringMap<StringRef> renamed;
            for (const Symbol *used : symbol->uses)
                if (const auto name = names.find(used); name != names.end())
                    renamed[used->name] = name->second;
            if (const auto name = names.find(symbol); name != names.end())
                renamed[symbol->name] = name->second;
            text += renameIdentifiers(declaration->text, renamed) + "\n";
        }
        conditionals.leave({});
        text += '\n';
    }
    return text;
}

StringSet<> KernelDeclarations::members() const
{
    StringSet<> members;
    for (const Symbol &symbol : symbols)
        for (const KernelDeclaration *part : symbol.parts)
            if (symbol.isNeeded)
                forEachMember(part->text, [&](StringRef name) { members.insert(name); });
    return members;
}

std::set<std::string> KernelDeclarations::systemHeaders() const
{
    std::set<std::string> headers;
    for (const Section &section : sections)
        if (section.isNeeded())
            headers.insert(section.file->systemHeaders.begin(), section.file->systemHeaders.end());
    return headers;
}

} // namespace barecc
