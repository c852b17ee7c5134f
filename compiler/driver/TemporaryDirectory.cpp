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

/// Opens a directory and locks it; -1 where another process holds it or it cannot be opened. File systems that have no
/// locks leave it open all the same.
int openLocked(const std::string &directory)
{
    const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/// Whether a directory of that name belongs to this user, and to a process that is no more.
bool isStale(const std::string &directory)
{
    llvm::StringRef name = path::filename(directory);
    pid_t process;
    struct stat status;
    return name.consume_front(prefix) && !name.consumeInteger(10, process) && name.starts_with("-") &&
           lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           kill(process, 0) != 0 && errno == ESRCH;
}

/// The lock tells of processes on other machines, and in other containers, that use the same directory.
void removeStale(llvm::StringRef parent)
{
    std::error_code code;
    for (fs::directory_iterator entry(parent, code), end; entry != end && !code; entry.increment(code)) {
        if (!isStale(entry->path()))
            continue;
        if (const int lock = openLocked(entry->path()); lock >= 0) {
            removeTree(entry->path().c_str());
            close(lock);
        }
    }
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
        if (!code) {
            addCleanup(directory->c_str());
            const int lock = openLocked(*directory);
            const std::error_code openCode(errno, std::generic_category());
            TemporaryDirectory result(std::move(directory), lock);
            if (lock < 0)
                return cannotWrite(parent, openCode);
            return result;
        }
        if (code != std::errc::file_exists)
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
    : directory(std::move(other.directory)), lock(std::exchange(other.lock, -1))
{
}

TemporaryDirectory &TemporaryDirectory::operator=(TemporaryDirectory &&other)
{
    std::swap(directory, other.directory);
    std::swap(lock, other.lock);
    return *this;
}

std::string TemporaryDirectory::file(llvm::StringRef name) const { return pathIn(*directory, name); }

void TemporaryDirectory::release()
{
    if (!directory)
        return;
    removeCleanup(directory->c_str());
    directory.reset();
    if (lock >= 0)
        close(lock);
}

void TemporaryDirectory::remove()
{
    if (directory)
        removeTree(directory->c_str());
    release();
}
