#include "compiler/driver/TemporaryDirectory.h"

#include "compiler/driver/Cleanup.h"
#include "compiler/driver/Files.h"
#include "compiler/driver/Message.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace barecc;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

/// Of the name: then comes the number of the process, '-', and eight characters of chance.
constexpr llvm::StringLiteral prefix = ".barecc-";

llvm::Error cannotWrite(llvm::StringRef directory, std::error_code code)
{
    return fileFailure(directory, "write in the directory", code);
}

/// A directory of that name that belongs to this user.
bool isOwn(const std::string &directory)
{
    struct stat status;
    return path::filename(directory).starts_with(prefix) && lstat(directory.c_str(), &status) == 0 &&
           S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

int openDirectory(const std::string &directory)
{
    return open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

/// What is in use is locked, by this process or by another, on this machine or in a container or on another machine that
/// shares the place. Where the file system has no locks, nothing is known to be stale.
void removeStale(llvm::StringRef parent)
{
    std::error_code code;
    for (fs::directory_iterator entry(parent, code), end; entry != end && !code; entry.increment(code)) {
        const int descriptor = isOwn(entry->path()) ? openDirectory(entry->path()) : -1;
        if (descriptor < 0)
            continue;
        if (lock(descriptor))
            removeTree(entry->path().c_str());
        close(descriptor);
    }
}

/// Whether a directory that was just made is this process's: another may have found it before it was locked.
bool claim(int descriptor)
{
    struct stat status;
    const bool isTaken = !lock(descriptor) && errno == EWOULDBLOCK;
    return !isTaken && fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

} // namespace

llvm::Expected<TemporaryDirectory> TemporaryDirectory::create(llvm::StringRef parent, unsigned permissions)
{
    llvm::SmallString<256> absolute(parent);
    if (std::error_code code = fs::make_absolute(absolute))
        return cannotWrite(parent, code);
    removeStale(absolute);
    constexpr int attempts = 100;
    std::error_code code;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        llvm::SmallString<32> name; // not of the whole path, which may hold a '%' of its own
        fs::createUniquePath(prefix + llvm::Twine(getpid()) + "-%%%%%%%%", name, /*MakeAbsolute=*/false);
        auto directory = std::make_unique<std::string>(pathIn(absolute, name));
        SignalsHeld held;
        code = fs::create_directory(*directory, /*IgnoreExisting=*/false, fs::perms(permissions));
        if (code == std::errc::file_exists)
            continue;
        if (code)
            break;
        addCleanup(directory->c_str());
        const int descriptor = openDirectory(*directory);
        code = std::error_code(errno, std::generic_category());
        TemporaryDirectory result(std::move(directory), descriptor);
        if (descriptor >= 0 && claim(descriptor))
            return result;
        if (descriptor < 0 && code != std::errc::no_such_file_or_directory)
            break;
    }
    return cannotWrite(parent, code);
}

llvm::Expected<TemporaryDirectory> TemporaryDirectory::create(llvm::StringRef parent)
{
    return create(parent, fs::perms::all_all);
}

llvm::Expected<TemporaryDirectory> TemporaryDirectory::create()
{
    const char *named = std::getenv("TMPDIR");
    if (!named || !*named)
        return create("/tmp", fs::perms::owner_all);
    llvm::Expected<TemporaryDirectory> directory = create(named, fs::perms::owner_all);
    if (!directory)
        return failure(llvm::toString(directory.takeError()) + "; TMPDIR names it: let it name another");
    return directory;
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory &&other)
    : directory(std::move(other.directory)), descriptor(std::exchange(other.descriptor, -1))
{
}

TemporaryDirectory &TemporaryDirectory::operator=(TemporaryDirectory &&other)
{
    std::swap(directory, other.directory);
    std::swap(descriptor, other.descriptor);
    return *this;
}

std::string TemporaryDirectory::file(llvm::StringRef name) const { return pathIn(*directory, name); }

void TemporaryDirectory::release()
{
    if (!directory)
        return;
    removeCleanup(directory->c_str());
    directory.reset();
    if (descriptor >= 0)
        close(descriptor);
}

void TemporaryDirectory::remove()
{
    if (directory) {
        removeEntries(descriptor); // which needs no more files to be open
        removeTree(directory->c_str());
    }
    release();
}
