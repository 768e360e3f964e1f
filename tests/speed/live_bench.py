#!/usr/bin/env python3
"""live_bench.py FWSIM ACCEPT_ALL [PAIRS] [RULES]: bytes of TCP from outside to inside, through `fwsim live --enforce` with a
ruleset of so many rules, through a program that accepts everything at the same hooks, through `fwsim live --inline` as a
router and through the kernel with that ruleset; in turn. Prints a Markdown table. With OFFLOADS=1 in the environment the
devices carry long segments as one."""
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
        if "in force" in open(errors).read() or "carries" in open(errors).read():
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
        lab = Lab("bench", offloads=os.environ.get("OFFLOADS") == "1")
        inside = ["ip", "netns", "exec", lab.names["firewall"]]
        live = [fwsim, "live", "--rules", path, "--control", os.path.join(folder, "c")]
        commands = {"fwsim live --enforce": live + ["--enforce"], "accept_all": [accept_all],
                    "fwsim live --inline": live + ["--inline", "eth0:eth1", "--router"], "kernel": None}
        rows = {name: [] for name in commands}
        try:
            port = 30000
            for _ in range(pairs):
                for name, command in commands.items():
                    errors = os.path.join(folder, "errors")
                    process = None
                    forwards = "0" if "--inline" in name else "1"
                    subprocess.run(inside + ["sysctl", "-qw"] + ["net.ipv%d.conf.all.forwarding=%s" % (v, forwards) for v in (4, 6)], check=True)
                    if command:
                        process = subprocess.Popen(inside + command, stderr=open(errors, "w"))
                        started(process, errors)
                    else:
                        subprocess.run(inside + ["iptables-legacy-restore", path], check=True)
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
    print("| through | MB/s, median | of the kernel | of accept_all |\n| --- | --- | --- | --- |")
    for name, values in rows.items():
        shares = [statistics.median(a / b for a, b in zip(values, rows[other])) for other in ("kernel", "accept_all")]
        print("| %s | %.1f | %.2f | %.2f |" % (name, statistics.median(values), *shares))


main()
