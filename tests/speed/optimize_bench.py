#!/usr/bin/env python3
"""What fwsim optimize makes of the largest rulesets, and whether diff agrees. optimize_bench.py FWSIM [FILE...]

Without files: the five largest rulesets of the shared corpora that load, three of them real, where those are. Each is optimised without and with
--ipset; `fwsim diff --logs` is then asked about before and after, by itself. Prints a Markdown table."""
import json
import os
import resource
import subprocess
import sys
import tempfile

CORPORA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/corpora/rulesets")
LARGEST = ("github/Vssblt__iptables-gfw-list__rules.v4", "derived/iptables-save-2016-03-16_13-53-28.macs-filled",
           "derived/iptables_20.10.2013.macs-filled", "generated/polito_1000.v4", "generated/docker_many.v4")


def timed(*command):
    """What the command did, and the processor time that it took: others may share the machine."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(fwsim, path, ipset, scratch):
    written, sets = os.path.join(scratch, "rules"), os.path.join(scratch, "sets")
    for old in (written, sets):
        if os.path.exists(old):
            os.remove(old)
    options = ["--managed", "--seconds", "900", "--format", "json", "--write", written]
    done, seconds = timed(fwsim, "optimize", path, *options, *(["--ipset", "--write-sets", sets] if ipset else []))
    if done.returncode != 0:
        return f"| {os.path.basename(path)} | does not load | | | | | | |"
    report = json.loads(done.stdout)
    same, proof = "nothing to do", 0.0
    if os.path.exists(written):
        compared, proof = timed(fwsim, "diff", "--logs", *(["--sets", sets] if ipset else []), path, written)
        same = "the same" if compared.returncode == 0 else compared.stdout.splitlines()[0]
    kinds = [step["step"] for step in report["steps"]]
    steps = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("removed", "merged", "listed") if kind in kinds)
    late = "" if report["complete"] else " (time was up)"
    return (f"| {os.path.basename(path)}{', --ipset' if ipset else ''} | {report['rules']} | {report['rules_after']} | {steps} "
            f"| {len(report['not_proved'])} | {seconds:.1f}{late} | {same} | {proof:.1f} |")


def main():
    fwsim, files = sys.argv[1], sys.argv[2:] or [os.path.join(CORPORA, name) for name in LARGEST]
    print("| ruleset | rules | afterwards | steps | not proved | CPU s | diff --logs | CPU s |\n| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as scratch:
        for path in files:
            for ipset in (False, True):
                print(row(fwsim, path, ipset, scratch), flush=True)


main()
