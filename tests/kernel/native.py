#!/usr/bin/env python3
"""Rulesets written for nft, on this machine's kernel and in fwsim: does what fwsim reads from `nft -j list ruleset` do the same?

usage: native.py [--packets P] [--seed S] [--rounds N] [--keep DIR] [FILE.nft...]     (root; FWSIM_KERNEL_CHECK names the program)

Each ruleset (those of native/ without FILE) gets random hosts and conversations; its addresses are exchanged for some of that host. The
packets are recorded with it loaded, and replayed with its listing. Exit status 0: no difference; 77: namespaces cannot be made here."""
import argparse
import collections
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from generator import hosts, scenarios, traffic
from recorder import machine, namespace, result
from recorder.run import in_child
from recorder.scenario import ScenarioError
from translated import Translated, comparable, is_whole

# What one of the two does not tell, or the kernel draws by chance.
COMPARED = ("journeys", "out", "fate", "out_if")
ADDRESS = re.compile(r"(?<![\d.:a-f])\d+\.\d+\.\d+\.\d+(?!\.\d)")
HERE = os.path.dirname(os.path.abspath(__file__))


def for_host(rng, host, text):
    """With addresses of those who live there; masks and the all-zero rest of masks stay."""
    known = {}

    def other(found):
        address = found.group()
        if host.v6 or address.startswith(("0.", "255.")):
            return address
        if address not in known:
            left = [a for a in host.everyone() + host.own() if a not in known.values() and not a.startswith("127.")]
            known[address] = rng.choice(left) if left else address
        return known[address]
    return ADDRESS.sub(other, text)


def listing(text):
    """What nft lists of the ruleset, or None when the kernel refuses it (addresses that overlap in a set)."""
    def work():
        namespace.enter()
        done = subprocess.run(["nft", "-f", "-"], input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            return None
        return subprocess.run(["nft", "-j", "list", "ruleset"], text=True, stdout=subprocess.PIPE, check=True).stdout
    return in_child(work)


def replayed(where):
    done = subprocess.run([os.environ["FWSIM_KERNEL_CHECK"], "--print", where], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if not done.stdout.startswith("{"):
        raise ScenarioError("kernel_check: %s%s" % (done.stdout[:500], done.stderr[:500]))
    return json.JSONDecoder().raw_decode(done.stdout)[0]["packets"]


def fits(step, tracked):
    """Not those with options of IPv4: what is answered to them is of no interest here."""
    return is_whole(step, tracked, False, False) and not ("ip" in step and step["ip"][0] == "4" and step["ip"][1] != "5")


def without_id(packet):
    """The identification of fragments of IPv6 is drawn by chance."""
    return packet[:88] + "00000000" + packet[96:] if packet[0] == "6" and packet[12:14] == "2c" else packet


def simple(rows):
    out = []
    for row in comparable(rows):
        row = {key: value for key, value in row.items() if key in COMPARED}
        row["journeys"] = [[journey.get(key) for key in ("kind", "fate", "out_if")] for journey in row["journeys"]]
        row["out"] = sorted((frame["if"], without_id(frame["ip"])) for frame in row.get("out", []))
        out.append(row)
    return out


def try_one(path, seed, packets, keep):
    """(packets, complaint or None)"""
    rng = random.Random("%s %s" % (seed, os.path.basename(path)))
    with open(path) as file:
        original = file.read()
    v6 = rng.randrange(3) == 0 and "table inet" in original
    host = hosts.random_host(rng, v6)
    text = for_host(rng, host, original)
    listed = listing(text)
    if listed is None:
        return 0, None
    scenario = {"name": "native-%s-%s" % (os.path.basename(path)[:-4], seed), "sysctls": host.sysctls, "interfaces": host.interfaces,
                "routes": host.routes, "rules": host.rules, "ruleset": "", "ruleset6": "", "ipset": "", "ipv6": v6}

    def play():
        run = Translated(scenario, text)
        try:
            return traffic.play(rng, host, run, packets, False, lambda step: fits(step, "ct " in text))
        finally:
            run.close()
    steps, rows = in_child(play)
    scenario["packets"] = steps
    scenario["ruleset6" if v6 else "ruleset"] = listed
    where = os.path.join(keep, scenario["name"])
    scenarios.write(where, scenario, {"format": result.FORMAT, "name": scenario["name"], "packets": rows})
    theirs, ours = simple(rows), simple(replayed(where))
    for number, (a, b) in enumerate(zip(theirs, ours)):
        if "lost" in a.get("fate", ""):   # the recorder does not know what became of it
            continue
        keys = [key for key in COMPARED if a.get(key) != b.get(key)]
        if keys:
            return len(rows), "%s: packet %d (%s): %s\n%s" % (scenario["name"], number, rows[number].get("packet", ""), ", ".join(keys), "".join(
                "  kernel: %s\n  fwsim:  %s\n" % (json.dumps(a.get(key))[:500], json.dumps(b.get(key))[:500]) for key in keys[:2]))
    return len(rows), None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--packets", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1, help="hosts for each ruleset")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep")
    options = parser.parse_args()
    try:
        if os.geteuid() != 0:
            raise OSError("needs root")
        in_child(namespace.enter)
        subprocess.run(["nft", "--version"], stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        print("native: not run: %s" % error)
        return 1 if os.environ.get("CI") else 77
    counts = collections.Counter()
    with machine.prepared(), tempfile.TemporaryDirectory(prefix="fwsim-native-") as work:
        for path in options.files or sorted(glob.glob(os.path.join(HERE, "native", "*.nft"))):
            for number in range(options.rounds):
                try:
                    packets, complaint = try_one(path, "%s-%d" % (options.seed, number), options.packets, options.keep or work)
                except (ScenarioError, OSError, subprocess.SubprocessError) as error:
                    packets, complaint = 0, "%s: %s" % (path, error)
                counts["rulesets"] += packets > 0
                counts["packets"] += packets
                if complaint:
                    counts["differences"] += 1
                    print(complaint, flush=True)
    print("native: %d rulesets, %d packets, %d differences" % (counts["rulesets"], counts["packets"], counts["differences"]))
    return 1 if counts["differences"] or not counts["packets"] else 0


if __name__ == "__main__":
    sys.exit(main())
