#include "compiler/driver/Files.h"

#include "compiler/driver/Message.h"
#include "compiler/driver/Npy.h"
#include "compiler/driver/TensorProto.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

llvm::Error fileFailure(llvm::StringRef path, llvm::StringRef doing, std::error_code code)
{
    return failure(path + ": cannot " + doing + ": " + code.message());
}

std::string pathIn(llvm::StringRef directory, llvm::StringRef name)
{
    llvm::SmallString<256> result(directory);
    path::append(result, name);
    return result.str().str();
}

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
    if (directory.empty() || fs::is_directory(directory))
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
    for (auto directory = created.rbegin(); directory != created.rend(); ++directory)
        fs::remove(*directory);
}

/// Creates the folders that a file at `file` lies in.
llvm::Error createFolders(llvm::StringRef file)
{
    std::vector<std::string> created;
    return createParents(path::parent_path(file), created);
}

llvm::Error writeAll(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files)
{
    for (const GeneratedFile &file : files) {
        const std::string target = pathIn(directory, file.path);
        if (llvm::Error error = createFolders(target))
            return error;
        if (llvm::Error error = writeFile(target, file.contents))
            return error;
    }
    return llvm::Error::success();
}

llvm::Error createDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files)
{
    std::vector<std::string> created;
    llvm::StringRef parent = path::parent_path(directory);
    llvm::Error error = createParents(parent, created);
    if (!error)
        error = [&]() -> llvm::Error {
            llvm::Expected<TemporaryDirectory> staging = TemporaryDirectory::create(parent);
            if (!staging)
                return staging.takeError();
            if (llvm::Error error = writeAll(staging->path(), files))
                return error;
            if (std::error_code code = fs::rename(staging->path(), directory))
                return fileFailure(directory, "create the directory", code);
            staging->release();
            return llvm::Error::success();
        }();
    if (error)
        removeDirectories(created);
    return error;
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
            error = createFolders(aside);
        if (!error && fs::exists(target))
            error = move(target, aside);
        if (!error)
            error = move(pathIn(staged, file.path), target);
        if (error) {
            for (auto step = done.rbegin(); step != done.rend(); ++step)
                fs::rename(step->to, step->from);
            removeDirectories(created);
            return error;
        }
    }
    return llvm::Error::success();
}

llvm::Error updateDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace)
{
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
    if (llvm::Error error = writeAll(staged->path(), files))
        return error;
    return moveInto(directory, staged->path(), replaced->path(), files);
}

} // namespace

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> barecc::readFile(llvm::StringRef path)
{
    if (fs::is_directory(path))
        return failure(path + ": is a directory; name a file");
    auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
        return fileFailure(path, "read", buffer.getError());
    return std::move(*buffer);
}

llvm::Expected<Tensor> barecc::readTensor(llvm::StringRef path)
{
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer = readFile(path);
    if (!buffer)
        return buffer.takeError();
    llvm::StringRef bytes = (*buffer)->getBuffer();
    llvm::Expected<Tensor> tensor = path.ends_with(".pb") ? parseTensorProto(bytes) : parseNpy(bytes);
    if (!tensor)
        return failure(path + ": " + llvm::toString(tensor.takeError()));
    return tensor;
}

llvm::Error barecc::writeFile(llvm::StringRef path, llvm::StringRef contents)
{
    std::error_code code;
    llvm::raw_fd_ostream stream(path, code, fs::CD_CreateNew);
    if (code)
        return fileFailure(path, "create", code);
    stream << contents;
    stream.close();
    if (!stream.has_error())
        return llvm::Error::success();
    code = stream.error();
    stream.clear_error();
    fs::remove(path);
    return fileFailure(path, "write", code);
}

llvm::Expected<TemporaryDirectory> TemporaryDirectory::create(llvm::StringRef parent)
{
    constexpr int attempts = 100;
    std::error_code code;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        llvm::SmallString<256> candidate;
        fs::createUniquePath(pathIn(parent, ".barecc-%%%%%%%%"), candidate, /*MakeAbsolute=*/false);
        code = fs::create_directory(candidate, /*IgnoreExisting=*/false, fs::perms::all_all);
        if (!code)
            return TemporaryDirectory(candidate.str().str());
        if (code != std::errc::file_exists)
            break;
    }
    return fileFailure(parent, "write in the directory", code);
}

llvm::Expected<TemporaryDirectory> TemporaryDirectory::create()
{
    llvm::SmallString<256> parent;
    path::system_temp_directory(/*ErasedOnReboot=*/true, parent);
    return create(parent);
}

TemporaryDirectory &TemporaryDirectory::operator=(TemporaryDirectory &&other)
{
    std::swap(directory, other.directory);
    return *this;
}

std::string TemporaryDirectory::file(llvm::StringRef name) const { return pathIn(directory, name); }

void TemporaryDirectory::remove()
{
    if (!directory.empty())
        fs::remove_directories(directory);
}

llvm::Error barecc::writeDirectory(llvm::StringRef directory, llvm::ArrayRef<GeneratedFile> files, Replace replace)
{
    llvm::SmallString<256> absolute(directory);
    if (std::error_code code = fs::make_absolute(absolute))
        return fileFailure(directory, "find the directory", code);
    path::remove_dots(absolute, /*remove_dot_dot=*/false);
    llvm::StringRef target = absolute.str().rtrim('/');
    if (fs::is_directory(target))
        return updateDirectory(target, files, replace);
    if (fs::exists(target))
        return failure(directory + ": exists and is not a directory; choose another directory");
    return createDirectory(target, files);
}
