#!/usr/bin/env python3
"""There and back: what `fwsim translate` makes of a ruleset, loaded and listed by nft -j, must be the same ruleset to `fwsim diff`.

usage: back.py [--every N] [--keep DIR] PROGRAM FILE-OR-DIRECTORY...   (root, for nft in a network namespace; one of N files)
       back.py PROGRAM --listings DIR                                 (without nft: listings made before, DIR/NAME.json of corpora/rulesets/NAME)

A ruleset counts when all its rules are translated and the kernel takes them. Those that fwsim names as not comparable are counted:
the lists of -m recent and ipsets are sets that rules change, or that diff is not given; the route back is not asked for in the same way in
IPv6; and marks that are copied bit by bit take too long.
Exit status 1 when another is not the same."""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from golden import in_namespace  # noqa: E402
from measure import rulesets, run  # noqa: E402

SECONDS = 60
NOT_COMPARABLE = re.compile(r"-m recent|-m rpfilter|-m set|-j SET|-m connlimit|--(nf|ct)mask 0x(?!ffffffff)")


def compare(program, before, after):
    """("same" or what is said instead, the text)"""
    try:
        done = run([program, "diff", before, after], timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "too long", ""
    if done.returncode == 0:
        return "same", done.stdout
    if done.returncode != 1:
        return "failed", done.stderr
    return "different" if "treated differently" in done.stdout else "undecided", done.stdout


def listings(program, directory):
    originals = os.path.join(HERE, "..", "..", "corpora", "rulesets")
    bad = []
    names = sorted(name for name in os.listdir(directory) if name.endswith(".json"))
    for name in names:
        what, text = compare(program, os.path.join(originals, name[:-5]), os.path.join(directory, name))
        if what != "same":
            bad.append(name)
            print("%s: %s\n%s" % (name, what, text))
    print("%d listings, %d of them the same" % (len(names), len(names) - len(bad)))
    return 1 if bad or not names else 0


def main():
    words, every, keep = sys.argv[1:], 1, None
    if "--listings" in words:
        return listings(words[0], words[2])
    if not in_namespace():
        print("back: not run: no network namespaces, or no nft in them (root is needed)")
        return 1 if os.environ.get("CI") else 77
    while words[0].startswith("--"):
        if words[0] == "--every":
            every = int(words[1])
        else:
            keep = words[1]
        words = words[2:]
    program, counts, bad = words[0], {}, 0
    with tempfile.TemporaryDirectory() as work:
        text, listing = os.path.join(work, "rules.nft"), os.path.join(work, "listing.json")
        for file in list(rulesets(words[1:]))[::every]:
            sets = os.path.splitext(file)[0] + ".ipset"
            if run([program, "translate", file, "-o", text] + (["--sets", sets] if os.path.exists(sets) else [])).returncode != 0:
                counts["not whole"] = counts.get("not whole", 0) + 1
                continue
            run(["nft", "flush", "ruleset"])
            if run(["nft", "-f", text]).returncode != 0:
                counts["not loaded"] = counts.get("not loaded", 0) + 1
                continue
            with open(listing, "w") as out:
                out.write(run(["nft", "-j", "list", "ruleset"]).stdout)
            if keep:
                with open(os.path.join(keep, os.path.basename(file) + ".json"), "w") as out, open(listing) as source:
                    out.write(source.read())
            what, said = compare(program, file, listing)
            with open(file, errors="replace") as source:
                if what != "same" and (what == "too long" or NOT_COMPARABLE.search(source.read())):
                    what += ", as expected"
            counts[what] = counts.get(what, 0) + 1
            if what != "same" and not what.endswith("as expected"):
                bad += 1
                print("%s: %s\n%s" % (file, what, said[:2000]))
    print("there and back: " + ", ".join("%d %s" % (n, what) for what, n in sorted(counts.items())))
    return 1 if bad or not counts.get("same") else 0


if __name__ == "__main__":
    sys.exit(main())
