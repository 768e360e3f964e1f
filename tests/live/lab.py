"""Three network namespaces, outside - firewall - inside, with servers in each, and what clients see of them."""
import contextlib
import ctypes
import os
import selectors
import socket
import struct
import subprocess
import threading
import time

CLONE_NEWNET = 0x40000000
WAIT = 0.8                                    # seconds for an answer
ACKNOWLEDGED = 0.1                            # seconds in which a kernel acknowledges what came (at most 40 ms)
libc = ctypes.CDLL(None, use_errno=True)

OUTSIDE = ["203.0.113.9/24", "2001:db8:1::9/64"]
FIREWALL = {"eth0": ["203.0.113.1/24", "203.0.113.10/24", "2001:db8:1::1/64"],
            "eth1": ["10.0.1.1/24", "192.168.1.1/24", "2001:db8:2::1/64"]}
INSIDE = ["10.0.1.2/24", "192.168.1.10/24", "192.168.1.11/24", "2001:db8:2::2/64"]
ELSEWHERE = ["10.5.0.5/32", "8.8.8.8/32", "1.1.1.1/32"]   # also outside, behind it
TCP = [22, 25, 80, 81, 443, 1111, 2222, 3333, 5000, 8080, 8443]
UDP = [53, 123, 5000]


def run(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True)


def can_make_namespaces():
    return os.geteuid() == 0 and run("unshare", "--net", "true", check=False).returncode == 0


