#!/usr/bin/python3
"""fwsim live --inline and --tun between a client and a server, each in a network namespace of its own.

Usage: inline.py FWSIM. Status 77 where namespaces cannot be made, but 1 when CI=true.
"""
import ctypes
import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

FWSIM = sys.argv[1]
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
failures = []


def check(good, what):
    print(("ok: " if good else "FAILED: ") + what, flush=True)
    if not good:
        failures.append(what)


class Namespace:
    """A process that holds a namespace open; 'with' takes the thread into it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep 120"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if not self.holder.stdout.readline():
            raise OSError("unshare -n")
        self.inside = os.open(f"/proc/{self.holder.pid}/ns/net", os.O_RDONLY)

    def __enter__(self):
        self.outside = os.open(f"/proc/thread-self/ns/net", os.O_RDONLY)
        if libc.setns(self.inside, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def __exit__(self, *_):
        libc.setns(self.outside, CLONE_NEWNET)
        os.close(self.outside)

    def run(self, *commands):
        for command in commands:
            subprocess.run(["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "sh", "-c", command], check=True)

    def start(self, *arguments):
        return subprocess.Popen(["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *arguments], stderr=subprocess.PIPE, text=True)

    def end(self):
        self.holder.kill()
        self.holder.wait()


class Fwsim:
    def __init__(self, namespace, folder, rules, *arguments):
        path = os.path.join(folder, "rules.v4")
        with open(path, "w") as file:
            file.write(rules)
        self.process = namespace.start(FWSIM, "live", "--rules", path, "--control", os.path.join(folder, "control"), "--seconds", "100", *arguments)
        self.said = []
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def end(self, what):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none"
        self.reader.join(5)
        check(status == 0, f"{what}: ends with status 0 (it was {status})")
        if failures:
            print("".join(self.said), flush=True)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ping(namespace, address, tries):
    """Whether an answer came to one of so many pings, 0.2 s apart."""
    with namespace:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    s.settimeout(0.2)
    for sequence in range(tries):
        body = struct.pack("!BBHHH", 8, 0, 0, 0x4657, sequence) + b"fwsim---"
        try:
            s.sendto(body[:2] + struct.pack("!H", checksum(body)) + body[4:], (address, 0))
            until = time.monotonic() + 0.2
            while time.monotonic() < until:
                packet, peer = s.recvfrom(2048)
                if peer[0] == address and packet[20] == 0 and packet[24:26] == b"FW":
                    return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


class Server:
    """Sends back the digest of what it was sent; remembers who came."""

    def __init__(self, namespace, family, address, port):
        with namespace:
            self.socket = socket.socket(family, socket.SOCK_STREAM)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((address, port))
            self.socket.listen()
        self.peers = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, peer = self.socket.accept()
            self.peers.append(peer[0])
            digest = hashlib.sha256()
            while data := connection.recv(65536):
                digest.update(data)
            connection.sendall(digest.digest())
            connection.close()


def connect(namespace, address, port, timeout=10):
    with namespace:
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(timeout)
    s.connect((address, port))
    return s


def transfer(namespace, address, port, size):
    """Whether so many bytes came there as they are, and the answer back."""
    data = os.urandom(size)
    try:
        with connect(namespace, address, port) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            return s.recv(32, socket.MSG_WAITALL) == hashlib.sha256(data).digest()
    except OSError as error:
        print(f"{address}:{port}: {error}")
        return False


def refused(namespace, address, port, kind=socket.SOCK_STREAM):
    try:
        with namespace:
            s = socket.socket(socket.AF_INET, kind)
        s.settimeout(10)
        s.connect((address, port))
        s.send(b"?")
        s.recv(1)
    except ConnectionRefusedError:
        return True
    except OSError as error:
        print(f"{address}:{port}: {error}")
    return False


def unreachable(namespace, address, port):
    try:
        connect(namespace, address, port, 0.5).close()
    except TimeoutError:
        return True
    except OSError as error:
        print(f"{address}:{port}: {error}")
    return False


BRIDGE = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p icmp -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 81 -j DROP
-A FORWARD -p tcp -m tcp --dport 82 -j REJECT --reject-with tcp-reset
-A FORWARD -p udp -m udp --dport 83 -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -p tcp -m tcp --dport 80 -m physdev --physdev-in eth0 --physdev-out eth1 -j ACCEPT
COMMIT
"""

