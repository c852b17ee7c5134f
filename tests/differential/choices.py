"""Random decisions that are written down, so that a model is made again from them, or a smaller one from fewer.

A generator asks for nothing but `below`. What it makes is a function of the list of numbers it got, in which 0 is always
the simplest choice; so a shrunk list is a simpler model, and always a valid one.
"""

import contextlib
import random


class Choices:
    def __init__(self, seed=None, recorded=None):
        self.random = random.Random(seed) if recorded is None else None
        self.recorded = recorded
        self.made, self.spans = [], []

    def below(self, limit):
        """A number from 0 to limit - 1; 0 where a recorded list has ended."""
        if self.random:
            number = self.random.randrange(limit)
        else:
            position = len(self.made)
            number = min(self.recorded[position], limit - 1) if position < len(self.recorded) else 0
        self.made.append(number)
        return number

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def of(self, values):
        return values[self.below(len(values))]

    def rarely(self, one_in):
        return self.below(one_in) == one_in - 1

    def shuffled(self, values):
        values = list(values)
        return [values.pop(self.below(len(values))) for _ in range(len(values))]

    @contextlib.contextmanager
    def span(self):
        """What belongs together, such as all that makes a node, and can be left out as a whole."""
        start = len(self.made)
        yield
        self.spans.append((start, len(self.made)))
