#!/usr/bin/env python3
"""Asks this machine's kernel what it does with each scenario, and writes expected.json beside it.

usage: record.py [--output DIR] DIR...      (root; DIR: scenario directories, or directories of such)"""
import argparse
import json
import os
import sys

from recorder import machine, result
from recorder.run import record
from recorder.scenario import ScenarioError, load


def scenario_directories(paths):
    for path in paths:
        if os.path.exists(os.path.join(path, "scenario.json")):
            yield path
            continue
        for name in sorted(os.listdir(path)):
            if os.path.exists(os.path.join(path, name, "scenario.json")):
                yield os.path.join(path, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", metavar="DIR")
    parser.add_argument("--output", help="write NAME.json there, not expected.json into the scenario")
    options = parser.parse_args()
    failed = 0
    with machine.prepared():
        for directory in scenario_directories(options.directories):
            try:
                answer = record(load(directory))
            except (ScenarioError, OSError, json.JSONDecodeError) as error:
                print("%s: %s" % (directory, error), file=sys.stderr)
                failed += 1
                continue
            for row in answer["packets"]:
                if row.pop("selfcheck", None):
                    print("%s: packet %d: trace and counters disagree" % (directory, row["index"]), file=sys.stderr)
                    failed += 1
            path = os.path.join(directory, "expected.json")
            if options.output:
                path = os.path.join(options.output, os.path.basename(os.path.normpath(directory)) + ".json")
            with open(path, "w") as file:
                file.write(result.text(answer) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
