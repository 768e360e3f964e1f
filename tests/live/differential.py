#!/usr/bin/env python3
"""Clients and servers talk through the kernel with a ruleset, and through `fwsim live --enforce` with the same: they must see
the same, and the rules must have counted the same. Usage: differential.py FWSIM [RULESET...]"""
import functools
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import ACKNOWLEDGED, Lab, can_make_namespaces, run  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RULESETS = [os.path.join(ROOT, "corpora/rulesets", name + ".v4") for name in (
    "nat-gateway", "dnat", "snat", "redirect", "rate-limits", "port-knocking", "state", "marks", "tcp-flags", "ec2", "egress",
    "notrack", "order-good", "emergency-access", "nat-one-to-one", "match-protocols", "match-interfaces", "baseline-host")]
RULESETS += [os.path.join(ROOT, "tests/live/rulesets", name) for name in ("ftp.v4", "reject.v4", "router.v6")]
AT_ONCE = 6


def conversation(lab, v6, count):
    """One word after the other: what was seen, by what was asked; and what `count` says had been counted before the long
    ones, of which the acknowledgements come as timing has it."""
    gate, inside, outside = ("2001:db8:1::1", "2001:db8:2::2", "2001:db8:1::9") if v6 else ("203.0.113.1", "10.0.1.2", "203.0.113.9")
    seen, own = {}, 20000

    def ask(what, place, target, *more, **options):
        nonlocal own
        own += 10
        name = "%d. %s %s -> %s %s" % (len(seen) + 1, what, place, target, " ".join(map(str, more)) + " ".join(map(str, options.values())))
        seen[name] = getattr(lab, what)(place, target, *more, own, **options)

    for port in (22, 80, 443, 81, 8080):
        ask("tcp", "outside", gate, port)
        ask("tcp", "inside", outside, port)
    ask("tcp", "outside", inside, 80)
    ask("tcp", "firewall", outside, 443)
    ask("tcp", "firewall", outside, 25)
    ask("udp", "outside", gate, 53)
    ask("udp", "inside", outside, 53)
    ask("udp", "outside", inside, 5000)
    ask("udp", "inside", gate, 4444)
    ask("ping", "outside", gate)
    ask("ping", "outside", gate)
    ask("ping", "inside", outside)
    ask("ping", "outside", inside, size=3000)
    if not v6:
        ask("tcp", "outside", gate, 22, source="10.5.0.5")
        time.sleep(0.4)   # hashlimit of rate-limits has its burst again: what is just above a rate hangs on timing
        ask("tcp", "outside", "203.0.113.10", 80)
        ask("tcp", "inside", outside, 443, source="192.168.1.10")
        ask("udp", "firewall", "8.8.8.8", 53)
        ask("tcp", "outside", "10.0.1.2", 5000)
        for port in (1111, 2222, 3333, 22, 22, 22, 22):
            ask("tcp", "outside", gate, port)
    time.sleep(3 * ACKNOWLEDGED)   # the last connections end
    counted = counters(count())
    ask("tcp", "inside", outside, 5000, size=200000)
    if not v6:
        ask("ftp", "inside", outside)
        ask("ftp", "outside", "10.0.1.2")
    return seen, counted


COUNTED = re.compile(r"^\[(\d+):(\d+)\] (-A .*)$")


def counters(saved):
    """Packets by rule; the same text twice is two rules."""
    table, counts = "", {}
    for line in saved.splitlines():
        if line.startswith("*"):
            table = line[1:]
        found = COUNTED.match(line)
        policy = re.match(r"^:(\S+) [A-Z]+ \[(\d+):", line)
        if found or policy:
            name = "%s %s" % (table, found.group(3) if found else "policy of " + policy.group(1))
            while name in counts:
                name += " (again)"
            counts[name] = int(found.group(1) if found else policy.group(2))
    return counts


# Hosts ask for neighbours, routers and groups when they like: these rules and, of IPv6, the policies that see it.
NOISE = re.compile(r"icmpv6-type 13[3-6]\b")
NOISE_V6 = re.compile(r"policy of (INPUT|OUTPUT)$")


def by_kernel(lab, path, v6, talk=conversation):
    firewall = lab.names["firewall"]
    tool = "ip6tables-legacy" if v6 else "iptables-legacy"
    with open(path, "rb") as rules:
        subprocess.run(["ip", "netns", "exec", firewall, tool + "-restore"], stdin=rules, check=True)
    return talk(lab, v6, lambda: run("ip", "netns", "exec", firewall, tool + "-save", "-c").stdout)


def by_fwsim(lab, path, v6, fwsim, folder, talk=conversation, more=()):
    firewall = lab.names["firewall"]
    control = os.path.join(folder, "control")
    inside = ["ip", "netns", "exec", firewall]
    errors = open(os.path.join(folder, "errors"), "w+")
    live = subprocess.Popen(inside + [fwsim, "live", "--enforce", "--rules", path, "--control", control, "--unknown", "drop", *more],
                            stderr=errors, stdout=errors)
    try:
        for _ in range(600):
            if "in force" in open(errors.name).read() or live.poll() is not None:
                break
            time.sleep(0.05)
        if live.poll() is not None:
            raise RuntimeError("fwsim ended: " + open(errors.name).read())
        answers = talk(lab, v6, lambda: run(fwsim, "live", "counters", "--control", control).stdout)
    finally:
        live.terminate()
        status = live.wait(20)
    if status != 0:
        raise RuntimeError("fwsim ended with %d: %s" % (status, open(errors.name).read()))
    left = run(*inside, "nft", "list", "tables").stdout
    if "fwsim" in left:
        raise RuntimeError("the table stayed")
    return answers


