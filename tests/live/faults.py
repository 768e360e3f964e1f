#!/usr/bin/env python3
"""What goes wrong around fwsim live: its queue is full, its socket overflows, packets come that nobody should send. It must stay up,
say what happened and count it, and treat what comes afterwards as its rules say. Usage: faults.py FWSIM"""
import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import Lab, can_make_namespaces, namespace, run  # noqa: E402
from malformed import comparable, malformed, may_pass, well_formed  # noqa: E402

RULESETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rulesets")
SINK = 6000                                   # a port inside that takes everything
SMALL, MANY = 64, 1000                        # packets that the queue takes, and that come
LONG, BIG = 200000, 30000                     # more than 32 MiB of messages of 1400 bytes each, and room for them in the queue
MALFORMED = 4000                              # packets of each family
FULL = "the queue was full: packets were dropped (--queue-length, --fail-open)"
FULL_OPEN = "the queue was full: packets passed unjudged (--fail-open)"
OVERFLOW = "the queue's socket was full (ENOBUFS): packets were dropped"
OVERFLOW_OPEN = "the queue's socket was full (ENOBUFS): packets passed unjudged (--fail-open)"
FLOOD_RULES = """*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m multiport --dports 5000,6000 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 82 -j REJECT --reject-with tcp-reset
COMMIT
"""
# Addresses that nobody has: what goes there reaches the other end's device, and no answer disturbs what comes next.
NOBODY = {4: ("203.0.113.77", "10.0.1.77", "203.0.113.1"), 6: ("2001:db8:1::77", "2001:db8:2::77", "2001:db8:1::1")}
problems = []
ports = itertools.count(20000, 10)


def check(good, what, *shown):
    print(("ok: " if good else "FAILED: ") + what, *(() if good else shown), flush=True)
    if not good:
        problems.append(what)
    return good


class Live:
    """A fwsim that runs in the firewall's namespace."""

    def __init__(self, fwsim, lab, folder, *words):
        self.fwsim, self.control = fwsim, os.path.join(folder, "control")
        self.errors = open(os.path.join(folder, "errors"), "w+")
        # Memory that was freed is kept by AddressSanitizer; here it would look like a leak.
        options = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=4")))
        self.process = subprocess.Popen(["ip", "netns", "exec", lab.names["firewall"], fwsim, "live", *words, "--control", self.control],
                                        stdout=subprocess.DEVNULL, stderr=self.errors, env=dict(os.environ, ASAN_OPTIONS=options))
        try:
            self.until(lambda: self.status() is not None, "it does not start")
        except RuntimeError as e:
            self.process.kill()
            raise RuntimeError("%s: %s" % (e, self.said()))

    def until(self, reached, otherwise, seconds=30):
        end = time.monotonic() + seconds
        while not reached():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(otherwise)
            time.sleep(0.02)

    def said(self):
        with open(self.errors.name) as file:
            return file.read()

    def status(self):
        asked = run(self.fwsim, "live", "status", "--control", self.control, "--format", "json", check=False)
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def settled(self, wait=0.3):
        """The status when no packets wait any more; None if it no longer answers."""
        before, now = None, self.status()
        while now and now["packets"] != before:
            time.sleep(wait)
            before, now = now["packets"], self.status()
        return now

    def idle(self):
        """Waits until no packet waits in the queue: twice, for between two hooks there is a moment."""
        seen, end = 0, time.monotonic() + 5
        while seen < 2 and self.process.poll() is None and time.monotonic() < end:
            try:
                with open("/proc/%d/net/netfilter/nfnetlink_queue" % self.process.pid) as file:
                    seen = seen + 1 if file.read().split()[2] == "0" else 0
            except (OSError, IndexError):      # it has just ended
                return

    def memory(self):
        with open("/proc/%d/status" % self.process.pid) as status:
            return int([line for line in status if line.startswith("VmRSS")][0].split()[1]) // 1024

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)
        self.until(lambda: open("/proc/%d/stat" % self.process.pid).read().rsplit(")", 1)[1].split()[0] == "T", "it does not stop")

    def end(self, what):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none"
        check(status == 0, "%s: ends with status 0" % what, status, self.said())


