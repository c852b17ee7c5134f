// The files that a build system needs beside the generated C. Their templates are in projects/, a folder for each kind.
#pragma once

#include "compiler/driver/Compile.h"

namespace barecc {

/// A build system that barecc writes files for.
struct ProjectKind {
    llvm::StringRef name;
    /// Where the sources lie: "" or a folder with its '/'.
    llvm::StringRef sourceDirectory;
    /// It is for every target, else for those that name it (Target::projects).
    bool isForAll = false;
    /// The build system calls what it builds by the model's name, which then begins with a letter or digit and has at
    /// most so many characters. 0: any C identifier will do.
    size_t longestName = 0;
    /// It has no place for compiler flags: the source holds them, and the weights are C.
    bool flagsInSource = false;
};

/// Every kind, "cmake" first.
const std::vector<ProjectKind> &allProjects();

/// The kind of that name; the error lists the known ones.
llvm::Expected<ProjectKind> findProject(llvm::StringRef name);

/// The error (a usage error) that a model compiled with these options is nothing for this kind of project.
llvm::Error checkProject(const ProjectKind &kind, const CompileOptions &options);

/// The files of a model, where the build system expects them, and those of the build system itself. CMakeLists.txt is
/// always among them. The model's own are moved out of it, for weights may be gigabytes.
std::vector<GeneratedFile> projectFiles(const ProjectKind &kind, CompiledModel &model, const CompileOptions &options);

} // namespace barecc
