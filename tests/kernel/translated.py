#!/usr/bin/env python3
"""iptables against nft, both on this machine's kernel: does `fwsim translate` change what becomes of a packet?

usage: translated.py --rulesets N --packets P --seed S [--both] [--jobs J] [--keep DIR]      (root; FWSIM names the program)

Random rulesets get random conversations with iptables-legacy loaded. Then the same packets are sent once more with
the translation loaded in a namespace of its own, and every packet that comes out, its bytes, its fate, its marks
behind each hook, the connections and the log must be the same. Rules that fwsim names as not translated are taken out
before, and counted. What differs is recorded twice with each: what the kernel does differently by itself is unstable.
With --both, IPv4 rulesets get an IPv6 one beside them, of their rules that say nothing about IPv4: tables of family inet.
Exit status 0: no difference; 77: namespaces cannot be made here."""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import re
import subprocess
import sys
import tempfile

from generator import hosts, ipsets, loading, rulesets, scenarios, stable, traffic
from generator.context import PORTS
from recorder import machine, namespace, probes
from recorder.run import Run, in_child
from recorder.scenario import ScenarioError

# What the kernel draws by chance differs between two runs of iptables, too; nft of this kernel has no queue. connlimit
# counts the same only for packets that begin a connection, of which random rules know nothing.
BY_CHANCE = re.compile(r"--mode random|--random|-j NFQUEUE|-j HMARK|-m cluster|-m connlimit")
# Of one family only: addresses, protocols and extensions.
OF_IPV4 = re.compile(r"\d\.\d|-p (icmp|udplite)|-f\b|-m (icmp|ttl|realm|set|osf|recent|addrtype|rpfilter|hashlimit|iprange|length)|-j (TTL|ECN|SET|REJECT|NFQUEUE|TEE)|-j DNAT|-j SNAT")
COMPARED = ("journeys", "out", "fate", "dropped_at", "out_if", "ctstate", "nflog", "log", "conntrack", "expect", "marks",
            "send_error")


class Marked(Run):
    """A run that also tells the packets' marks behind each hook."""

    def packet(self, row, step):
        super().packet(row, step)
        row["marks"] = [journey.marks for journey in self.journeys.all]


class Translated(Marked):
    """The same scenario, with rules for nft in place of iptables' and of ipsets."""

    def __init__(self, scenario, text):
        self.text = text
        super().__init__(scenario)

    def load(self):
        for command in self.scenario.get("setup", []):
            namespace.run_allowed(command)
        namespace.run(["nft", "-f", "-"], self.text)


def translate(lines, v6, sets, work, both=False):
    """(text for nft, lines that it stands for, lines that fwsim named)"""
    path = os.path.join(work, "rules.v6" if v6 else "rules.v4")
    command = [os.environ["FWSIM"], "translate", path]
    if sets:
        with open(os.path.join(work, "sets"), "w") as file:
            file.write(sets)
        command += ["--sets", os.path.join(work, "sets")]
    other = os.path.join(work, "rules6")
    if both and not v6:
        command += ["--rules6", other]
    named = []
    while True:
        if both and not v6:
            with open(other, "w") as file:
                file.write("\n".join(line for line in lines if not line.startswith("-A") or not OF_IPV4.search(line)) + "\n")
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode == 0:
            return done.stdout, lines, named
        numbers = {int(n) for n in re.findall(r"^%s:(\d+): not translated" % re.escape(path), done.stderr, re.M)}
        if done.returncode != 1 or not numbers:
            raise ScenarioError("fwsim translate: %s" % done.stderr)
        named += [lines[n - 1] for n in sorted(numbers)]
        lines = [line for n, line in enumerate(lines, 1) if n not in numbers]


HEADERS = {1: 8, 6: 20, 17: 8, 33: 12, 50: 8, 51: 12, 58: 8, 108: 4, 132: 12, 135: 6, 136: 8}


def is_fragment(packet):
    if packet[0] >> 4 == 6:
        return packet[6] == 44 or packet[6] in (0, 43, 60) and packet[40] == 44
    return bool(int.from_bytes(packet[6:8], "big") & 0x3fff)


def has_mss(packet):
    """Of a whole TCP packet of IPv4 or IPv6: whether it announces a segment size."""
    at = 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4
    return b"\2\4" in packet[at + 20:at + (packet[at + 12] >> 4) * 4]


