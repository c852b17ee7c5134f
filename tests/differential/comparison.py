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
    name: str = ""  # of the tensor that differs
    got: numpy.ndarray = dataclasses.field(default=None, compare=False)
    wanted: numpy.ndarray = dataclasses.field(default=None, compare=False)
    places: numpy.ndarray = dataclasses.field(default=None, compare=False)  # that differ; None where shapes do
    operands: tuple = dataclasses.field(default=(), compare=False)  # of the node, as arrays; None where one is absent
    tensors: tuple = dataclasses.field(default=(), compare=False)  # these operands and the result, as random_model.Value

    @property
    def kind(self):
        """What stays the same while a model shrinks: the operator, or the first words of the text."""
        return self.node.partition(" = ")[2].partition("(")[0] or self.text[:40]

    def __str__(self):
        return f"{self.node}: {self.text}"


@dataclasses.dataclass
class Compared:
    """A model on both sides."""
    model: object
    arrays: dict  # inputs and results that are right, by name
    moved: set  # names of what differs, be it explained by rounding or not
    failures: list  # in the order of the nodes

    def located(self, failure):
        """The failure with what its node reads, as far as that is known."""
        inputs = self.model.operands[failure.name]
        result = next(value for value in self.model.computed if value.name == failure.name)
        operands = tuple(value and self.arrays.get(value.name, value.data) for value in inputs)
        return dataclasses.replace(failure, operands=operands, tensors=(*inputs, result))

    def roots(self):
        """The failures of nodes that give another result of the same operands."""
        return [self.located(failure) for failure in self.failures
                if not any(value and value.name in self.moved for value in self.model.operands[failure.name])]


class Member:
    """A model that is compared: the choices that it comes of, and the results that are right."""

    def __init__(self, source, seed, operators):
        self.seed, self.choices = seed, Choices(seed)
        self.model, self.outputs = source.generate(self.choices, operators)
        self.wanted = None


class Comparison:
    """`source` makes models; `reference` and `subject` are what peers.py says, `rules` those of known.py that hold there."""

    def __init__(self, source, reference, subject, work, rules=(), operators=None, shrinking=True):
        self.source, self.reference, self.subject, self.work = source, reference, subject, work
        self.rules, self.operators, self.shrinking = rules, operators, shrinking
        self.tally, self.reasons, self.covered = collections.Counter(), collections.Counter(), collections.Counter()

    def check(self, seeds):
        """Yields texts that say what is wrong."""
        groups = collections.defaultdict(list)
        for seed in seeds:
            member = Member(self.source, seed, self.operators)
            if not member.outputs:
                self.tally["empty"] += 1
            elif self.take(member):
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
        got = iter(self.subject(path, data, hurry=True))
        wanted = iter(self.reference(path, data, hurry=True)) if members[0].wanted is None else None
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
        reason = failure and self.explains(failure)
        self.tally["known" if reason else "DIFFERS" if failure else "same"] += 1
        if reason:
            self.reasons[f"known: {reason}"] += 1
        elif failure:
            if self.shrinking:
                failure, model = self.keep(member, failure)
            yield f"seed {member.seed}: {[name for name, _ in model.covered]} {failure}"

    def run(self, made):
        """The failure of one model, None where it has none; and the model."""
        try:
            compared = self.compare(made)
        except Wrong as wrong:
            return Failure("", str(wrong)), self.source.generate(Choices(recorded=made), self.operators)[0]
        return compared.failures and self.locate(made, compared) or None, compared.model

    def compare(self, made, places=()):
        """A model on both sides, by its outputs and by what it computes at these places."""
        def generate(rounding=None):
            model, outputs = self.source.generate(Choices(recorded=made), self.operators, rounding)
            return model, model.observe(outputs, places)

        model, values = generate()
        path = self.path()
        self.source.write([model], path)
        wanted, got = self.reference(path, model.data), self.subject(path, model.data)
        arrays = {value.name: array for value, array in [*zip(model.inputs, model.data), *zip(values, wanted)]}
        compared = Compared(model, arrays, set(), [])
        samples = None
        for index, (value, a, b) in enumerate(zip(values, got, wanted)):
            text = difference(a, b, monte_carlo.rule(b.dtype))
            if not text:
                continue
            compared.moved.add(value.name)
            differing = None
            if a.shape == b.shape and a.dtype == b.dtype:
                samples = self.samples(generate) if samples is None else samples
                differing = monte_carlo.unexplained(a, b, [sample[index] for sample in samples])
                if not differing.any():
                    continue
                first = tuple(int(place) for place in numpy.argwhere(differing)[0])
                text = f"{int(differing.sum())} of {a.size} elements differ, first at {list(first)}: {a[first]} for {b[first]}"
            compared.failures.append(Failure(model.text[model.line_of[value.name]], text, value.name, a, b, differing))
        compared.failures.sort(key=lambda failure: model.line_of[failure.name])
        return compared

    def samples(self, generate):
        """The reference's outputs with other roundings."""
        results = []
        for seed in range(monte_carlo.SAMPLES):
            model, _ = generate(monte_carlo.Rounding(seed))
            self.source.write([model], self.path("rounded"))
            try:
                results.append(self.reference(self.path("rounded"), model.data))
            except (Declined, Wrong):
                pass
        return results

    def locate(self, made, plain):
        """The failure of the first node that gives another result of the same operands and is not explained: what is
        computed of results that differ differs too. Where a model with all results seen does not fail, since less of it is
        fused, or does not run, the operands of the node that failed at first are seen."""
        computed = [value.name for value in plain.model.computed]
        read = {value.name for value in plain.model.operands[plain.failures[0].name] if value}
        for places in (range(len(computed)), [place for place, name in enumerate(computed) if name in read]):
            try:
                compared = self.compare(made, places)
            except (Declined, Wrong):
                continue
            if compared.failures:
                roots = compared.roots() or [dataclasses.replace(plain.failures[0], text=known.ROUNDING)]
                return next((root for root in roots if not self.explains(root)), roots[0])
        return plain.located(plain.failures[0])

    def explains(self, failure):
        return known.explains(failure, self.rules)

    def keep(self, member, failure):
        """Makes the failing model small and leaves it in `failed`; returns its failure and the model."""
        def fails(choices):
            self.source.generate(choices, self.operators)
            try:
                found, _ = self.run(choices.made)
            except (Declined, Wrong):
                return False
            return found is not None and found.kind == failure.kind and not self.explains(found)

        made = shrink(member.choices.made, member.choices.spans, fails)
        found, _ = self.run(made)
        model, _ = self.source.generate(Choices(recorded=made), self.operators)
        folder = self.work / "failed" / str(member.seed)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.source.write([model], folder / f"model{self.source.SUFFIX}")
        for index, array in enumerate(model.data):
            numpy.save(folder / f"input_{index}.npy", array)
        note = [f"seed {member.seed}: {found}", f"version {model.version}", *model.text, f"choices {made}"]
        (folder / "note.txt").write_text("\n".join(note) + "\n")
        return found, model
