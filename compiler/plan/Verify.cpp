// The check that the generated code's memory safety rests on. It shares no analysis with the solver: it derives the
// order constraints and the live ranges itself, in the simplest way there is.
#include "compiler/plan/Plan.h"

#include "llvm/ADT/STLExtras.h"

#include <map>
#include <optional>

using namespace llvm;

namespace barecc::plan {
namespace {

Error wrong(const Twine &message)
{
    return createStringError(inconvertibleErrorCode(), "memory plan is not valid: " + message);
}

/// A range of addresses in use over a range of positions in the order; -1 is before the first, steps is after the last.
struct Use {
    std::string name;
    int64_t firstPosition, lastPosition;
    int64_t offset, bytes, alignment;
    /// The buffer, or none for a workspace.
    std::optional<BufferId> buffer;
};

class Verifier {
public:
    Verifier(const AllocationProblem &problem, const Plan &plan) : problem(problem), plan(plan) {}

    Error run()
    {
        if (Error error = checkOrder())
            return error;
        if (Error error = checkDependences())
            return error;
        collectUses();
        if (Error error = checkAliases())
            return error;
        if (Error error = checkBounds())
            return error;
        if (Error error = checkDisjoint())
            return error;
        return checkLowerBound();
    }

private:
    Error checkOrder();
    Error checkDependences();
    void collectUses();
    Error checkAliases();
    Error checkBounds();
    Error checkDisjoint();
    Error checkLowerBound();
    bool isTakenAlias(BufferId a, BufferId b) const;

