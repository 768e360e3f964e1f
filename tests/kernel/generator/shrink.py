"""Makes a scenario with a difference small: takes packets away, then rules, while the same kind of difference stays."""
import os
import shutil
import time

from recorder.run import record
from recorder.scenario import ScenarioError

from . import check, loading, scenarios


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

    def fewer_rules(self, key):
        lines = self.best[key].splitlines()
        for number in reversed(range(len(lines))):
            if loading.is_rule(lines[number]):
                kept = lines[:number] + lines[number + 1:]
                if self.differs(dict(self.best, **{key: "\n".join(kept) + "\n"})):
                    lines = kept

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
                self.fewer_rules(key)
        self.fewer_settings()
        self.fewer_packets()
        if self.expected is not None:
            scenarios.write(keep, self.best, self.expected)
            with open(os.path.join(keep, "difference.txt"), "w") as file:
                file.write(check.check(keep).text)
        return self.expected is not None
