"""Random models on two sides that should compute the same."""

import collections
import dataclasses
import shutil

import numpy

import known
import monte_carlo
from choices import Choices
from compare import difference
from generated import Declined, GeneratedC, Wrong
from shrink import shrink

TOGETHER = 16  # models in one file: to start compilers for each would take most of the time


@dataclasses.dataclass(frozen=True)
class Failure:
    node: str  # that computes what differs, as a line; empty where nothing is computed
    text: str

    @property
    def kind(self):
        """What stays the same while a model shrinks: the operator, or the first words of the text."""
        return self.node.partition(" = ")[2].partition("(")[0] or self.text[:40]


class Member:
    """A model that is compared: the choices that it comes of, and the results that are right."""

    def __init__(self, source, seed, operators):
        self.seed, self.choices = seed, Choices(seed)
        self.model, self.outputs = source.generate(self.choices, operators)
        self.wanted = None


class Comparison:
    """`source` makes models; `reference` and `subject` are what peers.py says."""

    def __init__(self, source, reference, subject, work, operators=None, shrinking=True):
        self.source, self.reference, self.subject, self.work = source, reference, subject, work
        self.operators, self.shrinking = operators, shrinking
        self.tally, self.reasons, self.covered = collections.Counter(), collections.Counter(), collections.Counter()

    def check(self, seeds):
        """Yields texts that say what is wrong."""
        groups = collections.defaultdict(list)
        for seed in seeds:
            member = Member(self.source, seed, self.operators)
            if member.outputs and self.take(member):
                groups[member.model.version].append(member)
        for members in groups.values():
            for start in range(0, len(members), TOGETHER):
                yield from self.check_together(members[start:start + TOGETHER])

    def path(self, name="model"):
        return self.work / f"{name}{self.source.SUFFIX}"

    def decline(self, side, reason):
        self.tally[f"declined by {side}"] += 1
        self.reasons[f"{side}: {reason}"[:220]] += 1

    def take(self, member):
        """Whether the reference runs the model. Generated C has its turn with others."""
        if isinstance(self.reference, GeneratedC):
            return True
        self.source.write([member.model], self.path())
        try:
            member.wanted = self.reference(self.path(), member.model.data)
            return True
        except Declined as declined:
            self.decline("the reference", str(declined))
            return False

    def check_together(self, members):
        try:
            bad = self.differing(members)
        except (Declined, Wrong):
            if len(members) > 1:
                middle = len(members) // 2
                yield from self.check_together(members[:middle])
                yield from self.check_together(members[middle:])
                return
            bad = members
        for member in members:
            if member in bad:
                yield from self.check_alone(member)
            else:
                self.tally["same"] += 1
                self.covered.update(member.model.covered)

    def differing(self, members):
        """Those of the members whose results differ, all in one file."""
        models = []
        for member in members:
            models.append(self.source.generate(Choices(recorded=member.choices.made), self.operators,
                                               beside=models[0] if models else None)[0])
        path = self.path("together")
        self.source.write(models, path)
        data = [array for model in models for array in model.data]
        got = iter(self.subject(path, data))
        wanted = iter(self.reference(path, data)) if members[0].wanted is None else None
        def differs(member):
            rights = zip(member.outputs, wanted or member.wanted)
            return any([difference(next(got), right, monte_carlo.rule(right.dtype)) for _, right in rights])

        return [member for member in members if differs(member)]

    def check_alone(self, member):
        try:
            failure, model = self.run(member.choices.made)
        except Declined as declined:
            self.decline("barecc", str(declined))
            return
        self.covered.update(member.model.covered)
        reason = failure and known.explains(failure)
        self.tally["known" if reason else "DIFFERS" if failure else "same"] += 1
        if reason:
            self.reasons[f"known: {reason}"] += 1
        elif failure:
            if self.shrinking:
                failure, model = self.keep(member, failure)
            yield f"seed {member.seed}: {[name for name, _ in model.covered]} {failure.node}: {failure.text}"

    def run(self, made):
        """The failure of one model, None where it has none; and the model."""
        model, outputs = self.source.generate(Choices(recorded=made), self.operators)
        path = self.path()
        self.source.write([model], path)
        wanted = self.reference(path, model.data)
        try:
            got = self.subject(path, model.data)
        except Wrong as wrong:
            return Failure("", str(wrong)), model
        samples = None
        for index, (value, a, b) in enumerate(zip(outputs, got, wanted)):
            text = difference(a, b, monte_carlo.rule(b.dtype))
            if not text:
                continue
            if a.shape == b.shape and a.dtype == b.dtype:
                samples = self.samples(made) if samples is None else samples
                places = monte_carlo.unexplained(a, b, [sample[index] for sample in samples])
                if not places.any():
                    continue
                first = tuple(int(place) for place in numpy.argwhere(places)[0])
                text = f"{int(places.sum())} of {a.size} elements differ, first at {list(first)}: {a[first]} for {b[first]}"
                if a.dtype.kind in "iu":
                    text += f", at most {max(abs(int(x) - int(y)) for x, y in zip(a[places], b[places]))} apart"
            return Failure(model.text[model.line_of[value.name]], text), model
        return None, model

    def samples(self, made):
        """The reference's outputs with other roundings."""
        results = []
        for seed in range(monte_carlo.SAMPLES):
            model, _ = self.source.generate(Choices(recorded=made), self.operators, numpy.random.default_rng(seed))
            self.source.write([model], self.path("rounded"))
            try:
                results.append(self.reference(self.path("rounded"), model.data))
            except (Declined, Wrong):
                pass
        return results

    def keep(self, member, failure):
        """Makes the failing model small and leaves it in `failed`; returns its failure and the model."""
        def fails(choices):
            self.source.generate(choices, self.operators)
            try:
                found, _ = self.run(choices.made)
            except (Declined, Wrong):
                return False
            return found is not None and found.kind == failure.kind

        made = shrink(member.choices.made, member.choices.spans, fails)
        found, model = self.run(made)
        folder = self.work / "failed" / str(member.seed)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(self.path(), folder)
        for index, array in enumerate(model.data):
            numpy.save(folder / f"input_{index}.npy", array)
        note = [f"seed {member.seed}: {found}", f"version {model.version}", *model.text, f"choices {made}"]
        (folder / "note.txt").write_text("\n".join(note) + "\n")
        return found, model