def compare(path, number, fwsim, problems, told, again=False):
    """Every second one with threads. On a busy machine a connection can run out of time that nobody stopped: such a difference
    must be there twice."""
    v6 = path.endswith(".v6")
    answers, failures = {}, []

    def one(which, way, *more):
        lab = Lab("fw%d%s" % (number, which[0]))
        try:
            answers[which] = way(lab, path, v6, *more)
        except Exception as e:  # noqa: BLE001: told below
            failures.append("%s: %s: %s" % (os.path.basename(path), which, e))
        finally:
            lab.end()

    with tempfile.TemporaryDirectory() as folder:
        pair = [threading.Thread(target=one, args=("kernel", by_kernel)),
                threading.Thread(target=one, args=("fwsim", functools.partial(by_fwsim, more=("--queue-balance", "3") if number % 2 else ()), fwsim, folder))]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
    if failures:
        problems += failures
        return
    (seen, counted), (seen_too, counted_too) = answers["kernel"], answers["fwsim"]
    if not again and any(seen_too[what] != outcome and "timeout" in (outcome, seen_too[what]) for what, outcome in seen.items()):
        return compare(path, number, fwsim, problems, told, again=True)
    for what, outcome in seen.items():
        if seen_too[what] != outcome:
            problems.append("%s: %s: kernel %s, fwsim %s" % (os.path.basename(path), what, outcome, seen_too[what]))
    for rule, count in counted.items():
        if count != counted_too.get(rule, -1) and not NOISE.search(rule) and not (v6 and NOISE_V6.search(rule)):
            problems.append("%s: %s: kernel counted %d, fwsim %d" % (os.path.basename(path), rule, count, counted_too.get(rule, -1)))
    if not counted:
        problems.append("%s: no rule" % path)
    told.append("%s: %d conversations, %d rules and policies" % (os.path.basename(path), len(seen), len(counted)))


MEGABYTES = 8


def long_segments(lab, _, count):
    """TCP as offloads carry it, with other addresses on the other side."""
    size = MEGABYTES << 20
    seen = {"inside": lab.tcp("inside", "203.0.113.9", 5000, 20000, size=size), "outside": lab.tcp("outside", "203.0.113.1", 8000, 20010, size=size),
            "firewall": lab.tcp("firewall", "203.0.113.9", 5000, 20020, size=size)}
    return seen, counters(count())


def other_address(lab, *_):
    """What is masqueraded, before and after the firewall gets another address."""
    firewall, seen = lab.names["firewall"], {"before": lab.tcp("inside", "203.0.113.9", 443, 20000)}
    run("ip", "-n", firewall, "addr", "del", "203.0.113.1/24", "dev", "eth0")
    run("ip", "-n", firewall, "addr", "add", "203.0.113.5/24", "dev", "eth0")
    run("ip", "-n", firewall, "route", "add", "default", "via", "203.0.113.9")
    time.sleep(3)
    seen["after"] = lab.tcp("inside", "203.0.113.9", 443, 20010)
    return seen, {}


def answers_of_both(fwsim, path, talk, with_offloads):
    answers = {}
    with tempfile.TemporaryDirectory() as folder:
        for which, way, more in (("kernel", by_kernel, ()), ("fwsim", by_fwsim, (fwsim, folder))):
            lab = Lab("fwo" + which[0], offloads=with_offloads)
            try:
                answers[which] = way(lab, os.path.join(ROOT, path), False, *more, talk=talk)
            finally:
                lab.end()
    return answers


def offloads(fwsim, problems):
    answers = answers_of_both(fwsim, "tests/live/rulesets/segments.v4", long_segments, True)
    for which, (seen, counted) in answers.items():
        for what, outcome in seen.items():
            if not outcome.endswith("%d bytes" % (MEGABYTES << 20)) or outcome != answers["kernel"][0][what]:
                problems.append("segments: %s: %s: %s" % (what, which, outcome))
        if not any("--length 4000:65535" in rule and count > 100 for rule, count in counted.items()):
            problems.append("segments: %s: none came as one" % which)


def readdressed(fwsim, problems):
    for which, (seen, _) in answers_of_both(fwsim, "corpora/rulesets/nat-gateway.v4", other_address, False).items():
        if seen != {"before": "seen as 203.0.113.1", "after": "seen as 203.0.113.5"}:
            problems.append("another address: %s: %s" % (which, seen))


def main():
    fwsim, rulesets = os.path.abspath(sys.argv[1]), sys.argv[2:] or RULESETS
    if not can_make_namespaces():
        print("skipped: no network namespaces can be made here")
        return 1 if os.environ.get("CI") else 77
    problems, told, waiting = [], [], list(enumerate(rulesets))

    def work():
        while waiting:
            number, path = waiting.pop(0)
            compare(path, number, fwsim, problems, told)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(sys.argv) == 2:
        offloads(fwsim, problems)
        readdressed(fwsim, problems)
    print("\n".join(sorted(told)))
    print("\n".join(problems))
    print("live: %d rulesets, %d differences" % (len(told), len(problems)))
    return 1 if problems or len(told) != len(rulesets) else 0


if __name__ == "__main__":
    sys.exit(main())
