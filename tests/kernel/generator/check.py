"""Calls kernel_check, which replays recorded scenarios in fwsim, and reads what it says."""
import os
import re
import subprocess
from dataclasses import dataclass, field

DEFAULT = "build/release/tests/kernel_check"


@dataclass
class Verdict:
    differences: int = 0
    text: str = ""
    # scenario -> what differs first, numbers left out: the kind of difference
    kinds: dict = field(default_factory=dict)


def program():
    return os.environ.get("FWSIM_KERNEL_CHECK", DEFAULT)


def check(directory):
    """Verdict over a scenario or a directory of scenarios."""
    done = subprocess.run([program(), directory], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    last = re.search(r"^kernel: \d+ scenarios, \d+ packets, (\d+) differences$", done.stdout, re.M)
    if not last:
        return singly(directory, done.stdout)
    verdict = Verdict(int(last.group(1)), done.stdout)
    name = None
    lines = done.stdout.splitlines()
    for at, line in enumerate(lines):
        header = re.match(r"scenario (\S+):", line)
        if header:
            name = header.group(1)
        elif name and name not in verdict.kinds and re.match(r"    \S", line):
            verdict.kinds[name] = " | ".join([plain(line)] + [plain(more) for more in lines[at + 1:at + 3]
                if len(more) < 60])
    return verdict


def singly(directory, output):
    """kernel_check itself failed: with which scenarios?"""
    if os.path.exists(os.path.join(directory, "scenario.json")):
        name = os.path.basename(directory)
        return Verdict(1, output, {name: "kernel_check fails: " + plain(output[-100:])})
    verdict = Verdict()
    for name in sorted(os.listdir(directory)):
        one = check(os.path.join(directory, name))
        verdict.differences += one.differences
        verdict.text += one.text
        verdict.kinds.update(one.kinds)
    return verdict


def plain(line):
    """Without what only this packet has: numbers, tuples, names of rules."""
    return re.sub(r"\(.*\)|\b0x[0-9a-f]+|\b[0-9a-f]{12,}|\d+", "#", line.strip())