def obeys(lab, what, hosts=("10.0.1.2",)):
    """New connections are treated as the rules say."""
    for host in hosts:
        seen = [lab.tcp("outside", host, 80, next(ports)), lab.udp("outside", host, 5000, next(ports)), lab.tcp("outside", host, 82, next(ports)),
                lab.tcp("outside", host, 443, next(ports))]
        good = seen[0].startswith("seen as") and seen[1].startswith("seen as") and seen[2:] == ["Connection refused", "timeout"]
        check(good, "%s: the rules are obeyed (%s)" % (what, host), seen)


class Sink:
    """Counts datagrams."""

    def __init__(self, lab):
        with namespace(lab.names["inside"]):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 128 << 20)   # SO_RCVBUFFORCE
        self.socket.bind(("10.0.1.2", SINK))
        self.socket.setblocking(False)

    def count(self):
        n = 0
        try:
            while True:
                self.socket.recv(1)
                n += 1
        except BlockingIOError:
            return n


def flood(lab, count, size):
    with namespace(lab.names["outside"]):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with s:
        s.connect(("10.0.1.2", SINK))
        for _ in range(count):
            s.send(bytes(size))


def overflow(fwsim, lab, folder, sink, what, length, count, size, open_, told):
    """While it sleeps, more comes than waits for it."""
    live = Live(fwsim, lab, folder, "--enforce", "--rules", os.path.join(folder, "flood.v4"), "--queue-length", str(length), *(["--fail-open"] if open_ else []))
    check(lab.tcp("outside", "10.0.1.2", 80, next(ports)).startswith("seen as"), what + ": it works before", live.said())
    check(live.settled()["troubles"] == {}, what + ": nothing was wrong before", live.said())
    live.stop()
    flood(lab, count, size)
    live.process.send_signal(signal.SIGCONT)
    # What the kernel dropped is looked for every second; what waited goes on when all of it was looked at, by a sanitised build too.
    status = live.settled(12 if length > count else 1.2)
    if check(status is not None, what + ": it still answers", live.said()):
        arrived, counted = sink.count(), status["troubles"].get(told, 0)
        if open_:
            check(arrived == count, what + ": everything passed", arrived)
            check(counted > 0, what + ": it is counted", status["troubles"])
        else:
            waited = length if length < count else BIG // 4
            check(waited <= arrived < count, what + ": what waited passed, what found no room was dropped", arrived)
            check(counted == count - arrived, what + ": all that was dropped is counted", arrived, status["troubles"])
            check(status["fates"]["dropped"] == 0, what + ": what went on is not called dropped", status["fates"])
        check("fwsim: " + told + "\n" in live.said(), what + ": it is said", live.said())
        check(told in status["text"], what + ": the status tells it", status["text"])
        obeys(lab, what + ", afterwards")
        after = live.settled()
        check(after is not None and after["troubles"] == status["troubles"], what + ": it does not go on", after)
    live.end(what)


class Capture:
    """What comes to the inside by IP, other than what hosts on a link tell each other."""

    def __init__(self, lab):
        with namespace(lab.names["inside"]):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 128 << 20)
        self.socket.bind(("eth0", 3))
        self.socket.setblocking(False)

    def packets(self, source=None):
        """`source`: only frames with this MAC address."""
        taken = []
        try:
            while True:
                frame, where = self.socket.recvfrom(65536)
                if where[2] != 4 and where[1] in (0x0800, 0x86dd) and source in (None, frame[6:12]) and len(frame) > 14:   # not outgoing
                    taken.append(frame[14:])
        except BlockingIOError:
            return [p for p in taken if not (p[0] >> 4 == 6 and p[7:8] == b"\xff")]   # neighbours


def mac(lab, place, device="eth0"):
    return json.loads(run("ip", "-j", "-n", lab.names[place], "link", "show", device).stdout)[0]["address"]


def send_frames(lab, to, packets, after=None):
    """`after` is called after each."""
    with namespace(lab.names["outside"]):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    with s:
        s.bind(("eth0", 0))
        s.setsockopt(socket.SOL_SOCKET, 32, 8 << 20)   # SO_SNDBUFFORCE
        for header, packet in packets:
            s.send(bytes.fromhex(to.replace(":", "")) + header + packet)
            if after:
                after()


def send_slowly(lab, to, packets):
    """As many at once as the ring of a device has room for (512)."""
    for i in range(0, len(packets), 100):
        send_frames(lab, to, packets[i:i + 100])
        time.sleep(0.02)


