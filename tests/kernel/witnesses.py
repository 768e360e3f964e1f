#!/usr/bin/env python3
"""Witness packets of the proofs, on this machine's kernel.

usage: witnesses.py [--rulesets N] [--seed S] [--count N]      (root; FWSIM_AGREEMENT is the program `agreement`)

Boxes, Z3 and the simulator are asked about random rulesets; COUNT of the packets that show a rule are tried here.
Each packet gets a network namespace of its own with the ruleset loaded and the devices of its way, and is
written to the device that it comes in by; then the counter of the rule that it should come to must have risen.
Exit status 0: all did, and nobody disagreed; 1: not so; 77: namespaces cannot be made here.
"""

import argparse
import ctypes
import fcntl
import ipaddress
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, **more)


def must(*words, **more):
    done = run(*words, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def tap(name):
    """The device, which lives as long as the descriptor."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def sysctl(path, value):
    with open("/proc/sys/net/" + path, "w", encoding="ascii") as f:
        f.write(str(value))


def ordinary(w):
    """Addresses that a router forwards and a host may have."""
    data = bytes.fromhex(w["bytes"])
    if w["family"] == 4:
        if len(data) > 1500:
            return False
        pair = data[12:16], data[16:20]
    else:
        if len(data) > 1500:
            return False
        pair = data[8:24], data[24:40]
    src, dst = (ipaddress.ip_address(p) for p in pair)
    special = ipaddress.ip_address(255 << 24) if w["family"] == 4 else None
    odd = any(a.is_multicast or a.is_loopback or a.is_unspecified or a.is_link_local or (special and int(a) >> 28 == 15)
              or (w["family"] == 4 and int(a) >> 24 == 0) for a in (src, dst))
    ttl = data[8] if w["family"] == 4 else data[7]
    return not odd and src != dst and ttl > 1


def prepare(w):
    """The devices and routes of the way, in the present namespace."""
    v6 = w["family"] == 6
    names = [w["in"]] + ([w["out"]] if w["out"] and w["out"] != w["in"] else [])
    fds = {name: tap(name) for name in names}
    must("ip", "link", "set", "lo", "up")
    if v6:
        sysctl("ipv6/conf/all/forwarding", 1)
    else:
        sysctl("ipv4/ip_forward", 1)
        for conf in ("all", "default"):
            sysctl(f"ipv4/conf/{conf}/rp_filter", 0)
    for number, name in enumerate(names):
        if not v6:
            with open(f"/proc/sys/net/ipv4/conf/{name}/rp_filter", "w", encoding="ascii") as f:
                f.write("0")
        must("ip", "link", "set", name, "address", f"02:00:00:00:00:{number + 1:02x}", "up")
        own = f"fd00:{number + 1}::1/64" if v6 else f"198.18.{number}.1/24"
        must("ip", "addr", "add", own, "dev", name, *(["nodad"] if v6 else []))
    if w["out"]:
        must("ip", f"-{w['family']}", "route", "add", "default", "dev", w["out"])
    else:
        # Whatever the destination becomes, it is this host's; the source is not, though the table says so of all.
        sysctl("ipv4/conf/all/accept_local", 1)
        must("ip", f"-{w['family']}", "route", "add", "local", "default", "dev", "lo", "table", "local")
    return fds


def counter(w):
    """Packets that the rule has counted."""
    save = must(("ip6" if w["family"] == 6 else "ip") + "tables-legacy-save", "-c", "-t", w["table"])
    rules = [line for line in save.splitlines() if re.match(rf"\[\d+:\d+\] -A {re.escape(w['chain'])}( |$)", line)]
    return int(re.match(r"\[(\d+):", rules[w["rule"] - 1]).group(1))


def replay(w):
    """In a child: 0 the rule was come to, 1 it was not, 2 it could not be tried."""
    try:
        if LIBC.unshare(CLONE_NEWNET) != 0:
            return 77
        fds = prepare(w)
        must(("ip6" if w["family"] == 6 else "ip") + "tables-legacy-restore", input=w["rules"])
        frame = bytes.fromhex("020000000001" + "0200000000ff") + struct.pack("!H", 0x86DD if w["family"] == 6 else 0x0800)
        before = counter(w)
        os.write(fds[w["in"]], frame + bytes.fromhex(w["bytes"]))
        return 0 if counter(w) > before else 1
    except (OSError, RuntimeError, IndexError) as fault:
        print(f"{w['question']}: {fault}", file=sys.stderr)
        return 2


def main():
    options = argparse.ArgumentParser(description="witness packets of the proofs, on this machine's kernel")
    options.add_argument("--rulesets", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=200)
    asked = options.parse_args()
    with tempfile.NamedTemporaryFile(mode="r", encoding="utf-8") as f:
        agreed = subprocess.run([os.environ["FWSIM_AGREEMENT"], "--rulesets", str(asked.rulesets), "--seed", str(asked.seed),
                                 "--witnesses", f.name], check=False).returncode == 0
        witnesses = [w for w in map(json.loads, f) if ordinary(w)]
    if len(witnesses) > asked.count:   # spread over all rulesets
        witnesses = [witnesses[i * len(witnesses) // asked.count] for i in range(asked.count)]
    came = failed = 0
    for w in witnesses:
        child = os.fork()
        if child == 0:
            os._exit(replay(w))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 77:
            print("witnesses: no network namespaces here")
            return 1 if os.environ.get("CI") else 77
        if status == 0:
            came += 1
            continue
        failed += 1
        print(f"{w['table']}/{w['chain']}/{w['rule']}: {w['question']} {'did not come there' if status == 1 else 'was not tried'}")
        print(w["rules"])
    print(f"witnesses: {came} of {len(witnesses)} came to their rule on this kernel, {failed} did not")
    return 1 if failed or not witnesses or not agreed else 0


if __name__ == "__main__":
    sys.exit(main())
