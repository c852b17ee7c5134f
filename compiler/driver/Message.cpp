#include "compiler/driver/Message.h"

#include "compiler/driver/Printable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;

char UsageError::ID = 0;

llvm::Error barecc::failure(const llvm::Twine &message)
{
    return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Error barecc::usageFailure(const llvm::Twine &message) { return llvm::make_error<UsageError>(message); }

llvm::Error barecc::unknownFailure(llvm::StringRef what, llvm::StringRef name, llvm::ArrayRef<std::string> known)
{
    // The nearest, if it is a slip of the pen away and no other is as near.
    constexpr unsigned slip = 2;
    unsigned least = slip + 1;
    std::string nearest;
    for (const std::string &candidate : known) {
        const unsigned distance = name.edit_distance(candidate, /*AllowReplacements=*/true, slip);
        if (distance <= least)
            nearest = distance < least ? candidate : "";
        least = std::min(least, distance);
    }
    return usageFailure("unknown " + what + " '" + name + "'; " +
                        (nearest.empty() ? "" : "did you mean '" + nearest + "'? ") + "choose one of " +
                        llvm::join(known, ", "));
}

int barecc::report(llvm::Error error)
{
    int status = exitDone;
    llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
        int own = info.isA<UsageError>() ? exitUsage : exitFailed;
        status = std::max(status, own);
        llvm::WithColor(llvm::errs(), llvm::HighlightColor::Error) << "barecc: error: ";
        llvm::errs() << printable(info.message()) << "\n";
    });
    return status;
}

void barecc::note(const llvm::Twine &text) { llvm::errs() << "barecc: note: " << printable(text.str()) << "\n"; }
