"""Makes a scenario with a difference small: takes packets away, then rules, while the same kind of difference stays."""
import os
import re
import shutil
import time

from recorder.run import record
from recorder.scenario import ScenarioError

from . import check, loading, scenarios


def without_empty_chains(lines):
    """Text without the user chains that are neither filled nor called."""
    rules = "\n".join(line for line in lines if loading.is_rule(line)) + "\n"
    return "\n".join(line for line in lines if not re.match(r":\S+ - ", line) or re.search(
        r"(-A|-j|-g) %s\s" % line.split()[0][1:], rules)) + "\n"


class Shrinker:
    """Each try is recorded on the kernel anew, for so many seconds at most."""

    def __init__(self, scenario, kind, work, seconds):
        self.best, self.kind, self.work = scenario, kind, work
        self.until = time.monotonic() + seconds
        self.expected = None

    def differs(self, scenario):
        if time.monotonic() > self.until:
            return False
        try:
            expected = record(scenario)
        except (ScenarioError, OSError):
            return False
        shutil.rmtree(self.work, ignore_errors=True)
        scenarios.write(self.work, scenario, expected)
        if check.check(self.work).kinds.get(scenario["name"]) != self.kind:
            return False
        self.best, self.expected = scenario, expected
        return True

    def without(self, key, items, start, size):
        return dict(self.best, **{key: items[:start] + items[start + size:]})

    def fewer_packets(self):
        """Halves first, then single packets, from the end."""
        size = max(1, len(self.best["packets"]) // 2)
        while size:
            start = len(self.best["packets"]) - size
            while start >= 0:
                self.differs(self.without("packets", self.best["packets"], start, size))
                start = min(start, len(self.best["packets"])) - size
            size //= 2

    def fewer_tables(self, key):
        """Whole tables first: most have nothing to do with it."""
        for name in re.findall(r"^\*(\w+)$", self.best[key], re.M):
            self.differs(dict(self.best, **{key: re.sub(r"\*%s\n.*?COMMIT\n" % name, "", self.best[key], flags=re.S)}))

    def fewer_rules(self, key):
        """Halves, then single rules; chains that nobody calls any more go with them."""
        size = max(1, self.best[key].count("\n-A") // 2)
        while size:
            lines = self.best[key].splitlines()
            rules = [number for number, line in enumerate(lines) if loading.is_rule(line)]
            for start in range(len(rules) - size, -size, -size):
                gone = set(rules[max(0, start):start + size])
                kept = [line for number, line in enumerate(lines) if line and number not in gone]
                if gone and self.differs(dict(self.best, **{key: without_empty_chains(kept)})):
                    lines = [line if number not in gone else "" for number, line in enumerate(lines)]
            size //= 2

    def fewer_settings(self):
        for name in list(self.best["sysctls"]):
            kept = {key: value for key, value in self.best["sysctls"].items() if key != name}
            self.differs(dict(self.best, sysctls=kept))
        self.differs(dict(self.best, ipset=""))

    def run(self, keep):
        """Writes the smallest scenario found to `keep`."""
        self.differs(self.best)
        self.fewer_packets()
        for key in ("ruleset", "ruleset6"):
            if self.best[key]:
                self.fewer_tables(key)
                self.fewer_rules(key)
        self.fewer_settings()
        self.fewer_packets()
        if self.expected is not None:
            scenarios.write(keep, self.best, self.expected)
            with open(os.path.join(keep, "difference.txt"), "w") as file:
                file.write(check.check(keep).text)
        return self.expected is not None
