"""Takes the rules out of a ruleset that iptables or the kernel refuses."""
import re
import subprocess

from recorder import namespace
from recorder.run import in_child


def refused_line(command, lines):
    """0 if it loads, else the number of the line with which it does not, as the command tells it."""
    done = subprocess.run([command], input="\n".join(lines) + "\n", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode == 0:
        return 0
    found = re.search(r"line:? (\d+)", done.stderr) or re.search(r"occurred at line: (\d+)", done.stderr)
    return int(found.group(1)) if found else len(lines)


def is_rule(line):
    return line.startswith("-A")


def table_of(lines, number):
    """The range of lines of the table in which line `number` stands."""
    start = max(n for n in range(number + 1) if lines[n].startswith("*"))
    return start, next(n for n in range(start, len(lines)) if lines[n] == "COMMIT")


def culprit(command, lines, commit):
    """The first rule with which the table ending at `commit` does not load: the kernel does not tell."""
    start, end = table_of(lines, commit)
    rules = [n for n in range(start, end) if is_rule(lines[n])]
    low, high = 0, len(rules)           # the first `low` rules load
    while low + 1 < high:
        middle = (low + high) // 2
        kept = [line for n, line in enumerate(lines[start:end + 1], start) if not is_rule(line) or n in rules[:middle]]
        if refused_line(command, kept):
            high = middle
        else:
            low = middle
    return rules[high - 1] if rules else None


def loadable(lines, v6, ipset):
    """(lines that load, those left out, the sets as the kernel saves them)"""
    command = "ip6tables-legacy-restore" if v6 else "iptables-legacy-restore"

    def work():
        namespace.enter()
        if ipset:
            namespace.run(["ipset", "restore", "-exist"], ipset)
        saved = namespace.run(["ipset", "save"]) if ipset else ""
        kept, dropped = list(lines), []
        while True:
            number = refused_line(command, kept) - 1
            if number < 0:
                namespace.leave()
                return kept, dropped, saved
            if not is_rule(kept[number]):
                number = culprit(command, kept, number)
                if number is None:
                    raise OSError("%s refuses %s" % (command, kept))
            dropped.append(kept.pop(number))
    return in_child(work)
