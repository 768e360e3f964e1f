#!/usr/bin/env python3
"""Random rulesets and packets on this machine's kernel and in fwsim: do both say the same?

usage: random_scenarios.py --packets N --seed S [--rulesets R] [--jobs J] [--keep DIR]      (root)

Scenarios are made and recorded in batches and given to kernel_check (FWSIM_KERNEL_CHECK names it). One that
differs is recorded once more: if the kernel itself did something else it counts as unstable, not as a
difference. Of each kind of difference a few are made small and kept. The last line counts all of them."""
import argparse
import collections
import concurrent.futures
import json
import os
import shutil
import sys
import tempfile
import traceback

from generator import check, scenarios, stable
from generator.shrink import Shrinker
from recorder import machine, namespace
from recorder.run import in_child, record
from recorder.scenario import ScenarioError, load

PACKETS_EACH, BATCH = 40, 20
KEPT_OF_A_KIND, SHRINK_SECONDS = 1, 30


def batch(work, seed, numbers, packets):
    """Makes and checks some scenarios: (counts, [(name, directory, kind)], complaints)."""
    counts, complaints = collections.Counter(), []
    directory = os.path.join(work, "batch-%d" % numbers[0])
    for number in numbers:
        try:
            scenario, expected, dropped = scenarios.make(seed, number, packets)
        except (ScenarioError, OSError) as error:
            complaints.append("ruleset %d: %s" % (number, error))
            continue
        except Exception:                               # a fault of the generator: named, and the rest goes on
            complaints.append("ruleset %d: %s" % (number, traceback.format_exc()))
            continue
        for row in expected["packets"]:
            if "selfcheck" in row:
                complaints.append("ruleset %d packet %d: trace and counters disagree" % (number, row["index"]))
        scenarios.write(os.path.join(directory, scenario["name"]), scenario, expected)
        counts.update(scenarios=1, packets=len(expected["packets"]), refused=len(dropped))
    verdict = check.check(directory)
    differing = []
    for name, kind in verdict.kinds.items():
        path = os.path.join(directory, name)
        first = load_expected(path)
        if stable.same(first["packets"], record(load(path))["packets"]):
            differing.append((name, path, kind))
        else:
            counts["unstable"] += 1
            complaints.append("%s is unstable on the kernel itself: %s" % (name, kind))
    for name in os.listdir(directory):
        if name not in verdict.kinds:
            shutil.rmtree(os.path.join(directory, name))
    return counts, differing, complaints


def load_expected(path):
    with open(os.path.join(path, "expected.json")) as file:
        return json.load(file)


def keep_small(path, kind, keep, work):
    """Shrinks the scenario at `path` into `keep`."""
    return Shrinker(load(path), kind, work, SHRINK_SECONDS).run(keep)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rulesets", type=int, help="at least so many (default: one for 40 packets)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="build/kernel-findings")
    return parser.parse_args()


def cannot_run():
    """Why this machine does not let us, or None."""
    if os.geteuid() != 0:
        return "needs root"
    try:
        in_child(namespace.enter)
    except OSError as error:
        return str(error)
    return None if os.access(check.program(),
        os.X_OK) else "no %s: build it, or set FWSIM_KERNEL_CHECK" % check.program()


def run(options, pool, work):
    each = min(PACKETS_EACH, -(-options.packets // options.rulesets)) if options.rulesets else PACKETS_EACH
    total = -(-options.packets // each)
    numbers = list(range(total))
    tasks = [pool.submit(batch, work, options.seed, numbers[at:at + BATCH], each) for at in range(0, total, BATCH)]
    counts, differing = collections.Counter(), []
    for done, task in enumerate(concurrent.futures.as_completed(tasks), 1):
        more, found, complaints = task.result()
        counts += more
        differing += found
        for complaint in complaints:
            print(complaint)
        print("batch %d of %d: %d packets, %d scenarios differ" % (done, len(tasks), counts["packets"],
            len(differing)), file=sys.stderr)
    return counts, differing


def shrink_all(options, pool, work, differing):
    kinds = collections.defaultdict(list)
    for name, path, kind in sorted(differing):
        kinds[kind].append((name, path))
    jobs = []
    for kind, members in sorted(kinds.items()):
        print("%4d scenarios differ in %s: %s" % (len(members), kind, " ".join(name for name, _ in members[:4])))
        for name, path in members[:KEPT_OF_A_KIND]:
            keep = os.path.join(options.keep, name)
            jobs.append((keep, pool.submit(keep_small, path, kind, keep, os.path.join(work, "shrink", name))))
    for keep, job in jobs:
        print("kept %s" % keep if job.result() else "could not be made small: %s" % keep)


def main():
    options = arguments()
    reason = cannot_run()
    if reason:
        print("kernel: not run: %s" % reason)
        return 1 if os.environ.get("CI") else 77
    with tempfile.TemporaryDirectory(prefix="fwsim-kernel-") as work, machine.prepared(), \
            concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        counts, differing = run(options, pool, work)
        shrink_all(options, pool, work, differing)
    print("%d rules did not load, %d scenarios are unstable on the kernel itself" % (counts["refused"],
        counts["unstable"]))
    print("kernel: %d scenarios, %d packets, %d differences" % (counts["scenarios"], counts["packets"], len(differing)))
    return 1 if differing or not counts["packets"] else 0


if __name__ == "__main__":
    sys.exit(main())