def framed(lab, tagged):
    """The malformed packets, with what comes before them after the target's MAC address. `tagged`: some in VLANs and PPPoE too,
    from another MAC address, as rules do not see them all."""
    own = bytes.fromhex(mac(lab, "outside").replace(":", ""))
    other = bytes.fromhex("020000000099")
    for family, kind in ((4, b"\x08\x00"), (6, b"\x86\xdd")):
        source, *targets = NOBODY[family]
        for i, packet in enumerate(malformed(source, targets, MALFORMED, 20 + family)):
            yield own + kind, packet
            if tagged and i % 8 == 0:
                yield other + b"\x81\x00\x00\x07" + kind, packet[:1490]
            if tagged and i % 8 == 4:
                yield other + b"\x88\x64\x11\x00\x00\x01" + struct.pack("!H", len(packet[:1490]) + 2) + (b"\x00\x21" if family == 4 else b"\x00\x57"), packet[:1490]


def know_nobody(lab):
    for family, (source, target, _) in NOBODY.items():
        for address, place, device in ((source, "outside", "eth0"), (target, "inside", "eth1")):
            run("ip", "-%d" % family, "-n", lab.names["firewall"], "neigh", "replace", address, "lladdr", mac(lab, place), "dev", device, "nud", "permanent")


def expect_harmless(packets, what):
    check(len(packets) > 200, what + ": good ones among them pass", len(packets))
    check(all(map(well_formed, packets)), what + ": nothing comes out that is no IP packet", [p.hex() for p in packets if not well_formed(p)][:5])
    refused = [p for p in packets if well_formed(p) and not may_pass(p)]
    check(not refused, what + ": nothing comes out that the rules do not accept", len(refused), [p.hex() for p in refused][:5])


def survive(live, what, send):
    """Sends twice: what was learnt from the first time needs no more memory the second time. The status, or None."""
    sizes = []
    for _ in range(2):
        send()
        status = live.settled()
        if not check(status is not None, what + ": it stays up", live.said()):
            return None
        sizes.append(live.memory())
    check(sizes[1] - sizes[0] <= 16 and sizes[1] < 1000, what + ": memory stays as it is", sizes)
    print("%s: memory in MiB %s, %s, troubles %s" % (what, sizes, status["fates"], status["troubles"]))
    return status


def through_kernel(lab):
    """What comes out when the kernel has the same rules."""
    know_nobody(lab)
    for tool, rules in (("iptables-legacy-restore", "hard.v4"), ("ip6tables-legacy-restore", "hard.v6")):
        run("ip", "netns", "exec", lab.names["firewall"], tool, os.path.join(RULESETS, rules))
    capture = Capture(lab)
    send_frames(lab, mac(lab, "firewall"), list(framed(lab, False)))
    time.sleep(0.5)
    return capture.packets()


def malformed_enforce(fwsim, lab, folder, kernel_lab):
    what = "malformed, enforce"
    by_kernel = through_kernel(kernel_lab)
    know_nobody(lab)
    log = os.path.join(folder, "log")
    live = Live(fwsim, lab, folder, "--enforce", "--rules", os.path.join(RULESETS, "hard.v4"), "--rules6", os.path.join(RULESETS, "hard.v6"),
                "--queue-length", "50000", "--log", log)
    capture, frames, to, seen = Capture(lab), list(framed(lab, False)), mac(lab, "firewall"), []

    def send():   # first one by one: two that begin the same connection at once are not what the kernel sees
        send_frames(lab, to, frames, None if seen else live.idle)
        live.settled()
        seen.append(capture.packets())

    if status := survive(live, what, send):
        check(set(status["troubles"]) <= {"a packet of our own could not be sent: " + os.strerror(e) for e in (101, 113, 22)}, what + ": nothing else was wrong", status["troubles"])
        expect_harmless(seen[0], what)
        ours, kernels = comparable(seen[0]), comparable(by_kernel)
        check(ours == kernels, what + ": what comes out is what the kernel with these rules lets out", sum((ours - kernels).values()), "more:",
              [p.hex() for p in (ours - kernels)][:10], sum((kernels - ours).values()), "less:", [p.hex() for p in (kernels - ours)][:10])
        with open(log) as file:
            lines = file.read().splitlines()
        check(len(lines) > 100 and all(json.loads(line) for line in lines), what + ": they are logged, in lines of JSON", len(lines))
        obeys(lab, what + ", afterwards", ("10.0.1.2", "2001:db8:2::2"))
        said = lab.ftp("outside", "10.0.1.2", next(ports))
        check("data: seen as" in said, what + ": FTP has its second connection", said)
    live.end(what)


