#include "compiler/kernel/Requantization.h"

#include "compiler/ir/Evaluate.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace barecc {

/// What a sum is raised by, and what that adds to the high word.
struct Raise {
    int64_t sum, word;
};

/// A folded channel takes one from negative high words, which is wrong where no shift follows. A channel without one
/// has its sum raised, so that the high word is negative only where the result is below any int8 anyway. Its sums
/// matter from -512 to 512: beyond, results are beyond int8 at either end.
static std::optional<Raise> raiseAboveZero(int64_t multiplier)
{
    constexpr int64_t reach = 512, one = int64_t(1) << 31, most = int64_t(1) << 22;
    int64_t above = one, below = one; // how far from each product its high word stays the same
    for (int64_t sum = -reach; sum <= reach; ++sum) {
        const int64_t rest = (sum * multiplier + one / 2) & (one - 1);
        above = std::min(above, one - rest);
        below = std::min(below, rest);
    }
    for (int64_t sum = reach; sum < most; ++sum) {
        const int64_t word = sum * multiplier >> 31, rest = sum * multiplier & (one - 1);
        if (rest < above)
            return Raise{sum, word};
        if (one - rest <= below)
            return Raise{sum, word + 1};
    }
    return std::nullopt;
}

std::optional<std::vector<RequantWords>> foldRequantization(const ChannelSums &sums)
{
    const int64_t depth = sums.outputs == 0 ? 0 : int64_t(sums.weights.size()) / sums.outputs;
    std::vector<RequantWords> words;
    for (int64_t o = 0; o < sums.outputs; ++o) {
        int64_t total = 0, magnitude = 0;
        for (int64_t i = 0; i < depth; ++i) {
            const int64_t weight = sums.weights[size_t(sums.outputsLast ? i * sums.outputs + o : o * depth + i)];
            total += weight;
            magnitude += std::abs(weight);
        }
        const int32_t ownBias = sums.bias.empty() ? 0 : sums.bias[size_t(o)];
        const size_t scale = sums.multipliers.size() > 1 ? size_t(o) : 0;
        const int32_t multiplier = sums.multipliers[scale];
        const int shift = -sums.shifts[scale];
        if (magnitude == 0) { // a dead channel, whose bias may be anything
            const int64_t value =
                std::clamp<int64_t>(rescale(ownBias, multiplier, -shift) + sums.outputZeroPoint, -128, 127);
            words.push_back({0, 0, int32_t(2 * value + 1), 1});
            continue;
        }
        const std::optional<Raise> raise = shift == 0 ? raiseAboveZero(multiplier) : Raise{0, 0};
        if (shift < 0 || !raise)
            return std::nullopt;
        const int64_t bias = 2 * (ownBias - sums.inputZeroPoint * total + raise->sum);
        const int64_t most = std::abs(bias) + 2 * 128 * magnitude;
        const int64_t offset =
            ((int64_t(1) << shift) >> 1) + (sums.outputZeroPoint - raise->word) * (int64_t(1) << shift);
        if (most > INT32_MAX || most / 2 + 1 + std::abs(offset) > INT32_MAX)
            return std::nullopt;
        words.push_back({int32_t(bias), multiplier, int32_t(offset), int32_t(shift)});
    }
    return words;
}

std::vector<int32_t> RequantLayout::apply(llvm::ArrayRef<RequantWords> channels) const
{
    const size_t count = channels.size(), together = lanes == 0 ? std::max<size_t>(count, 1) : size_t(lanes);
    assert((!evenOdd || count % 8 == 0) && "eights of channels");
    std::vector<int32_t> arranged(llvm::alignTo(count, together) * 4, 0);
    for (auto [c, words] : llvm::enumerate(channels)) {
        const size_t place = evenOdd ? c / 8 * 8 + c % 2 * 4 + c % 8 / 2 : c;
        int32_t *const to = arranged.data() + place / together * together * 4 + place % together;
        to[0] = twiceBias ? words.twiceBias : words.twiceBias / 2;
        to[together] = words.multiplier;
        to[2 * together] = words.offset;
        switch (shift) {
        case Shift::Right: to[3 * together] = words.shift; break;
        case Shift::Left: to[3 * together] = -words.shift; break;
        case Shift::Product:
            to[2 * together] = int32_t(uint32_t(words.offset) + (1u << 31));
            to[3 * together] = int32_t(1u << (32 - words.shift));
            break;
        }
    }
    return arranged;
}

std::string RequantLayout::describe() const
{
    const std::string together = "[" + std::to_string(lanes) + "]";
    std::string text = lanes == 0   ? "[4][outputs]"
                       : lanes == 1 ? "[outputs][4]"
                                    : "[outputs / " + std::to_string(lanes) + "][4]" + together;
    text += twiceBias ? ": twice the bias, multiplier, offset, " : ": bias, multiplier, offset, ";
    switch (shift) {
    case Shift::Right: text += "shift"; break;
    case Shift::Left: text += "-shift"; break;
    case Shift::Product: text += "2^(32 - shift)"; break;
    }
    return text + (evenOdd ? "; each eight outputs as 0 2 4 6 1 3 5 7" : "");
}

} // namespace barecc
