// TableGen backends for targets/: -gen-features writes rows for compiler/kernel/Feature.cpp, -gen-targets statements
// for compiler/driver/Target.cpp, which make a Target of each record.
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Main.h"
#include "llvm/TableGen/Record.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

namespace {

/// The records of a class in the order of their names, numbers in them by their value.
std::vector<const Record *> byName(const RecordKeeper &records, StringRef recordClass)
{
    std::vector<const Record *> sorted = records.getAllDerivedDefinitions(recordClass).vec();
    llvm::sort(sorted, [](const Record *a, const Record *b) {
        return a->getValueAsString("name").compare_numeric(b->getValueAsString("name")) < 0;
    });
    for (size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i]->getValueAsString("name") == sorted[i - 1]->getValueAsString("name"))
            PrintFatalError(sorted[i], "another " + recordClass + " has the name of this one");
    return sorted;
}

void printString(raw_ostream &os, StringRef text)
{
    os << '"';
    os.write_escaped(text) << '"';
}

/// A value as a C++ initialiser: a feature by its name, another record by its values.
void printValue(raw_ostream &os, const Init *value)
{
    if (const auto *text = dyn_cast<StringInit>(value)) {
        printString(os, text->getValue());
    } else if (const auto *bit = dyn_cast<BitInit>(value)) {
        os << (bit->getValue() ? "true" : "false");
    } else if (const auto *number = dyn_cast<IntInit>(value)) {
        os << number->getValue();
    } else if (const auto *list = dyn_cast<ListInit>(value)) {
        os << '{';
        interleaveComma(list->getElements(), os, [&](const Init *element) { printValue(os, element); });
        os << '}';
    } else if (const auto *def = dyn_cast<DefInit>(value); def && def->getDef()->isSubClassOf("Feature")) {
        printString(os, def->getDef()->getValueAsString("name"));
    } else if (def) {
        os << '{';
        auto values = make_filter_range(def->getDef()->getValues(), [](const RecordVal &field) {
            return field.getName() != "NAME" && !field.isTemplateArg();
        });
        interleaveComma(values, os, [&](const RecordVal &field) { printValue(os, field.getValue()); });
        os << '}';
    } else {
        PrintFatalError("no C++ for the value " + value->getAsString());
    }
}

void printFeatures(const RecordKeeper &records, raw_ostream &os)
{
    for (const Record *feature : byName(records, "Feature")) {
        os << "    {";
        interleaveComma(
            ArrayRef<StringRef>{"name", "macro", "attribute", "detection", "wordsHeader", "wordLanes", "helpersHeader"},
            os, [&](StringRef field) { printValue(os, feature->getValue(field)->getValue()); });
        os << "},\n";
    }
}

/// What the driver reads of a target; the rest is for tests, bench and docs.
constexpr StringLiteral driverFields[] = {
    "name",          "description", "arch",        "features",        "levels",
    "isBigEndian",   "arenaAlign",  "codePercent", "compiler",        "compilerPackage",
    "compilerParts", "archFlags",   "speedFlags",  "sizeFlags",       "gccSpeedFlags",
    "libraryFlags",  "linkFlags",   "emulator",    "emulatorPackage", "runsOn",
    "processors",    "isTimed",     "projects",    "cmsisCores",
};

void printTargets(const RecordKeeper &records, raw_ostream &os)
{
    for (const Record *target : byName(records, "Target")) {
        os << "    {\n        Target target;\n";
        for (StringRef field : driverFields) {
            os << "        target." << field << " = ";
            printValue(os, target->getValue(field)->getValue());
            os << ";\n";
        }
        os << "        target.environment = Target::Environment::" << target->getValueAsString("environment")
           << ";\n        targets.push_back(std::move(target));\n    }\n";
    }
}

const TableGen::Emitter::Opt features("gen-features", printFeatures, "Rows for compiler/kernel/Feature.cpp");
const TableGen::Emitter::Opt targets("gen-targets", printTargets, "Statements for compiler/driver/Target.cpp");

} // namespace

int main(int argc, char **argv)
{
    InitLLVM init(argc, argv);
    cl::ParseCommandLineOptions(argc, argv);
    return TableGenMain(argv[0], TableGenMainFn(nullptr));
}
