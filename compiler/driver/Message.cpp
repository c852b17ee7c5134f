#include "compiler/driver/Message.h"

#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;

char UsageError::ID = 0;

llvm::Error barecc::failure(const llvm::Twine &message)
{
    return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Error barecc::usageFailure(const llvm::Twine &message) { return llvm::make_error<UsageError>(message); }

int barecc::report(llvm::Error error)
{
    int status = exitDone;
    llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
        int own = info.isA<UsageError>() ? exitUsage : exitFailed;
        status = std::max(status, own);
        llvm::WithColor(llvm::errs(), llvm::HighlightColor::Error) << "barecc: error: ";
        llvm::errs() << info.message() << "\n";
    });
    return status;
}

void barecc::note(const llvm::Twine &text) { llvm::errs() << "barecc: note: " << text << "\n"; }