def malformed_observe(fwsim, lab, folder):
    what = "malformed, observe"
    live = Live(fwsim, lab, folder, "--observe", "eth0", "--rules", os.path.join(RULESETS, "hard.v4"), "--rules6", os.path.join(RULESETS, "hard.v6"))
    frames, to = list(framed(lab, False)), mac(lab, "firewall")
    status = survive(live, what, lambda: send_slowly(lab, to, frames))
    if status:
        missing = sum(n for what, n in status["troubles"].items() if what.endswith("packets are missing"))
        check(2 * len(frames) <= status["packets"] + missing and status["packets"] > len(frames),
              what + ": they are seen, or said to be missing", status, len(frames))
        lab.tcp("outside", "10.0.1.2", 80, next(ports))
        after = live.settled()
        check(after["fates"]["forwarded"] > status["fates"]["forwarded"], what + ": afterwards a connection is seen", status["fates"], after["fates"])
    live.end(what)


def malformed_inline(fwsim, lab, folder):
    """Both ends have addresses of one network now, for they are on one wire."""
    what = "malformed, inline"
    for place, addresses in (("outside", ("10.77.0.1/24", "fd77::1/64")), ("inside", ("10.77.0.2/24", "fd77::2/64"))):
        for address in addresses:
            run("ip", "-n", lab.names[place], "addr", "add", address, "dev", "eth0", *(["nodad"] if ":" in address else []))
    rules = os.path.join(folder, "hard.v6")
    with open(os.path.join(RULESETS, "hard.v6")) as file, open(rules, "w") as into:   # neighbours are asked for across the wire
        into.write(file.read().replace(":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n", ":FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                                       "-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT\n-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j ACCEPT\n"))
    live = Live(fwsim, lab, folder, "--inline", "eth0:eth1", "--rules", os.path.join(RULESETS, "hard.v4"), "--rules6", rules)
    capture, frames, to, seen = Capture(lab), list(framed(lab, True)), mac(lab, "inside"), []

    def send():
        send_slowly(lab, to, frames)
        live.settled()
        seen.extend(capture.packets(bytes.fromhex(mac(lab, "outside").replace(":", ""))))

    if survive(live, what, send):
        expect_harmless(seen, what)
        obeys(lab, what + ", afterwards", ("10.77.0.2", "fd77::2"))
    live.end(what)


def overflows(fwsim, lab, folder):
    with open(os.path.join(folder, "flood.v4"), "w") as file:
        file.write(FLOOD_RULES)
    sink = Sink(lab)
    overflow(fwsim, lab, folder, sink, "full queue", SMALL, MANY, 100, False, FULL)
    overflow(fwsim, lab, folder, sink, "full queue, --fail-open", SMALL, MANY, 100, True, FULL_OPEN)
    overflow(fwsim, lab, folder, sink, "full socket", LONG, BIG, 1400, False, OVERFLOW)
    overflow(fwsim, lab, folder, sink, "full socket, --fail-open", LONG, BIG, 1400, True, OVERFLOW_OPEN)


def in_labs(name, work, count, fwsim):
    labs = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for i in range(count):
                labs.append(Lab("%s%d" % (name, i)))
            work(fwsim, labs[0], folder, *labs[1:])
    except Exception as e:  # noqa: BLE001: told
        check(False, name + " runs to its end", e, getattr(e, "stderr", ""))
    finally:
        for lab in labs:
            lab.end()


def main():
    fwsim = os.path.abspath(sys.argv[1])
    if not can_make_namespaces():
        print("skipped: no network namespaces can be made here")
        return 1 if os.environ.get("CI") else 77
    began = time.monotonic()
    threads = [threading.Thread(target=in_labs, args=(name, work, count, fwsim))
               for name, work, count in (("mal-e", malformed_enforce, 2), ("mal-o", malformed_observe, 1), ("mal-i", malformed_inline, 1), ("over", overflows, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(problems) or "faults: good, in %.0f s" % (time.monotonic() - began))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
