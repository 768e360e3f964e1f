"""Makes one random scenario: chooses, records, writes its directory."""
import os
import random
import time

from recorder import result
from recorder.run import Run, in_child

from . import hosts, ipsets, loading, rulesets, traffic
from .context import PORTS



def settings(seed, number):
    """(generator, scenario without packets, rules, number of rules left out)"""
    rng = random.Random("%s %d" % (seed, number))
    v6 = rng.randrange(3) == 0
    host = hosts.random_host(rng, v6)
    text, known = ipsets.random_sets(rng, host, PORTS) if rng.randrange(5) < 2 else ("", [])
    lines = rulesets.random_ruleset(rng, host, known, "k%d" % number)
    lines, dropped, saved = loading.loadable(lines, v6, text)
    scenario = {"name": "random-%s-%d" % (seed, number), "sysctls": host.sysctls, "interfaces": host.interfaces,
                "routes": host.routes, "rules": host.rules, "ruleset": "", "ruleset6": "", "ipset": saved}
    if rng.randrange(5) == 0:
        scenario["local_delivery"] = "stack"
    scenario["ruleset6" if v6 else "ruleset"] = "\n".join(lines) + "\n"
    return rng, host, scenario, dropped


def make(seed, number, packets):
    """(scenario with its packets, expected, rules left out)"""
    rng, host, scenario, dropped = settings(seed, number)

    def work():
        run = Run(scenario)
        try:
            steps, rows = traffic.play(rng, host, run, packets, "local_delivery" in scenario)
            return steps, {"format": result.FORMAT, "name": scenario["name"], "packets": rows,
                           "final_counters": run.counters.totals(),
                           "volatile": {"date": round(time.time(), 3),
                           "wall_s": round(time.monotonic() - run.started, 3)}}
        finally:
            run.close()
    scenario["packets"], expected = in_child(work)
    return scenario, expected, dropped


def write(directory, scenario, expected=None):
    """As record.py and kernel_check read it; the rules in files of their own."""
    os.makedirs(directory, exist_ok=True)
    stored = dict(scenario)
    for key, name in (("ruleset", "rules.v4"), ("ruleset6", "rules.v6"), ("ipset", "ipset.save")):
        path = os.path.join(directory, name)
        stored.pop(key + "_file", None)
        if stored.pop(key, ""):
            stored[key + "_file"] = name
            with open(path, "w") as file:
                file.write(scenario[key])
        elif os.path.exists(path):
            os.unlink(path)
    for name, content in (("scenario.json", stored), ("expected.json", expected)):
        if content is not None:
            with open(os.path.join(directory, name), "w") as file:
                file.write(result.text(content) + "\n")