@contextlib.contextmanager
def namespace(name):
    """This thread is in the namespace; what it opens stays there."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open("/run/netns/" + name, os.O_RDONLY)
    libc.setns(there, CLONE_NEWNET)
    os.close(there)
    try:
        yield
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)


def text(address):
    return address[0][7:] if address[0].startswith("::ffff:") else address[0]


class Servers:
    """Every port says from whom it sees the connection or the datagram, and sends back what it gets."""

    def __init__(self, name):
        self.selector, self.ending, self.closing = selectors.DefaultSelector(), False, []
        with namespace(name):
            for port in TCP:
                s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("::", port))
                s.listen(64)
                self.selector.register(s, selectors.EVENT_READ, self.greet)
            for port in UDP:
                s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
                s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                s.setsockopt(socket.IPPROTO_IPV6, 49, 1)      # IPV6_RECVPKTINFO: answer from the address that was asked
                s.bind(("::", port))
                self.selector.register(s, selectors.EVENT_READ, self.answer)
            ftp = socket.socket()
            ftp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ftp.bind(("", 21))
            ftp.listen(8)
            self.data = socket.socket()
            self.data.bind(("", 0))
            self.data.listen(8)
            self.selector.register(ftp, selectors.EVENT_READ, self.greet_ftp)
            self.selector.register(self.data, selectors.EVENT_READ, self.greet)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while not self.ending:
            for key, _ in self.selector.select(0.02):
                try:
                    key.data(key.fileobj)
                except OSError:
                    pass
            while self.closing and self.closing[0][0] < time.monotonic():
                self.closing.pop(0)[1].close()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()

    def greet(self, listener):
        s, peer = listener.accept()
        self.selector.register(s, selectors.EVENT_READ, self.echo)
        s.send(text(peer).encode() + b"\n")

    def echo(self, s):
        data = b""
        try:
            data = s.recv(65536)
        except OSError:
            pass
        if data:
            s.settimeout(5)
            s.sendall(data)
        else:
            # Later than an acknowledgement may be delayed: so that it always comes by itself, and rules count the same.
            self.selector.unregister(s)
            self.closing.append((time.monotonic() + ACKNOWLEDGED, s))

    def greet_ftp(self, listener):
        s, _ = listener.accept()
        self.selector.register(s, selectors.EVENT_READ, self.command)
        s.send(b"220 here\r\n")

    def command(self, s):
        line = s.recv(1000)
        if line.startswith(b"PASV"):
            host, port = s.getsockname()[0].replace(".", ","), self.data.getsockname()[1]
            s.send(("227 Entering Passive Mode (%s,%d,%d)\r\n" % (host, port >> 8, port & 255)).encode())
        elif line:
            s.send(b"502 no\r\n")
        else:
            self.selector.unregister(s)
            s.close()

    def answer(self, s):
        data, control, _, peer = s.recvmsg(2000, 200)
        s.sendmsg([text(peer).encode() + b" " + data], [c for c in control if c[1] == 50], 0, peer)

    def end(self):
        self.ending = True
        self.thread.join()


class Lab:
    def __init__(self, prefix, offloads=False):
        self.names = {place: "%s-%s" % (prefix, place) for place in ("outside", "firewall", "inside")}
        self.remove()
        outside, firewall, inside = self.names.values()
        for name in self.names.values():
            run("ip", "netns", "add", name)
            run("ip", "netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
                "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
            run("ip", "-n", name, "link", "set", "lo", "up")
        for device, far, end in (("eth0", outside, OUTSIDE), ("eth1", inside, INSIDE)):
            run("ip", "link", "add", device, "netns", firewall, "type", "veth", "peer", "name", "eth0", "netns", far)
            for name, own, addresses in ((firewall, device, FIREWALL[device]), (far, "eth0", end)):
                for address in addresses:
                    run("ip", "-n", name, "addr", "add", address, "dev", own, *(["nodad"] if ":" in address else []))
                run("ip", "-n", name, "link", "set", own, "up")
        for address in ELSEWHERE:
            run("ip", "-n", outside, "addr", "add", address, "dev", "lo")
        run("ip", "-n", firewall, "route", "add", "default", "via", "203.0.113.9")
        run("ip", "-n", outside, "route", "add", "192.168.1.0/24", "via", "203.0.113.1")
        run("ip", "-n", outside, "route", "add", "10.0.1.0/24", "via", "203.0.113.1")
        run("ip", "-n", inside, "route", "add", "default", "via", "10.0.1.1")
        run("ip", "-n", outside, "-6", "route", "add", "2001:db8:2::/64", "via", "2001:db8:1::1")
        run("ip", "-n", inside, "-6", "route", "add", "default", "via", "2001:db8:2::1")
        run("ip", "netns", "exec", firewall, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
            "net.netfilter.nf_conntrack_tcp_loose=1")
        if not offloads:
            self.whole_segments()
        self.servers = [Servers(name) for name in self.names.values()]

    def whole_segments(self):
        """No offloads: rules count what is on the wire."""
        for name, devices in ((self.names["outside"], ["eth0"]), (self.names["firewall"], ["eth0", "eth1"]), (self.names["inside"], ["eth0"])):
            with namespace(name):
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                for device in devices:
                    for code in (0x1f, 0x24, 0x2c, 0x15, 0x17):   # ETHTOOL_STSO, SGSO, SGRO, SRXCSUM, STXCSUM
                        value = ctypes.create_string_buffer(struct.pack("II", code, 0))
                        request = ctypes.create_string_buffer(struct.pack("16sP", device.encode(), ctypes.addressof(value)), 40)
                        libc.ioctl(s.fileno(), 0x8946, request)
                s.close()

    def end(self):
        for server in self.servers:
            server.end()
        self.remove()

    def remove(self):
        for name in self.names.values():
            run("ip", "netns", "del", name, check=False)

    # What a client sees. Ports are fixed, so that both labs send the same.

    def tcp(self, place, target, port, own, source=None, size=0):
        """With `size`, so much is sent and comes back."""
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        with namespace(self.names[place]):
            s = socket.socket(family, socket.SOCK_STREAM)
        s.settimeout(WAIT)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((source or "", own))
            s.connect((target, port))
            said = self.line(s)
            if size:
                s.settimeout(5)
                threading.Thread(target=s.sendall, args=(bytes(size),), daemon=True).start()
                got = 0
                while got < size:
                    part = s.recv(65536)
                    if not part:
                        break
                    got += len(part)
                said += " and %d bytes" % got
            return "seen as " + said
        except OSError as e:
            return "timeout" if isinstance(e, TimeoutError) else os.strerror(e.errno) if e.errno else str(e)
        finally:
            s.close()

    @staticmethod
    def line(s):
        data = b""
        while not data.endswith(b"\n"):
            part = s.recv(1000)
            if not part:
                return "closed"
            data += part
        return data.decode().strip()

    def udp(self, place, target, port, own, source=None, payload=b"hello"):
        family = socket.AF_INET6 if ":" in target else socket.AF_INET
        with namespace(self.names[place]):
            s = socket.socket(family, socket.SOCK_DGRAM)
        s.settimeout(WAIT)
        try:
            s.bind((source or "", own))
            s.connect((target, port))
            s.send(payload)
            return "seen as " + s.recv(70000)[:60].decode().split(" ")[0]
        except OSError as e:
            return "timeout" if isinstance(e, TimeoutError) else os.strerror(e.errno)
        finally:
            s.close()

    def ping(self, place, target, own, size=32):
        v6 = ":" in target
        with namespace(self.names[place]):
            s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, 58 if v6 else 1)
        s.settimeout(WAIT)
        try:
            body = struct.pack("!BBHHH", 128 if v6 else 8, 0, 0, own, 1) + bytes(size)
            if not v6:
                words = sum(struct.unpack("!%dH" % (len(body) // 2), body))
                words = (words & 0xffff) + (words >> 16)
                body = body[:2] + struct.pack("!H", 0xffff & ~((words & 0xffff) + (words >> 16))) + body[4:]
            s.sendto(body, (target, 0))
            end = time.monotonic() + WAIT
            while time.monotonic() < end:
                data, peer = s.recvfrom(70000)
                icmp = data if v6 else data[(data[0] & 15) * 4:]
                if icmp[0] == (129 if v6 else 0) and icmp[4:6] == struct.pack("!H", own):
                    return "answered by " + peer[0]
                if icmp[0] == (1 if v6 else 3):
                    return "ICMP error %d from %s" % (icmp[1], peer[0])
            return "timeout"
        except OSError as e:
            return "timeout" if isinstance(e, TimeoutError) else os.strerror(e.errno)
        finally:
            s.close()

    def ftp(self, place, target, own):
        with namespace(self.names[place]):
            s, data = socket.socket(), socket.socket()
        s.settimeout(WAIT)
        data.settimeout(WAIT)
        try:
            s.bind(("", own))
            s.connect((target, 21))
            said = self.line(s)
            s.send(b"PASV\r\n")
            numbers = self.line(s).split("(")[1].rstrip(")").split(",")
            data.bind(("", own + 1))
            data.connect((".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5])))
            return said + ", data: seen as " + self.line(data)
        except OSError as e:
            return "timeout" if isinstance(e, TimeoutError) else os.strerror(e.errno)
        finally:
            s.close()
            data.close()
