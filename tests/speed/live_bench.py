#!/usr/bin/env python3
"""live_bench.py FWSIM ACCEPT_ALL [PAIRS] [RULES]: bytes of TCP from outside to inside, through `fwsim live --enforce` with a
ruleset of so many rules, through a program that accepts everything at the same hooks, and through the kernel with that
ruleset; in turn. Prints a Markdown table."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "live"))
from lab import Lab, namespace  # noqa: E402
import socket  # noqa: E402

SECONDS = 3


def transfer(lab, port):
    with namespace(lab.names["outside"]):
        s = socket.create_connection(("10.0.1.2", 5000), 5, ("", port))
    sink = 0
    s.setblocking(False)
    block = bytes(1 << 16)
    end = time.monotonic() + SECONDS
    import select
    while time.monotonic() < end:
        readable, writable, _ = select.select([s], [s], [], 0.1)
        if writable:
            s.send(block)
        if readable:
            sink += len(s.recv(1 << 18))
    s.close()
    return sink / SECONDS / 1e6


def started(process, errors):
    for _ in range(400):
        if "in force" in open(errors).read():
            return
        if process.poll() is not None:
            raise SystemExit(open(errors).read())
        time.sleep(0.05)


def main():
    fwsim, accept_all = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    pairs, rules = int(sys.argv[3]) if len(sys.argv) > 3 else 5, int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rules.v4")
        with open(path, "w") as f:
            f.write("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n")
            f.write("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n")
            for i in range(rules - 2):
                f.write("-A FORWARD -s 172.16.%d.%d/32 -p tcp -m tcp --dport %d -j ACCEPT\n" % (i >> 8, i & 255, 1 + i))
            f.write("-A FORWARD -j ACCEPT\nCOMMIT\n")
        lab = Lab("bench")
        inside = ["ip", "netns", "exec", lab.names["firewall"]]
        rows = {"fwsim": [], "accept_all": [], "kernel": []}
        try:
            port = 30000
            for _ in range(pairs):
                for name in rows:
                    errors = os.path.join(folder, "errors")
                    process = None
                    if name == "kernel":
                        subprocess.run(inside + ["iptables-legacy-restore", path], check=True)
                    else:
                        command = [fwsim, "live", "--enforce", "--rules", path, "--control", os.path.join(folder, "c")] if name == "fwsim" else [accept_all]
                        process = subprocess.Popen(inside + command, stderr=open(errors, "w"))
                        started(process, errors)
                    port += 1
                    rows[name].append(transfer(lab, port))
                    if process:
                        process.terminate()
                        process.wait()
                    else:
                        subprocess.run(inside + ["iptables-legacy", "-F"], check=True)
                        subprocess.run(inside + ["iptables-legacy", "-P", "FORWARD", "ACCEPT"], check=True)
        finally:
            lab.end()
    print("| through | MB/s, median | fwsim's share of it |\n| --- | --- | --- |")
    for name, values in rows.items():
        share = statistics.median(a / b for a, b in zip(rows["fwsim"], values))
        print("| %s | %.1f | %.2f |" % (name, statistics.median(values), share))


main()
