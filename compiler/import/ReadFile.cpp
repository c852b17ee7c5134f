#include "compiler/import/ReadFile.h"

#include "llvm/Support/SmallVectorMemoryBuffer.h"

#include <algorithm>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace barecc;

using Buffer = llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>;

namespace {

constexpr int64_t mostOfPipe = int64_t(1) << 31;
constexpr int writerPatience = 2'000, dataPatience = 60'000; // milliseconds

llvm::Error failed(const llvm::Twine &message) { return llvm::createStringError(message); }

llvm::Error systemFailure(int code) { return failed("cannot be read: " + std::generic_category().message(code)); }

llvm::Error tooLarge(int64_t most)
{
    return failed("has more than " + llvm::Twine(most) + " bytes, the most that are read");
}

/// A file that is open for reading.
class Descriptor {
public:
    /// A pipe that nobody writes to is opened too.
    explicit Descriptor(const std::string &path) : number(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
    ~Descriptor()
    {
        if (number >= 0)
            close(number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;

    bool isOpen() const { return number >= 0; }
    /// As read(2), again where a signal came between.
    ssize_t read(char *to, size_t count) const
    {
        ssize_t got;
        do
            got = ::read(number, to, count);
        while (got < 0 && errno == EINTR);
        return got;
    }
    bool status(struct stat &status) const { return fstat(number, &status) == 0; }
    /// Whether there is something to read, or an end, within so many milliseconds.
    short waitForData(int milliseconds) const
    {
        pollfd events = {number, POLLIN, 0};
        return poll(&events, 1, milliseconds) > 0 ? events.revents : short(0);
    }

private:
    int number;
};

bool isSame(const struct stat &a, const struct stat &b)
{
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

Buffer readRegular(const Descriptor &file, const struct stat &before, int64_t most)
{
    if (before.st_size > most)
        return tooLarge(most);
    const size_t size = size_t(before.st_size);
    std::unique_ptr<llvm::WritableMemoryBuffer> buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(size);
    if (!buffer)
        return failed("does not fit into memory");
    size_t done = 0;
    while (done < size) {
        const ssize_t got = file.read(buffer->getBufferStart() + done, size - done);
        if (got < 0)
            return systemFailure(errno);
        if (got == 0)
            break;
        done += size_t(got);
    }
    struct stat after;
    if (done < size || !file.status(after) || !isSame(before, after))
        return failed("changed while it was read; wait until it is written whole");
    return buffer;
}

Buffer readPipe(const Descriptor &pipe)
{
    constexpr size_t step = size_t(1) << 20;
    llvm::SmallVector<char, 0> bytes;
    for (;;) {
        const size_t size = bytes.size();
        if (size > size_t(mostOfPipe))
            return tooLarge(mostOfPipe);
        bytes.resize_for_overwrite(size + step);
        const ssize_t got = pipe.read(bytes.data() + size, step);
        bytes.truncate(size + size_t(std::max<ssize_t>(got, 0)));
        if (got > 0)
            continue;
        if (got < 0 && errno != EAGAIN)
            return systemFailure(errno);
        if (got == 0 && size > 0)
            break;
        // Nothing is there: the writer is slow, or there is none, and never was one as far as this end has seen.
        const bool hasWriter = got < 0;
        const short events = pipe.waitForData(hasWriter ? dataPatience : writerPatience);
        if (events == 0)
            return failed(hasWriter ? "is a pipe that gave nothing for a minute"
                                    : "is a pipe that nothing is written to; name a file");
        if (!hasWriter && !(events & POLLIN))
            break;
    }
    return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes), /*RequiresNullTerminator=*/false);
}

} // namespace

Buffer barecc::readWholeFile(llvm::StringRef path, int64_t most)
{
    // Before it is opened, since that alone does something to some devices.
    const std::string name = path.str();
    struct stat status;
    if (stat(name.c_str(), &status) != 0)
        return systemFailure(errno);
    if (S_ISDIR(status.st_mode))
        return failed("is a directory; name a file");
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return failed("is neither a file nor a pipe; name a file");
    const Descriptor file(name);
    if (!file.isOpen() || !file.status(status))
        return systemFailure(errno);
    if (S_ISFIFO(status.st_mode))
        return readPipe(file);
    return S_ISREG(status.st_mode) ? readRegular(file, status, most) : failed("changed while it was opened");
}
