#!/usr/bin/env python3
"""How much of real rulesets `fwsim translate` and `iptables-restore-translate -f` leave untranslated, and whether the results load.

usage: measure.py [--every N] PROGRAM FILE-OR-DIRECTORY...      (root, for nft -c in a network namespace; one of N files)

A ruleset counts when fwsim reads it; how many it does not is said, and of the project's own it must read all. Beside NAME.v4 or NAME.v6, NAME.ipset is given with --sets. Exit status 1 when a result of
fwsim does not load for another reason than that this kernel has no `queue`."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from golden import in_namespace  # noqa: E402


OWN = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "corpora", "")


def rulesets(paths):
    for path in paths:
        for folder, _, names in sorted(os.walk(path)) if os.path.isdir(path) else [(os.path.dirname(path), [], [os.path.basename(path)])]:
            for name in sorted(names):
                file = os.path.join(folder, name)
                if name.endswith((".t", ".md", ".ipset", ".toml")):
                    continue
                with open(file, errors="replace") as content:
                    text = content.read()
                if re.search(r"^\*\w+", text, re.M) and "COMMIT" in text:
                    yield file


def run(words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False, **more)


def loads(path):
    """None when it loads, else what nft says; rules with `queue` aside, which a kernel may lack."""
    done = run(["nft", "-c", "-f", path])
    if done.returncode == 0:
        return None, False
    with open(path) as file:
        text = file.read()
    without = re.sub(r"queue (flags [a-z,]+ )?(num|to) [0-9-]+( bypass)?(,?fanout)?", "accept", text)
    if without != text:
        with open(path, "w") as file:
            file.write(without)
        again = run(["nft", "-c", "-f", path])
        if again.returncode == 0:
            return None, True
        done = again
    return done.stderr.split("\n")[0], False


def main():
    if not in_namespace():
        print("measure: not run: no network namespaces, or no nft in them (root is needed)")
        return 1 if os.environ.get("CI") else 77
    words, every = sys.argv[1:], 1
    if words[0] == "--every":
        every, words = int(words[1]), words[2:]
    program, paths = words[0], words[1:]
    total = {"rulesets": 0, "rules": 0}
    mine = {"left": 0, "whole": 0, "loads": 0, "but for queue": 0}
    theirs = {"left": 0, "whole": 0, "loads": 0, "refused": 0}
    failed = unread = 0
    with tempfile.TemporaryDirectory() as work:
        result = os.path.join(work, "out.nft")
        for file in list(rulesets(paths))[::every]:
            sets = os.path.splitext(file)[0] + ".ipset"
            done = run([program, "translate", file, "-o", result] + (["--sets", sets] if os.path.exists(sets) else []))
            if done.returncode not in (0, 1, 2) or "Sanitizer" in done.stderr:
                failed += 1
                print("%s: status %d: %s" % (file, done.returncode, done.stderr[-2000:]))
            if done.returncode not in (0, 1):
                unread += 1
                if os.path.abspath(file).startswith(OWN):
                    failed += 1
                    print("%s: %s" % (file, done.stderr.split("\n")[0]))
                continue
            with open(file, errors="replace") as content:
                text = content.read()
            rules = len(re.findall(r"^(?:\[\d+:\d+\] )?-A ", text, re.M))
            left = len(re.findall(r": not translated: ", done.stderr))
            total["rulesets"] += 1
            total["rules"] += rules
            mine["left"] += left
            mine["whole"] += left == 0
            with open(result) as content:
                six = "\ntable ip6 " in content.read() or file.endswith(".v6")
            why, queue = loads(result)
            mine["loads"] += why is None
            mine["but for queue"] += queue
            if why:
                failed += 1
                print("%s: %s" % (file, why))
            other = run(["ip6tables-restore-translate" if six else "iptables-restore-translate", "-f", file])
            if other.returncode:
                theirs["refused"] += 1
                theirs["left"] += rules
                continue
            # It leaves rules as comments in iptables' own words.
            left = len(re.findall(r"^# (?:-t \w+ )?-[AI] ", other.stdout, re.M))
            theirs["left"] += left
            theirs["whole"] += left == 0
            with open(result, "w") as out:
                out.write(other.stdout)
            theirs["loads"] += loads(result)[0] is None
    print("%(rulesets)d rulesets with %(rules)d rules" % total + "; %d more are not read" % unread)
    print("fwsim translate:            %d rules left, %d rulesets whole, %d load (%d of them but for queue)" %
          tuple(mine[k] for k in ("left", "whole", "loads", "but for queue")))
    print("iptables-restore-translate: %d rules left (those of %d rulesets that it refuses among them), %d rulesets whole, %d load" %
          tuple(theirs[k] for k in ("left", "refused", "whole", "loads")))
    return 1 if failed or not total["rulesets"] else 0


if __name__ == "__main__":
    sys.exit(main())
