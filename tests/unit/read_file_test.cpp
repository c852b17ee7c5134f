// Files that are not what they seem, and files that do not hold still.
#include "compiler/import/ReadFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace barecc;

namespace {

constexpr int64_t most = int64_t(1) << 30;

class ReadWholeFile : public testing::Test {
protected:
    void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("read_file", directory)); }
    void TearDown() override { llvm::sys::fs::remove_directories(directory); }

    std::string path(const char *name) const { return (directory + "/" + name).str(); }
    std::string write(const char *name, llvm::StringRef contents) const
    {
        std::error_code code;
        llvm::raw_fd_ostream(path(name), code) << contents;
        EXPECT_FALSE(code);
        return path(name);
    }
    std::string pipe() const
    {
        EXPECT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
        return path("pipe");
    }

    llvm::SmallString<128> directory;
};

std::string contentsOf(const std::string &path, int64_t limit = most)
{
    auto buffer = readWholeFile(path, limit);
    return buffer ? (*buffer)->getBuffer().str() : "error: " + llvm::toString(buffer.takeError());
}

TEST_F(ReadWholeFile, GivesTheBytesOfAFile)
{
    const std::string file = write("file", "some bytes");
    EXPECT_EQ(contentsOf(file), "some bytes");
    EXPECT_EQ(contentsOf(write("empty", "")), "");
    auto buffer = readWholeFile(file, most);
    ASSERT_TRUE(bool(buffer));
    EXPECT_EQ(reinterpret_cast<uintptr_t>((*buffer)->getBufferStart()) % 16, 0u);
}

TEST_F(ReadWholeFile, GivesWhatAPipeGivesUntilItIsClosed)
{
    const std::string fifo = pipe(), text(300'000, 'x'); // more than a pipe holds
    std::thread writer([&] {
        usleep(50'000); // the reader is there first
        const int to = open(fifo.c_str(), O_WRONLY);
        for (size_t done = 0; done < text.size();)
            done += size_t(::write(to, text.data() + done, std::min<size_t>(60'000, text.size() - done)));
        close(to);
    });
    EXPECT_EQ(contentsOf(fifo), text);
    writer.join();
}

TEST_F(ReadWholeFile, DoesNotWaitForAPipeThatNobodyWritesTo)
{
    EXPECT_EQ(contentsOf(pipe()), "error: is a pipe that nothing is written to; name a file");
}

TEST_F(ReadWholeFile, RefusesWhatIsNoFile)
{
    EXPECT_EQ(contentsOf("/dev/zero"), "error: is neither a file nor a pipe; name a file");
    EXPECT_EQ(contentsOf(directory.str().str()), "error: is a directory; name a file");
    sockaddr_un address{AF_UNIX, {}};
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_LT(path("socket").size(), sizeof address.sun_path);
    strcpy(address.sun_path, path("socket").c_str());
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    EXPECT_EQ(contentsOf(path("socket")), "error: is neither a file nor a pipe; name a file");
    close(listener);
    EXPECT_EQ(contentsOf(path("missing")), "error: cannot be read: No such file or directory");
}

TEST_F(ReadWholeFile, HoldsItsLimit)
{
    const std::string file = write("file", "1234");
    EXPECT_EQ(contentsOf(file, 4), "1234");
    EXPECT_EQ(contentsOf(file, 3), "error: has more than 3 bytes, the most that are read");
    // A file of which only the size is there must not take memory.
    ASSERT_EQ(truncate(file.c_str(), off_t(1) << 40), 0);
    EXPECT_EQ(contentsOf(file), "error: has more than 1073741824 bytes, the most that are read");
}

/// Does something to the file over and over while it is read.
void whileRead(const std::string &file, void (*disturb)(const std::string &file, int64_t count))
{
    std::atomic<bool> isDone = false;
    std::thread disturber([&] {
        for (int64_t count = 1; !isDone; ++count)
            disturb(file, count);
    });
    EXPECT_EQ(contentsOf(file), "error: changed while it was read; wait until it is written whole");
    isDone = true;
    disturber.join();
}

TEST_F(ReadWholeFile, SaysThatAFileChangesWhileItIsRead)
{
    const std::string file = write("file", std::string(size_t(1) << 26, 'x'));
    whileRead(file, [](const std::string &path, int64_t count) {
        const timespec times[] = {{count, 0}, {count, 0}};
        utimensat(AT_FDCWD, path.c_str(), times, 0);
    });
    whileRead(file, [](const std::string &path, int64_t count) {
        (void)!truncate(path.c_str(), (off_t(1) << 26) - 4096 * (count % 2));
    });
}

} // namespace
