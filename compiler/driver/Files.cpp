#include "compiler/driver/Files.h"

#include "compiler/driver/Message.h"
#include "compiler/driver/Npy.h"
#include "compiler/driver/TensorProto.h"
#include "compiler/import/ReadFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;
namespace fs = llvm::sys::fs;

llvm::Error barecc::fileFailure(llvm::StringRef path, llvm::StringRef doing, std::error_code code)
{
    return failure(path + ": cannot " + doing + ": " + code.message());
}

std::string barecc::pathIn(llvm::StringRef directory, llvm::StringRef name)
{
    llvm::SmallString<256> result(directory);
    llvm::sys::path::append(result, name);
    return result.str().str();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> barecc::readFile(llvm::StringRef path, const Limits &limits)
{
    llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> buffer =
        readWholeFile(path, limitOf(Limit::FileBytes, limits, /*fileBytes=*/0));
    if (!buffer)
        return failure(path + ": " + llvm::toString(buffer.takeError()));
    return buffer;
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

llvm::Error barecc::writeFile(llvm::StringRef path, llvm::function_ref<void(llvm::raw_ostream &)> print,
                              llvm::StringRef shownAs)
{
    const llvm::StringRef shown = shownAs.empty() ? path : shownAs;
    std::error_code code;
    llvm::raw_fd_ostream stream(path, code, fs::CD_CreateNew);
    if (code)
        return fileFailure(shown, "create", code);
    print(stream);
    stream.close();
    if (!stream.has_error())
        return llvm::Error::success();
    code = stream.error();
    stream.clear_error();
    fs::remove(path);
    return fileFailure(shown, "write", code);
}

llvm::Error barecc::writeFile(llvm::StringRef path, llvm::StringRef contents, llvm::StringRef shownAs)
{
    return writeFile(path, [&](llvm::raw_ostream &stream) { stream << contents; }, shownAs);
}
