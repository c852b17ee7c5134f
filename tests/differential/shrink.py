"""Makes a failing model small: leaves out and lowers the choices that it came of, as long as it fails.

The method is that of MacIver and Donaldson (Test-Case Reduction via Test-Case Generation, ECOOP 2020): since every list
of choices makes a valid model, nothing here knows of operators or shapes.
"""

from choices import Choices


def without(made, span):
    return made[:span[0]] + made[span[1]:]


def shrink(made, spans, fails, attempts=300):
    """The smallest list found of which `fails(Choices)` is true. `fails` makes the model, and so the spans."""
    left = attempts

    def attempt(candidate):
        nonlocal made, spans, left
        if left <= 0 or candidate == made:
            return False
        left -= 1
        choices = Choices(recorded=candidate)
        if not fails(choices):
            return False
        made, spans = choices.made, choices.spans
        while made and made[-1] == 0:  # what an ended list gives
            made = made[:-1]
        return True

    progress = True
    while progress and left > 0:
        progress = False
        index = len(spans) - 1
        while index >= 0:  # nodes, the last first, so that what is left keeps its operands
            if index < len(spans) and attempt(without(made, spans[index])):
                progress = True
            index -= 1
        size = max(len(made) // 2, 1)
        while size >= 1 and left > 0:
            start = 0
            while start < len(made):
                block = made[start:start + size]
                if any(block) and attempt(made[:start] + [0] * len(block) + made[start + size:]):
                    progress = True
                start += size
            size //= 2
        for index in range(len(made)):
            for lower in (made[index] // 2, made[index] - 1) if index < len(made) else ():
                if index < len(made) and 0 < lower < made[index] and \
                        attempt(made[:index] + [lower] + made[index + 1:]):
                    progress = True
    return made