def is_whole(step, tracked, sockets, clamps):
    """Whether the packet holds its transport header: matches of iptables drop those that do not, rules of nft pass them on.

    Without connection tracking nft takes what a later fragment of IPv6 has in its place for one, and `sockets`, -m socket,
    gathers fragments only in iptables. An authentication header of IPv6 is the protocol for nft alone, and `clamps`, TCPMSS,
    adds a segment size to a SYN only in iptables. fwsim notes each of them."""
    if "ip" not in step:
        return True
    packet = bytes.fromhex(step["ip"])
    if sockets and not tracked and is_fragment(packet):
        return False
    if packet[0] >> 4 == 6:
        following, at = packet[6], 40
        while following in (0, 43, 44, 60, 51):
            if following == 51:
                return False
            if len(packet) < at + 8:
                return False
            if following == 44 and (packet[at + 2] or packet[at + 3] & 0xf8):
                return tracked                          # a later fragment
            size = 8 if following == 44 else (packet[at + 1] + 2) * 4 if following == 51 else (packet[at + 1] + 1) * 8
            following, at = packet[at], at + size
    else:
        at, following = (packet[0] & 15) * 4, packet[9]
        offset = int.from_bytes(packet[6:8], "big") & 0x1fff
        if offset:
            return not (offset == 1 and following == 6)
    if following == 6 and len(packet) >= at + 20 and not 20 <= (packet[at + 12] >> 4) * 4 <= len(packet) - at:
        return False                                    # what it says of its options
    if clamps and following == 6 and len(packet) >= at + 20 and packet[at + 13] & 2 and not has_mss(packet):
        return False
    return len(packet) - at >= HEADERS.get(following, 0)


def with_runs(rng, host, lines):
    """Some rules become runs that differ in a value, and at times in the verdict: what becomes sets and maps."""
    out = []
    for line in lines:
        out.append(line)
        value = re.search(r"(?<= -s )[0-9a-f.:]+(?:/\d+)?|(?<=--[sd]port )\d+(?= |$)|(?<=--ctstate )[A-Z]+(?= |$)", line)
        if not line.startswith("-A") or not value or rng.randrange(2):
            continue
        for _ in range(rng.randrange(1, 5)):
            other = rng.choice(["NEW", "ESTABLISHED", "INVALID", "RELATED"]) if value.group().isupper() else \
                str(rng.choice(PORTS)) if value.group().isdigit() else rng.choice(host.everyone() + host.own())
            copy = line[:value.start()] + other + line[value.end():]
            if rng.randrange(2):
                copy = re.sub(r"-j (ACCEPT|DROP|RETURN)$", lambda _: "-j " + rng.choice(["ACCEPT", "DROP", "RETURN"]), copy)
            out.append(copy)
    return out


def settings(seed, number):
    rng = random.Random("%s %d" % (seed, number))
    v6 = rng.randrange(3) == 0
    host = hosts.random_host(rng, v6)
    text, known = ipsets.random_sets(rng, host, PORTS) if rng.randrange(5) < 2 else ("", [])
    lines = [line for line in rulesets.random_ruleset(rng, host, known, "k%d" % number) if not BY_CHANCE.search(line)]
    lines, _, saved = loading.loadable(with_runs(rng, host, lines), v6, text)
    scenario = {"name": "translated-%s-%d" % (seed, number), "sysctls": host.sysctls, "interfaces": host.interfaces,
                "routes": host.routes, "rules": host.rules, "ruleset": "", "ruleset6": "", "ipset": saved}
    if rng.randrange(5) == 0:
        scenario["local_delivery"] = "stack"
    return rng, host, scenario, lines


def replay(make, steps):
    def work():
        run = make()
        try:
            return [run.step(index, step) for index, step in enumerate(steps)]
        finally:
            run.close()
    return in_child(work)


def comparable(rows):
    """Without what only iptables tells: the rules that a packet came to, by which a fragment's fate is told, too."""
    out = []
    for row in rows:
        row = {key: value for key, value in row.items() if key in COMPARED}
        row["journeys"] = [{key: value for key, value in journey.items() if key not in ("path", "last_rule")}
                           for journey in row.get("journeys", [])]
        for place in [row] + row["journeys"]:
            if place.get("fate") == "fragment_queued":
                place["fate"] = "dropped"
            if place.get("fate") == "dropped":
                place.pop("dropped_at", None)
        row = json.loads(json.dumps(row))
        for entry in row.get("conntrack", []):          # counted where some rule, be it one that never matches, asks for it
            entry.pop("packets", None)
            entry.pop("bytes", None)
        out.append(row)
    return out


