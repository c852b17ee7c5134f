"""What random models of every format have in common: tensors that are known, and how a node picks its operands."""

import contextlib
import dataclasses

import numpy

from tensor_data import dimension, drawn

LARGEST = 3000  # elements of a tensor


@dataclasses.dataclass(frozen=True)
class Value:
    name: str
    type: str
    shape: tuple
    scale: float = None  # of quantised numbers
    zero: int = 0
    index: int = None  # where a format numbers its tensors
    data: object = dataclasses.field(default=None, compare=False)  # of a constant

    @property
    def rank(self):
        return len(self.shape)

    @property
    def kind(self):
        """What two tensors have in common that an operator of one type takes together."""
        return self.type, self.scale is None


class Impossible(Exception):
    """The choices made so far admit no such node."""


class RandomModel:
    """A format's model has `new_input(type, shape, array=None)`, `constant(array)` and `operators`, a table from names
    to functions of a model and of the name, with the lowest version that has the operator."""
    least_rank = 0  # of an input

    def __init__(self, choices, theme, version):
        self.choices, self.theme, self.version = choices, theme, version
        self.values, self.used, self.inputs, self.data = [], set(), [], []
        self.covered, self.text, self.leaves = [], [], []
        self.computed, self.line_of, self.operands = [], {}, {}  # results of nodes; of each by name, its node's

    def weights(self, type_, shape, special=True):
        """A constant, or now and then an input."""
        if len(shape) >= self.least_rank and self.choices.rarely(8):
            return self.new_input(type_, shape)
        return self.constant(drawn(self.choices, type_, shape, special))

    def type_of(self, types):
        """One of the types: mostly the model's own, where that is among them."""
        if self.theme in types and not self.choices.rarely(6):
            return self.theme
        return types[0] if not self.choices.rarely(3) else self.choices.of(types)

    def shape(self, low=0, high=4):
        rank = self.choices.between(low, high)
        shape = []
        for _ in range(rank):
            shape.append(dimension(self.choices, LARGEST // max(1, int(numpy.prod(shape)))))
        return tuple(shape)

    def factors(self, count):
        """A shape of that many elements."""
        shape = []
        while count > 1 and len(shape) < 4:
            divisors = [divisor for divisor in range(1, min(count, 40) + 1) if count % divisor == 0]
            shape.append(self.choices.of(divisors[::-1]))
            count //= shape[-1]
        return shape + [count] if count != 1 or not shape and self.choices.below(2) else shape

    def pick(self, types, low=0, high=4, fits=lambda value: True):
        """A tensor of one of the types and of a rank from low to high."""
        known = [value for value in reversed(self.values)
                 if value.type in types and low <= value.rank <= high and fits(value)]
        if known and not self.choices.rarely(8):
            return known[min(self.choices.below(len(known)), self.choices.below(len(known)))]
        for _ in range(10):
            shape = self.shape(max(low, self.least_rank), high)
            if fits(Value("", "", shape)):
                return self.new_input(self.type_of(types), shape)
        raise Impossible

    def alike(self, value):
        """A tensor of that type and shape, another where there is one."""
        known = [other for other in self.values if other != value and (other.kind, other.shape) ==
                 (value.kind, value.shape)]
        return self.choices.of(known) if known and not self.choices.rarely(4) else self.weights(value.type, value.shape)

    def broadcast(self, value, both=True):
        """A tensor of that type which broadcasts against the value, to a larger shape too if `both`; and that shape."""
        def fits(other):
            try:
                shape = numpy.broadcast_shapes(value.shape, other.shape)
            except ValueError:
                return False
            return numpy.prod(shape) <= LARGEST and len(shape) <= 5 and (both or shape == value.shape)
        known = [other for other in self.values if other.kind == value.kind and other != value and fits(other)]
        if known and not self.choices.rarely(3):
            other = self.choices.of(known)
        else:
            shape = list(value.shape)
            for axis in range(len(shape)):
                if self.choices.rarely(4):
                    shape[axis] = 1
                elif shape[axis] == 1 and both and self.choices.rarely(3):
                    shape[axis] = dimension(self.choices, LARGEST // max(1, int(numpy.prod(value.shape))))
            shape = shape[self.choices.below(len(shape) + 1):] if self.choices.rarely(3) else shape
            if not fits(Value("", "", tuple(shape))):
                shape = list(value.shape)
            other = self.weights(value.type, shape)
        return other, numpy.broadcast_shapes(value.shape, other.shape)

    def axis(self, rank):
        """An axis, counted from the end now and then; and which it is."""
        axis = self.choices.below(rank)
        return (axis - rank if self.choices.rarely(3) else axis), axis

    def axes(self, rank, least=1):
        """Some axes, in any order and of any sign; and which they are."""
        chosen = self.choices.shuffled(range(rank))[:self.choices.between(least, rank)]
        return [axis - rank if self.choices.rarely(3) else axis for axis in chosen], chosen

    def grow(self, operators):
        """Adds one of the operators, which are names."""
        name = self.choices.of(operators)
        function, since = self.operators[name]
        if since <= self.version:
            with contextlib.suppress(Impossible):
                function(self, name)

    def leave(self, value):
        """Keeps a result of which the sides may differ, each rightly, from what would make the difference larger."""
        self.values.remove(value)
        self.leaves.append(value)

    def fill(self, operators, most=12):
        """Adds nodes, `most` of them or fewer."""
        for _ in range(most):
            with self.choices.span():
                if self.choices.below(most) == 0:
                    return
                self.grow(operators)

    def wrote(self, operator, inputs, outputs, attributes):
        """Remembers a node: for what was covered, and for people."""
        typed = next((value.type for value in inputs if value), outputs[0].type)
        self.covered.append((operator, typed))
        shown = ", ".join(f"{value.name} {value.type}{list(value.shape)}" if value else "-" for value in inputs)
        self.computed += outputs
        self.line_of.update((value.name, len(self.text)) for value in outputs)
        self.operands.update((value.name, inputs) for value in outputs)
        self.text.append(f"{', '.join(f'{value.name} {value.type}{list(value.shape)}' for value in outputs)} = "
                         f"{operator}({shown}) {attributes}")

    def finish(self):
        """Makes results of what no node reads, and now and then of what one does; returns them."""
        outputs = [value for value in self.values if value not in self.inputs and
                   (value.name not in self.used or self.choices.rarely(8))] + self.leaves
        self.declare(outputs)
        return outputs

    def observe(self, outputs, places):
        """Makes results of what nodes compute, at these places of `computed`, beside those that are results already; returns
        all."""
        others = [self.computed[place] for place in places if self.computed[place] not in outputs]
        self.declare(others)
        return outputs + others