ROUTER = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -d 10.1.0.254/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -p icmp -j ACCEPT
-A FORWARD -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 82 -j REJECT --reject-with tcp-reset
COMMIT
"""

TUN = """*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -m tcp --dport 81 -j DROP
COMMIT
"""


def as_bridge(client, fw, server, folder):
    client.run("ip address add 10.1.0.1/24 dev c0; ip address add fd00::1/64 dev c0 nodad")
    server.run("ip address add 10.1.0.2/24 dev s0; ip address add fd00::2/64 dev s0 nodad")
    open_, dropped = (Server(server, socket.AF_INET, "10.1.0.2", port) for port in (80, 81))
    Server(server, socket.AF_INET6, "fd00::2", 80)
    f = Fwsim(fw, folder, BRIDGE, "--inline", "eth0:eth1")
    check(ping(client, "10.1.0.2", 100), "bridge: a ping passes")
    check(transfer(client, "10.1.0.2", 80, 2 << 20), "bridge: 2 MiB pass by TCP as they are")
    check(open_.peers == ["10.1.0.1"], "bridge: the server sees the client's address")
    check(transfer(client, "fd00::2", 80, 50000), "bridge: IPv6, for which there are no rules, passes")
    check(unreachable(client, "10.1.0.2", 81) and not dropped.peers, "bridge: a dropped port is silent")
    check(refused(client, "10.1.0.2", 82), "bridge: REJECT resets the connection")
    check(refused(client, "10.1.0.2", 83, socket.SOCK_DGRAM), "bridge: REJECT sends 'port unreachable'")
    fw.run("ip link set eth1 down; sleep 0.1; ip link set eth1 up")
    check(ping(client, "10.1.0.2", 50), "bridge: a device that was down carries again")
    f.end("bridge")
    client.run("ip address flush dev c0")
    server.run("ip address flush dev s0")


def as_router(client, fw, server, folder):
    client.run("ip address add 10.1.0.1/24 dev c0; ip route add default via 10.1.0.254")
    server.run("ip address add 10.2.0.2/24 dev s0")
    fw.run("ip address add 10.1.0.254/24 dev eth0; ip address add 10.2.0.254/24 dev eth1")
    behind = Server(server, socket.AF_INET, "10.2.0.2", 80)
    f = Fwsim(fw, folder, ROUTER, "--inline", "eth0:eth1", "--router")
    check(ping(client, "10.2.0.2", 100), "router: a ping passes, masqueraded")
    check(transfer(client, "10.2.0.2", 80, 1 << 20), "router: 1 MiB passes by TCP as it is")
    check(behind.peers == ["10.2.0.254"], "router: MASQUERADE gave it the router's address")
    check(transfer(client, "10.1.0.254", 8080, 50000), "router: DNAT leads to the server")
    check(len(behind.peers) == 2, "router: the server was asked twice")
    check(refused(client, "10.2.0.2", 82), "router: REJECT resets the connection")
    check(ping(client, "10.1.0.254", 3), "router: the kernel answers pings to its own address")
    f.end("router")


def as_tun(client, fw, server, folder):
    server.run("ip route add 10.1.0.0/24 via 10.2.0.254")
    dropped = Server(server, socket.AF_INET, "10.2.0.2", 81)
    f = Fwsim(fw, folder, TUN, "--tun", "fw0", "--addr", "fw0=10.9.0.1/32")
    fw.run("for i in $(seq 100); do ip link set fw0 up 2>/dev/null && break; sleep 0.1; done",
           "echo 1 >/proc/sys/net/ipv4/ip_forward",
           "for d in all eth0 eth1 fw0; do echo 0 >/proc/sys/net/ipv4/conf/$d/rp_filter; done",
           "ip route add default dev fw0 table 100; ip rule add iif eth0 lookup 100; ip rule add iif eth1 lookup 100")
    check(ping(client, "10.2.0.2", 50), "tun: a ping passes")
    check(ping(client, "10.9.0.1", 20), "tun: the host behind it answers a ping")
    check(transfer(client, "10.2.0.2", 80, 200000), "tun: 200 kB pass by TCP as they are")
    check(unreachable(client, "10.2.0.2", 81) and not dropped.peers, "tun: a dropped port is silent")
    f.end("tun")


def refusals(fw, folder):
    rules = os.path.join(folder, "rules.v4")
    for arguments, words in ((["--inline", "eth0"], "like eth0:eth1"), (["--inline", "eth0:eth0"], "is one"), (["--inline", "eth0:eth7"], "no device 'eth7'"),
                             (["--inline", "eth0:lo"], "no Ethernet"), (["--tun", "a-name-of-16-byte"], "too long"), (["--tun", "eth0"], "no TUN device")):
        p = fw.start(FWSIM, "live", "--rules", rules, *arguments)
        said = p.communicate(timeout=30)[1]
        check(p.returncode == 2 and words in said and said.count("\n") == 1, f"{' '.join(arguments)}: {said.strip()}")


def main():
    namespaces = []
    try:
        try:
            for _ in range(3):
                namespaces.append(Namespace())
            client, fw, server = namespaces
            with fw:
                pass
            fw.run("ip link set lo up", f"ip link add eth0 type veth peer name c0 netns {client.holder.pid}",
                   f"ip link add eth1 type veth peer name s0 netns {server.holder.pid}", "ip link set eth0 up; ip link set eth1 up",
                   "echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding")
            client.run("ip link set lo up; ip link set c0 up")
            server.run("ip link set lo up; ip link set s0 up")
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"skipped: network namespaces cannot be made here: {error}")
            return 1 if os.environ.get("CI") else 77
        with tempfile.TemporaryDirectory() as folder:
            as_bridge(client, fw, server, folder)
            as_router(client, fw, server, folder)
            refusals(fw, folder)
            as_tun(client, fw, server, folder)
    finally:
        for namespace in namespaces:
            namespace.end()
    return 1 if failures else 0


sys.exit(main())
