"""Contents of the IP sets and of the lists of `recent`."""
import os
import re

from .namespace import read, run

RECENT = "/proc/thread-self/net/xt_recent"
LINE = re.compile(r"src=(\S+) ttl: (\d+) last_seen: \d+ oldest_pkt: (\d+) (.*)")


def may_change(scenario):
    """Whether packets or commands can alter a set: asking it costs a process each time."""
    return bool(scenario["ipset"]) and (
        "-j SET" in scenario["ruleset"] + scenario["ruleset6"]
        or bool(re.search("counters|ip,mac|timeout", scenario["ipset"]))
        or any("cmd" in step for step in scenario.get("packets", [])))


def sets():
    """Each set's elements as `ipset save` writes them, sorted."""
    found = {}
    for line in run(["ipset", "save"]).splitlines():
        word, name, *rest = line.split()
        if word == "create":
            found[name] = []
        elif word == "add":
            found[name].append(" ".join(rest))
    return {name: sorted(elements) for name, elements in found.items()}


def recent_lists():
    found = {}
    for name in sorted(os.listdir(RECENT)) if os.path.isdir(RECENT) else ():
        rows = []
        for line in read(os.path.join(RECENT, name)).splitlines():
            source, ttl, oldest, stamps = LINE.match(line).groups()
            rows.append({"src": source, "ttl": int(ttl), "oldest_pkt": int(oldest), "stamps": stamps.count(",") + 1})
        found[name] = sorted(rows, key=lambda row: row["src"])
    return found


class Changes:
    """Tells the contents only where they differ from the last call's."""

    def __init__(self, look, wanted):
        self.look = look if wanted else lambda: None
        self.before = self.look()

    def next(self):
        now = self.look()
        changed, self.before = now != self.before, now
        return now if changed else None