    const AllocationProblem &problem;
    const Plan &plan;
    /// By step.
    std::vector<int64_t> positions;
    std::vector<Use> uses;
    /// By buffer: index in `uses`, none for one that is never live or has no bytes.
    std::vector<std::optional<size_t>> useOfBuffer;
    /// By buffer that is the output of a taken alias: its input.
    std::vector<std::optional<BufferId>> aliasedInput;
};

Error Verifier::checkOrder()
{
    if (plan.order.size() != problem.steps.size() || plan.offsets.size() != problem.buffers.size() ||
        plan.workspaceOffsets.size() != problem.steps.size())
        return wrong("it is for another number of steps or buffers");
    positions.assign(problem.steps.size(), -1);
    for (auto [position, step] : enumerate(plan.order)) {
        if (step >= problem.steps.size() || positions[step] >= 0)
            return wrong("the order is no permutation of the steps");
        positions[step] = static_cast<int64_t>(position);
    }
    return Error::success();
}

/// A read and a write of the same buffer by two steps must stand in the plan as they stand in the problem.
Error Verifier::checkDependences()
{
    // By buffer, over the steps of the problem so far: the last position in the plan that reads and that writes it.
    std::vector<int64_t> lastRead(problem.buffers.size(), -1), lastWrite(problem.buffers.size(), -1);
    for (auto [index, step] : enumerate(problem.steps)) {
        int64_t position = positions[index];
        for (BufferId id : step.reads)
            if (position < lastWrite[id])
                return wrong("step '" + step.name + "' reads '" + problem.buffers[id].name + "' before it is written");
        for (BufferId id : step.writes)
            if (position < lastRead[id])
                return wrong("step '" + step.name + "' writes '" + problem.buffers[id].name +
                             "' before an earlier value is read");
        for (BufferId id : step.reads)
            lastRead[id] = std::max(lastRead[id], position);
        for (BufferId id : step.writes)
            lastWrite[id] = std::max(lastWrite[id], position);
    }
    for (const ExtraEdge &edge : problem.extraEdges)
        if (positions[edge.before] > positions[edge.after])
            return wrong("step '" + problem.steps[edge.after].name + "' runs before '" +
                         problem.steps[edge.before].name + "'");
    return Error::success();
}

void Verifier::collectUses()
{
    int64_t end = static_cast<int64_t>(problem.steps.size());
    std::vector<int64_t> first(problem.buffers.size(), end + 1), last(problem.buffers.size(), -2);
    auto touch = [&](BufferId id, int64_t position) {
        first[id] = std::min(first[id], position);
        last[id] = std::max(last[id], position);
    };
    for (auto [index, step] : enumerate(problem.steps)) {
        for (BufferId id : step.reads)
            touch(id, positions[index]);
        for (BufferId id : step.writes)
            touch(id, positions[index]);
    }
    useOfBuffer.resize(problem.buffers.size());
    for (auto [id, buffer] : enumerate(problem.buffers)) {
        if (buffer.isInput)
            touch(static_cast<BufferId>(id), -1);
        if (buffer.isOutput)
            touch(static_cast<BufferId>(id), end);
        if (buffer.bytes == 0 || first[id] > last[id])
            continue;
        useOfBuffer[id] = uses.size();
        uses.push_back({"'" + buffer.name + "'", first[id], last[id], plan.offsets[id], buffer.bytes, buffer.alignment,
                        static_cast<BufferId>(id)});
    }
    for (auto [index, step] : enumerate(problem.steps))
        if (step.workspaceBytes > 0)
            uses.push_back({"the workspace of '" + step.name + "'", positions[index], positions[index],
                            plan.workspaceOffsets[index], step.workspaceBytes, step.workspaceAlignment, std::nullopt});
}

Error Verifier::checkAliases()
{
    aliasedInput.resize(problem.buffers.size());
    std::vector<bool> isAliased(problem.buffers.size());
    for (const TakenAlias &alias : plan.aliases) {
        if (alias.step >= problem.steps.size() || alias.output >= problem.buffers.size() ||
            alias.input >= problem.buffers.size())
            return wrong("an alias names a step or buffer that does not exist");
        std::string what = "'" + problem.buffers[alias.output].name + "' on '" + problem.buffers[alias.input].name +
                           "' in step '" + problem.steps[alias.step].name + "'";
        bool isOffered = any_of(problem.steps[alias.step].mayAlias, [&](const Alias &offer) {
            return offer.output == alias.output && offer.input == alias.input;
        });
        if (!isOffered || !useOfBuffer[alias.output] || !useOfBuffer[alias.input])
            return wrong("nobody offers the alias of " + what);
        if (aliasedInput[alias.output] || isAliased[alias.input])
            return wrong("there is a second alias beside that of " + what);
        aliasedInput[alias.output] = alias.input;
        isAliased[alias.input] = true;
        if (uses[*useOfBuffer[alias.input]].lastPosition != positions[alias.step])
            return wrong("the input is needed after the alias of " + what);
        if (uses[*useOfBuffer[alias.output]].firstPosition != positions[alias.step])
            return wrong("the output is live before the alias of " + what);
        if (plan.offsets[alias.output] != plan.offsets[alias.input])
            return wrong("the addresses differ in the alias of " + what);
    }
    return Error::success();
}

Error Verifier::checkBounds()
{
    if (plan.arenaAlignment <= 0 || !isPowerOf2_64(static_cast<uint64_t>(plan.arenaAlignment)) ||
        plan.arenaAlignment > maxAlignment)
        return wrong("the arena's alignment is " + Twine(plan.arenaAlignment));
    for (const Use &use : uses) {
        // In this form nothing can overflow.
        if (use.offset < 0 || use.bytes > plan.arenaBytes || use.offset > plan.arenaBytes - use.bytes)
            return wrong(use.name + " does not lie in the arena");
        if (use.offset % use.alignment != 0 || plan.arenaAlignment % use.alignment != 0)
            return wrong(use.name + " is not aligned to " + Twine(use.alignment));
    }
    return Error::success();
}

bool Verifier::isTakenAlias(BufferId a, BufferId b) const { return aliasedInput[a] == b || aliasedInput[b] == a; }

Error Verifier::checkDisjoint()
{
    std::vector<const Use *> byStart;
    byStart.reserve(uses.size());
    for (const Use &use : uses)
        byStart.push_back(&use);
    llvm::sort(byStart, [](const Use *a, const Use *b) {
        return a->firstPosition != b->firstPosition ? a->firstPosition < b->firstPosition : a < b;
    });
    std::vector<const Use *> byEnd = byStart;
    llvm::sort(byEnd, [](const Use *a, const Use *b) {
        return a->lastPosition != b->lastPosition ? a->lastPosition < b->lastPosition : a < b;
    });
    // What is in use at the moment, by address. No two share a byte but aliases, which begin at one address; so whatever
    // reaches into a use from below begins at the next lower address.
    std::multimap<int64_t, const Use *> live;
    auto ended = byEnd.begin();
    for (const Use *use : byStart) {
        for (; (*ended)->lastPosition < use->firstPosition; ++ended) {
            auto [first, last] = live.equal_range((*ended)->offset);
            live.erase(std::find_if(first, last, [&](const auto &entry) { return entry.second == *ended; }));
        }
        auto above = live.lower_bound(use->offset);
        auto next = above == live.begin() ? above : live.lower_bound(std::prev(above)->first);
        for (; next != live.end() && next->first < use->offset + use->bytes; ++next) {
            const Use *other = next->second;
            // Aliased buffers are in use together at one moment only, that of the step; see checkAliases.
            if (use->offset < other->offset + other->bytes &&
                !(use->buffer && other->buffer && isTakenAlias(*use->buffer, *other->buffer)))
                return wrong(other->name + " and " + use->name + " share memory while both are in use");
        }
        live.insert({use->offset, use});
    }
    return Error::success();
}

Error Verifier::checkLowerBound()
{
    // Moment by moment, as changes: [position + 1] is the step at that position.
    std::vector<int64_t> bytes(problem.steps.size() + 3);
    for (const Use &use : uses) {
        int64_t padded = paddedBytes(use.bytes, use.alignment);
        bytes[use.firstPosition + 1] += padded;
        bytes[use.lastPosition + 2] -= padded;
    }
    for (const TakenAlias &alias : plan.aliases) {
        int64_t shared =
            std::min(paddedBytes(problem.buffers[alias.output]), paddedBytes(problem.buffers[alias.input]));
        bytes[positions[alias.step] + 1] -= shared;
        bytes[positions[alias.step] + 2] += shared;
    }
    int64_t live = 0, most = 0;
    for (int64_t change : bytes)
        most = std::max(most, live += change);
    if (most != plan.lowerBound || plan.arenaBytes < most)
        return wrong("up to " + Twine(most) + " bytes are live at once, but the plan says " + Twine(plan.lowerBound));
    return Error::success();
}

} // namespace

Error verify(const AllocationProblem &problem, const Plan &plan) { return Verifier(problem, plan).run(); }

} // namespace barecc::plan
