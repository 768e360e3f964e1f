#!/usr/bin/env python3
"""Times two commands in turn: pairs.py PAIRS NAME_A COMMAND_A NAME_B COMMAND_B

The runs alternate (A B, B A, A B, ...), after one unmeasured run of each, so that a machine that slows down slows
both. Commands are split at spaces; their output is thrown away; a failing one ends it. Prints a Markdown table.
Peak memory below that of this script (about 15 MiB) cannot be told: a child starts with its parent's.
"""

import os
import shlex
import statistics
import subprocess
import sys
import time


def run(command, good=(0,)):
    """(wall seconds, CPU seconds, peak memory in MiB); `good` are the statuses of success"""
    start = time.monotonic()
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in good:
        sys.exit(f"{command}: exit {process.returncode}\n{errors.decode(errors='replace')[:1000]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    pairs, name_a, command_a, name_b, command_b = sys.argv[1:]
    commands = {name_a: command_a, name_b: command_b}
    results = {name: [] for name in commands}
    for command in commands.values():
        run(command)
    for i in range(int(pairs)):
        for name in (name_a, name_b) if i % 2 == 0 else (name_b, name_a):
            results[name].append(run(commands[name]))

    print(f"| {pairs} pairs | wall, median (min-max) s | CPU, median s | memory, MiB |")
    print("| --- | --- | --- | --- |")
    for name, runs in results.items():
        wall, cpu, memory = zip(*runs)
        print(f"| {name} | {statistics.median(wall):.3f} ({min(wall):.3f}-{max(wall):.3f}) | "
              f"{statistics.median(cpu):.3f} | {max(memory):.0f} |")
    for column, what in ((0, "wall"), (1, "CPU")):
        ratios = [a[column] / b[column] for a, b in zip(results[name_a], results[name_b])]
        print(f"\n{name_a} takes {statistics.median(ratios):.2f} of the {what} time of {name_b} (median of the pairs)")


if __name__ == "__main__":
    main()
