#!/usr/bin/env python3
"""soak.py FWSIM [--flows N]: flows opened and closed through `fwsim live --enforce` while the rules are read again and
again, and once fwsim is killed and started anew. Fails on a lost packet, a wrong verdict, a reload that did not happen, memory
that goes on growing, or rules left behind. `--flows 1000000 --reload 1` is the long run, which alone tells of memory."""
import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab import Lab, can_make_namespaces, namespace, run  # noqa: E402

AT_ONCE = 100
WATCHED = 4000   # flows: the long run is measured without
DONE = "fwsim: the rules are new"
RULES = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
%s-A FORWARD -p udp -m udp --dport 5000 -j ACCEPT
COMMIT
"""
VERSIONS = [RULES % "", RULES % "-A FORWARD -p tcp -m tcp --dport 4321 -j REJECT\n-A FORWARD -p udp -m udp --dport 123 -j DROP\n"]


class Firewall:
    def __init__(self, fwsim, lab, folder):
        self.command = ["ip", "netns", "exec", lab.names["firewall"], fwsim, "live", "--enforce", "--rules", os.path.join(folder, "rules.v4"),
                        "--control", os.path.join(folder, "control")]
        self.folder, self.version, self.reloads, self.memory, self.process = folder, 0, 0, [], None
        self.write()
        self.start()

    def write(self):
        path = os.path.join(self.folder, "rules.v4")
        with open(path + ".new", "w") as f:
            f.write(VERSIONS[self.version % 2])
        os.rename(path + ".new", path)

    def start(self):
        errors = os.path.join(self.folder, "errors")
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=open(errors, "w"))
        for _ in range(600):
            if "in force" in open(errors).read():
                return
            if self.process.poll() is not None:
                raise RuntimeError(open(errors).read())
            time.sleep(0.05)
        raise RuntimeError("it does not start")

    def told(self):
        with open(os.path.join(self.folder, "errors")) as file:
            return file.read().splitlines()

    def reload(self):
        self.version += 1
        self.write()
        before = self.told().count(DONE)
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 20
        while self.told().count(DONE) == before:
            if time.monotonic() > end:
                raise RuntimeError("a reload did not happen: " + "\n".join([line for line in self.told() if line != DONE][:8]))
            time.sleep(0.01)
        self.reloads += 1
        with open("/proc/%d/status" % self.process.pid) as status:
            self.memory.append(int([line for line in status if line.startswith("VmRSS")][0].split()[1]) // 1024)


def send_lost(lab):
    """A packet that the kernel drops between two hooks: fwsim tells of it later, when its rules are gone."""
    with namespace(lab.names["outside"]):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
        s.sendto(b"x", ("10.0.1.2", 5000))


def burst(lab, ports, target):
    """A flow from each port, all at the same time: how many got no answer."""
    sockets = []
    with namespace(lab.names["outside"]):
        for port in ports:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("", port))
            s.connect(("10.0.1.2", target))
            sockets.append(s)
    poll = select.poll()
    for s in sockets:
        s.send(b"x")
        poll.register(s, select.POLLIN)
    waiting, end = {s.fileno(): s for s in sockets}, time.monotonic() + (5 if target == 5000 else 0.2)
    while waiting and time.monotonic() < end:
        for descriptor, _ in poll.poll(100):
            poll.unregister(descriptor)
            waiting.pop(descriptor)
    for s in sockets:
        s.close()
    return len(waiting)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("fwsim")
    parser.add_argument("--flows", type=int, default=4000)
    parser.add_argument("--reload", type=float, default=0.1, help="seconds between two reloads")
    args = parser.parse_args()
    if not can_make_namespaces():
        print("skipped: no network namespaces can be made here")
        return 1 if os.environ.get("CI") else 77
    problems, lab = [], Lab("soak")
    firewall = lab.names["firewall"]
    run("ip", "netns", "exec", firewall, "sysctl", "-qw", "net.netfilter.nf_conntrack_udp_timeout=3")
    try:
        with tempfile.TemporaryDirectory() as folder:
            live = Firewall(os.path.abspath(args.fwsim), lab, folder)
            ending = threading.Event()

            turn = threading.Lock()   # of the one that reloads, and the one that kills

            def reload():
                try:
                    while not ending.wait(args.reload):
                        with turn:
                            live.reload()
                except (RuntimeError, OSError) as e:
                    problems.append(str(e))

            thread = threading.Thread(target=reload, daemon=True)
            thread.start()
            # Who watches is told by which rules packets went, when these may be gone.
            watcher = subprocess.Popen([live.command[4], "live", "trace", "--control", live.command[-1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            began, done, port, lost = time.monotonic(), 0, 20000, 0
            killed = False
            while done < args.flows:
                send_lost(lab)
                lost += burst(lab, range(port, port + AT_ONCE), 5000)
                port = port + AT_ONCE if port + 2 * AT_ONCE < 60000 else 20000
                done += AT_ONCE
                if done >= WATCHED:
                    watcher.terminate()
                if done % (20 * AT_ONCE) == 0 and burst(lab, range(61000, 61005), 123) != 5:
                    problems.append("what must be dropped was answered")
                if not killed and done * 2 > args.flows:
                    killed = True
                    with turn:
                        live.process.kill()
                        live.process.wait()
                        if "fwsim" in run("ip", "netns", "exec", firewall, "nft", "list", "tables").stdout:
                            problems.append("the table stayed after a kill")
                        live.start()
                        first_half, live.memory = live.memory, []
            seconds = time.monotonic() - began
            watcher.terminate()
            watcher.wait()
            ending.set()
            thread.join()
            live.process.terminate()
            status = live.process.wait()
            if status != 0:
                problems.append("it ended with %d" % status)
            if lost:
                problems.append("%d of %d flows got no answer" % (lost, done))
            if "fwsim" in run("ip", "netns", "exec", firewall, "nft", "list", "tables").stdout:
                problems.append("the table stayed")
            late = live.memory[len(live.memory) // 2:]
            if len(late) > 20 and max(late[-5:]) > 1.1 * max(late[:5]) + 2:
                problems.append("memory grows: %s MiB" % live.memory)
            print("soak: %d flows in %.0f s, %d reloads, memory in MiB: %s then %s" % (
                done, seconds, live.reloads, first_half[::max(1, len(first_half) // 10)], live.memory[::max(1, len(live.memory) // 10)]))
            told = live.told()
            if live.reloads < 3:
                problems.append("only %d reloads: too few flows" % live.reloads)
            odd = [line for line in told if line != DONE and "in force" not in line]
            if odd:
                print("\n".join(odd[:10]))
    finally:
        lab.end()
    print("\n".join(problems) or "soak: good")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
