"""The lines of LOG, which reach only the machine's kernel log.

The log is shared with everybody: lines are told apart by the rules' prefixes.
A scenario with an unprefixed LOG takes a lock while it runs."""
import fcntl
import os
import re
import tempfile

from .machine import ALL_NAMESPACES

RULE = re.compile(r'-j LOG\b(.*)')
PREFIX = re.compile(r'--log-prefix (?:"((?:[^"\\]|\\.)*)"|(\S+))')
ESCAPED = re.compile(r"\\x([0-9a-f]{2})")


def prefixes(rules):
    """The prefix of each LOG rule; empty where it has none."""
    found = set()
    for options in RULE.findall(rules):
        prefix = PREFIX.search(options)
        found.add(re.sub(r"\\(.)", r"\1", prefix.group(1) or prefix.group(2) or "")[:29] if prefix else "")
    return found


class KernelLog:
    def __init__(self, rules):
        self.prefixes = prefixes(rules)
        self.file = None
        if not self.prefixes:
            return
        self.lock = open(os.path.join(tempfile.gettempdir(), "fwsim-kernel-log.lock"), "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX if "" in self.prefixes else fcntl.LOCK_SH)
        # Opened before the namespace is left: inside it is not writable.
        self.switch = os.open(ALL_NAMESPACES, os.O_RDWR | os.O_CLOEXEC)
        self.file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self.skip()

    def skip(self):
        if self.file is not None:
            os.lseek(self.file, 0, os.SEEK_END)

    def listen(self):
        """Another program may have switched it off meanwhile."""
        if self.file is not None:
            os.pwrite(self.switch, b"1", 0)

    def ours(self, line):
        return any(line.startswith(prefix + "IN=") for prefix in self.prefixes)

    def lines(self):
        """The new lines, or None where no rule logs."""
        if self.file is None:
            return None
        found = []
        while True:
            try:
                record = os.read(self.file, 8192)
            except BlockingIOError:
                return found
            except BrokenPipeError:
                continue
            line = record.decode("latin1").split(";", 1)[1].split("\n")[0]
            line = ESCAPED.sub(lambda m: chr(int(m.group(1), 16)), line)
            if self.ours(line):
                found.append(line)
