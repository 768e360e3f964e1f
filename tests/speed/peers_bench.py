#!/usr/bin/env python3
"""peers_bench.py DIR_OF_BUILD [PAIRS] [PACKETS]: `fwsim trace --summary` of packets of 100 bytes with 100 to 10,000 rules, the kernel's
way with the same rules (legacy and nft, in a network namespace), and what only reads the capture (libpcap, tcpdump); in turn.
Prints a Markdown table of nanoseconds a packet. As root.

The kernel's time is that of sending all frames into a router's devices on one CPU, without what the sending alone takes: the same into
a router that ignores every frame, since it is for another device. Its neighbours are permanent and take nothing."""
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time

import make_router

HERE = os.path.dirname(os.path.abspath(__file__))
ROUTER, OUTER = "fwsim-speed-r", "fwsim-speed-o"
COUNTS = (100, 1000, 10000)
# Of packets, where the rule is that known connections meet, and how that is called.
KINDS = (("established", False, "10,000 established connections, whose rule is the first"),
         ("established", True, "10,000 established connections, whose rule is the last but one"),
         ("new", False, "each a new connection"))


def run(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def inside(name, *words, **more):
    return run("ip", "netns", "exec", name, *words, **more)


class Router:
    """A namespace with rules between two devices, whose other ends are in the namespace that sends. `rules`: by which iptables, and the
    file; none: it ignores every frame."""

    def __init__(self, rules=None):
        self.rules = rules

    def __enter__(self):
        self.remove()
        for name in (ROUTER, OUTER):
            run("ip", "netns", "add", name)
        for device, mac in (("eth0", "02:00:00:00:00:02"), ("eth1", "02:00:00:00:01:01")):
            run("ip", "link", "add", device, "netns", ROUTER, "address", mac, "type", "veth", "peer", "name", device, "netns", OUTER)
            for name in (ROUTER, OUTER):
                inside(name, "sysctl", "-qw", f"net.ipv6.conf.{device}.disable_ipv6=1")
                inside(name, "ip", "link", "set", device, "up")
        inside(ROUTER, "sysctl", "-qw", "net.ipv4.ip_forward=1", *(f"net.ipv4.conf.{name}.rp_filter=0" for name in ("all", "eth0", "eth1")))
        inside(ROUTER, "ip", "addr", "add", "203.0.113.2/24", "dev", "eth0")
        inside(ROUTER, "ip", "addr", "add", "192.168.255.1/30", "dev", "eth1")
        # Nobody has these addresses, so what is forwarded ends at once.
        inside(ROUTER, "ip", "neigh", "add", "203.0.113.1", "lladdr", "02:00:00:00:00:99", "dev", "eth0", "nud", "permanent")
        inside(ROUTER, "ip", "neigh", "add", "192.168.255.2", "lladdr", "02:00:00:00:00:99", "dev", "eth1", "nud", "permanent")
        inside(ROUTER, "ip", "route", "add", "10.0.0.0/8", "via", "203.0.113.1")
        inside(ROUTER, "ip", "route", "add", "192.168.0.0/16", "via", "192.168.255.2")
        if self.rules:
            way, path = self.rules
            inside(ROUTER, f"iptables-{way}-restore", path)
        else:
            for device in ("eth0", "eth1"):
                inside(ROUTER, "ip", "link", "set", device, "address", "02:00:00:00:00:77")   # all frames are for others now
        return self

    def __exit__(self, *_):
        self.remove()
        time.sleep(1)   # its connections end in the background

    def remove(self):
        for name in (ROUTER, OUTER):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def send(self, program, captures):
        """Seconds, of one CPU."""
        return float(inside(OUTER, "taskset", "-c", "1", program, captures[0], "eth1", captures[1], "eth0"))

    def forwarded(self):
        lines = inside(ROUTER, "grep", "eth[01]:", "/proc/net/dev").splitlines()
        return sum(int(line.split(":")[1].split()[9]) for line in lines)


@contextlib.contextmanager
def connections(most):
    """All namespaces have the limit of the first."""
    path = "/proc/sys/net/netfilter/nf_conntrack_max"
    with open(path) as f:
        before = f.read()
    with open(path, "w") as f:
        f.write(str(most))
    try:
        yield
    finally:
        with open(path, "w") as f:
            f.write(before)


def cpu(*words, env=None):
    """CPU seconds of a command."""
    child = subprocess.Popen(["taskset", "-c", "1", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})})
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(words)}: status {status}")
    return usage.ru_utime + usage.ru_stime


def main():
    build = os.path.abspath(sys.argv[1])
    pairs, packets = int(sys.argv[2]) if len(sys.argv) > 2 else 5, int(sys.argv[3]) if len(sys.argv) > 3 else 1000000
    fwsim, speed = f"{build}/fwsim", f"{build}/tests/speed"
    with tempfile.TemporaryDirectory() as folder, connections(20000000):
        with open(f"{folder}/host.toml", "w") as f:
            f.write(make_router.HOST)
        for kind in ("established", "new"):
            os.mkdir(f"{folder}/{kind}")
            run("python3", f"{HERE}/make_flows.py", kind, str(packets), "10000", f"{folder}/{kind}")
        for kind, last, title in KINDS:
            captures = [f"{folder}/{kind}/lan.pcap", f"{folder}/{kind}/wan.pcap"]
            for count in COUNTS:
                with open(f"{folder}/{count}.v4", "w") as f:
                    f.write(make_router.rules(count, last))
            rows = {}

            def note(name, seconds):
                rows.setdefault(name, []).append(seconds / packets * 1e9)

            for _ in range(pairs):
                with Router() as router:
                    sending = router.send(f"{speed}/send_frames", captures)
                for count in COUNTS:
                    rules = f"{folder}/{count}.v4"
                    trace = [fwsim, "trace", f"{captures[0]}@eth1", f"{captures[1]}@eth0", "--summary", "--rules", rules, "--host", f"{folder}/host.toml"]
                    note(f"fwsim, {count:,} rules", cpu(*trace))
                    if count < 10000:
                        note(f"fwsim, every rule by itself, {count:,} rules", cpu(*trace, env={"FWSIM_LOOKUP": "scan"}))
                    for way in ("legacy", "nft"):
                        with Router((way, rules)) as router:
                            seconds = router.send(f"{speed}/send_frames", captures)
                            if kind == "established" and router.forwarded() < packets * 0.95:
                                sys.exit(f"the kernel forwarded {router.forwarded()} of {packets} packets")
                        note(f"kernel ({way}), {count:,} rules", seconds - sending)
                note("libpcap reads it", cpu(f"{speed}/pcap_loop", *captures))
                note("tcpdump -r FILE -w /dev/null", sum(cpu("tcpdump", "-r", capture, "-w", "/dev/null") for capture in captures))
            base = statistics.median(rows["fwsim, 1,000 rules"])
            print(f"\n{packets:,} packets, {title}, median of {pairs}, one CPU\n\n| | ns a packet | of fwsim with 1,000 rules |\n| --- | --- | --- |")
            for name, values in rows.items():
                print(f"| {name} | {statistics.median(values):.0f} | {statistics.median(values) / base:.2f} |")


if __name__ == "__main__":
    main()
