#include "compiler/driver/OutputDirectory.h"

#include "compiler/driver/Cleanup.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"
#include "compiler/driver/TemporaryDirectory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace barecc;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

/// While it lives, no other program changes the directory through this class. Where the file system has no locks, or
/// the directory may not be read, there is none.
class DirectoryLock {
public:
    explicit DirectoryLock(const std::string &directory)
        : descriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        if (descriptor >= 0)
            flock(descriptor, LOCK_EX);
    }
    ~DirectoryLock()
    {
        if (descriptor >= 0)
            close(descriptor);
    }
    DirectoryLock(const DirectoryLock &) = delete;
    DirectoryLock &operator=(const DirectoryLock &) = delete;

private:
    int descriptor;
};

/// Whether an existing file may be overwritten under Replace::GeneratedOnly.
bool isGenerated(llvm::StringRef file)
{
    if (file.ends_with(".bin"))
        return true;
    auto head = llvm::MemoryBuffer::getFileSlice(file, 1024, 0);
    if (!head) // shorter than the slice
        head = llvm::MemoryBuffer::getFile(file);
    return head && (*head)->getBuffer().contains("barecc");
}

/// Creates `directory` and its missing parents; `created` takes those that were, outermost first.
llvm::Error createParents(llvm::StringRef directory, std::vector<std::string> &created)
{
    if (fs::is_directory(directory))
        return llvm::Error::success();
    if (llvm::Error error = createParents(path::parent_path(directory), created))
        return error;
    if (std::error_code code = fs::create_directory(directory, /*IgnoreExisting=*/false, fs::perms::all_all))
        return fileFailure(directory, "create the directory", code);
    created.push_back(directory.str());
    return llvm::Error::success();
}

void removeDirectories(const std::vector<std::string> &created)
{
    for (const std::string &directory : llvm::reverse(created))
        rmdir(directory.c_str());
}

llvm::Error createFolder(llvm::StringRef folder)
{
    if (std::error_code code = fs::create_directories(folder, /*IgnoreExisting=*/true, fs::perms::all_all))
        return fileFailure(folder, "create the directory", code);
    return llvm::Error::success();
}

/// Writes the files into `staged`. An error names them as they are to be called in `directory`.
llvm::Error writeAll(llvm::StringRef staged, llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files)
{
    for (const GeneratedFile &file : files) {
        const std::string target = pathIn(staged, file.path);
        if (llvm::Error error = createFolder(path::parent_path(target)))
            return error;
        if (llvm::Error error =
                writeFile(target, [&](llvm::raw_ostream &stream) { file.print(stream); }, pathIn(directory, file.path)))
            return error;
    }
    return llvm::Error::success();
}

/// The outermost directory of an absolute path that is not there.
llvm::StringRef outermostMissing(llvm::StringRef directory)
{
    for (llvm::StringRef parent = path::parent_path(directory); !parent.empty() && !fs::exists(parent);
         parent = path::parent_path(directory))
        directory = parent;
    return directory;
}

/// Creates the directory and its missing parents by one renaming. `exists` tells that another program was faster.
llvm::Error createDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, bool &exists)
{
    llvm::StringRef outermost = outermostMissing(directory), inner = directory.drop_front(outermost.size());
    if (llvm::is_contained(llvm::make_range(path::begin(inner), path::end(inner)), ".."))
        return fileFailure(outermost, "find the directory", std::make_error_code(std::errc::no_such_file_or_directory));
    llvm::Expected<TemporaryDirectory> staged = TemporaryDirectory::create(path::parent_path(outermost));
    if (!staged)
        return staged.takeError();
    const std::string stagedInner = (staged->path() + inner).str();
    if (llvm::Error error = createFolder(stagedInner))
        return error;
    if (llvm::Error error = writeAll(stagedInner, directory, files))
        return error;
    const std::error_code code = fs::rename(staged->path(), outermost);
    exists = code == std::errc::file_exists || code == std::errc::directory_not_empty;
    if (code)
        return fileFailure(directory, "create the directory", code);
    staged->release();
    return llvm::Error::success();
}

/// Moves the staged files into `directory`, with what they replace set aside until all are in place.
llvm::Error moveInto(llvm::StringRef directory, llvm::StringRef staged, llvm::StringRef replaced,
                     llvm::ArrayRef<GeneratedFile> files)
{
    struct Move {
        std::string from, to;
    };
    std::vector<Move> done;
    std::vector<std::string> created;
    auto move = [&](std::string from, std::string to) -> llvm::Error {
        if (std::error_code code = fs::rename(from, to))
            return fileFailure(to, "write", code);
        done.push_back({std::move(from), std::move(to)});
        return llvm::Error::success();
    };
    for (const GeneratedFile &file : files) {
        std::string target = pathIn(directory, file.path);
        const std::string aside = pathIn(replaced, file.path);
        llvm::Error error = createParents(path::parent_path(target), created);
        if (!error)
            error = createFolder(path::parent_path(aside));
        if (!error && fs::exists(target))
            error = move(target, aside);
        if (!error)
            error = move(pathIn(staged, file.path), target);
        if (error) {
            for (const Move &step : llvm::reverse(done))
                std::rename(step.to.c_str(), step.from.c_str());
            removeDirectories(created);
            return error;
        }
    }
    return llvm::Error::success();
}

llvm::Error updateDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace)
{
    DirectoryLock lock(directory.str());
    for (const GeneratedFile &file : files) {
        std::string target = pathIn(directory, file.path);
        if (!fs::exists(target))
            continue;
        if (!fs::is_regular_file(target))
            return failure(target + ": exists and is not a file; remove it or choose another directory");
        if (replace == Replace::GeneratedOnly && !isGenerated(target))
            return failure(target +
                           ": exists and was not generated by barecc; move it away or choose another directory");
    }
    // Inside the directory, not beside it: the same file system for sure, and the parent need not be writable.
    llvm::Expected<TemporaryDirectory> staged = TemporaryDirectory::create(directory);
    if (!staged)
        return staged.takeError();
    llvm::Expected<TemporaryDirectory> replaced = TemporaryDirectory::create(directory);
    if (!replaced)
        return replaced.takeError();
    if (llvm::Error error = writeAll(staged->path(), directory, files))
        return error;
    SignalsHeld held;
    return moveInto(directory, staged->path(), replaced->path(), files);
}

} // namespace

llvm::Error barecc::writeDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace)
{
    llvm::SmallString<256> absolute(directory);
    if (std::error_code code = fs::make_absolute(absolute))
        return fileFailure(directory, "find the directory", code);
    path::remove_dots(absolute, /*remove_dot_dot=*/false);
    llvm::StringRef target = absolute;
    while (target.size() > 1 && target.consume_back("/"))
        continue;
    for (;;) {
        fs::file_status found; // asked once: another program may create it between two questions
        const std::error_code missing = fs::status(target, found);
        if (!missing && fs::is_directory(found))
            return updateDirectory(target, files, replace);
        if (!missing)
            return failure(directory + ": exists and is not a directory; choose another directory");
        bool exists = false;
        llvm::Error error = createDirectory(target, files, exists);
        if (!exists)
            return error;
        llvm::consumeError(std::move(error)); // what is there is to be updated
    }
}