def first_difference(one, other):
    for number, (a, b) in enumerate(zip(one, other)):
        if not stable.same(a, b):
            keys = [key for key in COMPARED if not stable.same(a.get(key), b.get(key), key)]
            return number, keys, [(a.get(key), b.get(key)) for key in keys]
    return None


def try_one(seed, number, packets, keep, both=False):
    """(counts, complaint or None)"""
    counts = collections.Counter()
    rng, host, scenario, lines = settings(seed, number)
    with tempfile.TemporaryDirectory(prefix="fwsim-translated-") as work:
        text, lines, named = translate(lines, host.v6, scenario["ipset"], work, both)
    counts["sets"] = len(re.findall(r"[a-z] \{ |vmap \{", text))
    counts["inet"] = text.count("\ntable inet ") // 2
    scenario["ruleset6" if host.v6 else "ruleset"] = "\n".join(lines) + "\n"
    rules_text = "\n".join(lines)
    rules = sum(1 for line in lines if line.startswith("-A"))
    counts.update(rulesets=1, rules=rules, named=len(named))

    def play():
        run = Marked(scenario)
        try:
            return traffic.play(rng, host, run, packets, "local_delivery" in scenario,
                                lambda step: is_whole(step, probes.uses_conntrack(rules_text), "-m socket" in rules_text,
                                                      "-j TCPMSS" in rules_text))
        finally:
            run.close()
    steps, rows = in_child(play)
    counts["packets"] += sum(1 for row in rows if "packet" in row)
    one = comparable(rows)
    found = first_difference(one, comparable(replay(lambda: Translated(scenario, text), steps)))
    if not found:
        return counts, None
    again = comparable(replay(lambda: Marked(scenario), steps))
    second = first_difference(again, comparable(replay(lambda: Translated(scenario, text), steps)))
    if first_difference(one, again) or not second:
        counts["unstable"] += 1
        return counts, None
    counts["differences"] += 1
    where = os.path.join(keep, scenario["name"])
    scenario["packets"] = steps
    scenarios.write(where, scenario)
    with open(os.path.join(where, "rules.nft"), "w") as file:
        file.write(text)
    at, keys, values = second
    complaint = "%s: packet %d (%s): %s differ; see %s\n" % (scenario["name"], at, rows[at].get("packet", ""),
                                                           ", ".join(keys), where)
    complaint += "".join("  iptables: %s\n  nft:      %s\n" % (json.dumps(a)[:600], json.dumps(b)[:600])
                         for a, b in values[:2])
    return counts, complaint


def attempt(*arguments):
    try:
        return try_one(*arguments)
    except (ScenarioError, OSError, subprocess.SubprocessError) as error:
        return collections.Counter(failed=1), "ruleset %d: %s" % (arguments[1], error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rulesets", type=int, default=100)
    parser.add_argument("--packets", type=int, default=200, help="with each ruleset")
    parser.add_argument("--first", type=int, default=0, help="number of the first ruleset")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--both", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="build/translated-findings")
    options = parser.parse_args()
    try:
        if os.geteuid() != 0:
            raise OSError("needs root")
        in_child(namespace.enter)
        subprocess.run(["nft", "--version"], stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        print("translated: not run: %s" % error)
        return 1 if os.environ.get("CI") else 77
    counts = collections.Counter()
    with machine.prepared(), concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        tasks = [pool.submit(attempt, options.seed, number, options.packets, options.keep, options.both)
                 for number in range(options.first, options.first + options.rulesets)]
        for task in concurrent.futures.as_completed(tasks):
            more, complaint = task.result()
            counts += more
            if complaint:
                print(complaint, flush=True)
    if options.both:
        print("tables of family inet: %d" % counts["inet"])
    print("anonymous sets and maps: %d" % counts["sets"])
    print("translated: %d rulesets, %d rules, %d more named as not translated, %d packets, %d unstable, %d failed, %d differences"
          % tuple(counts[key] for key in ("rulesets", "rules", "named", "packets", "unstable", "failed", "differences")))
    return 1 if counts["differences"] or counts["failed"] or not counts["packets"] else 0


if __name__ == "__main__":
    sys.exit(main())
