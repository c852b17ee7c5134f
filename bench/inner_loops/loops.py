"""Functions of a program, the loops in them, and the loop that multiplies the most."""

import re
import subprocess

FUNCTION = re.compile(r"^[0-9a-f]+ <(?!\.L)(.+)>:$")  # other labels are inside of one
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S.*?)\s*$")
COMMENT = re.compile(r"\s+(@|//|#) .*$| <[^>]*>.*$")
TARGET = re.compile(r"\b0x([0-9a-f]+)(?= <)")
# What goes on at the target of a branch; calls come back.
BRANCH = re.compile(r"(b|b\.\w+|b(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)(\.[nw])?|cbn?z|tbn?z|le|letp|"
                    r"b(ne|eq|lt|ge|gt|le)z|b(lt|ge|gt|le)u|j)$")


class Instruction:
    """Text with the target of a branch as "head", which is what llvm-mca is told that it is."""

    def __init__(self, address, text, executions=0):
        self.address, self.executions = address, executions
        target = TARGET.search(text)
        self.text = COMMENT.sub("", TARGET.sub("head", text)).replace("\t", " ")
        self.mnemonic, _, self.operands = self.text.partition(" ")
        self.target = int(target[1], 16) if target and BRANCH.match(self.mnemonic) else None


def executions_of(blocks):
    """By address, from what `barecc bench --keep` writes to blocks.txt."""
    executions = {}
    for line in blocks.splitlines():
        times, _, *addresses = line.split()
        for address in addresses:
            executions[int(address, 16)] = executions.get(int(address, 16), 0) + int(times)
    return executions


def functions(objdump, program, executions):
    """The instructions of each function, in the order of their addresses."""
    command = [*objdump, "--disassemble", "--no-show-raw-insn", program]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    found, body = [], None
    for line in listing.splitlines():
        if FUNCTION.match(line):
            body = []
            found.append(body)
        elif body is not None and (match := INSTRUCTION.match(line)):
            address = int(match[1], 16)
            body.append(Instruction(address, match[2], executions.get(address, 0)))
    return [body for body in found if any(i.executions for i in body)]


def loops(body):
    """For each loop the positions of its instructions, from the target of a branch backwards to the last branch there,
    without those of loops inside. What is in no loop counts as one, since the function is called in one."""
    position = {instruction.address: i for i, instruction in enumerate(body)}
    found = {}
    for end, instruction in enumerate(body):
        begin = position.get(instruction.target)
        if begin is not None and begin <= end:
            found[begin] = end
    owner = [(0, len(body))] * len(body)
    for begin, end in sorted(found.items(), key=lambda r: r[0] - r[1]):  # the longest first
        owner[begin:end + 1] = [(begin, end)] * (end + 1 - begin)
    positions = {}
    for i, loop in enumerate(owner):
        positions.setdefault(loop, []).append(i)
    return positions.values()


class Loop:
    """A loop as it was executed. `macs` are the multiply-accumulates of each instruction of the function.

    `rounds`        how often it went round
    `instructions`  executed in a round, `macs` done in a round
    `body`          the instructions that most rounds execute
    `begin`         its position in `function`
    """

    def __init__(self, function, positions, macs):
        body = [function[i] for i in positions]
        self.function, self.begin = function, positions[0]
        self.rounds = max(i.executions for i in body)
        self.executed = sum(i.executions for i in body)
        self.executed_macs = sum(function[i].executions * macs[i] for i in positions)
        self.body = [i for i in body if 2 * i.executions > self.rounds]
        self.instructions = self.executed / max(1, self.rounds)
        self.macs = self.executed_macs / max(1, self.rounds)


def busiest_loop(bodies, macs_of):
    """The loop with the most multiply-accumulates, or None, and the multiply-accumulates of all that was executed.
    `macs_of(function)` gives those of each instruction."""
    best, total = None, 0
    for function in bodies:
        macs = macs_of(function)
        total += sum(i.executions * count for i, count in zip(function, macs))
        for positions in loops(function):
            loop = Loop(function, positions, macs)
            if loop.executed_macs and (best is None or loop.executed_macs > best.executed_macs):
                best = loop
    return best, total
