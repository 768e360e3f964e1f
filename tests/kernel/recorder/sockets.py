"""What the host itself sends: raw packets, and real sockets with an owner, a mark, a cgroup."""
import ctypes
import errno
import os
import socket
import struct

from .namespace import read

LIBC = ctypes.CDLL(None, use_errno=True)
SO_MARK, TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 36, 19, 20, 21
RECEIVE_QUEUE, SEND_QUEUE = 1, 2
IP_TRANSPARENT, IPV6_TRANSPARENT = 19, 75


class Owner:
    """Files made within belong to this user and group; capabilities stay."""

    def __init__(self, uid, gid, groups=None):
        self.uid, self.gid, self.groups = uid, gid, groups

    def __enter__(self):
        if self.groups is not None:
            os.setgroups(self.groups)
        LIBC.setfsgid(self.gid or 0)
        LIBC.setfsuid(self.uid or 0)

    def __exit__(self, *_):
        LIBC.setfsuid(0)
        LIBC.setfsgid(0)
        if self.groups is not None:
            os.setgroups([])


def error_name(error):
    return errno.errorcode.get(error.errno, str(error.errno))


def send_raw(step, packet):
    """Sends one whole IP packet through a raw socket; returns the name of the error, or None."""
    v6 = packet[0] >> 4 == 6
    family = socket.AF_INET6 if v6 else socket.AF_INET
    with Owner(step.get("uid"), step.get("gid")):
        sender = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with sender:
        if step.get("mark"):
            sender.setsockopt(socket.SOL_SOCKET, SO_MARK, step["mark"])
        if step.get("bind"):
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, step["bind"].encode() + b"\0")
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        try:
            sender.sendto(packet, (socket.inet_ntop(family, packet[24:40] if v6 else packet[16:20]), 0))
        except OSError as error:
            return error_name(error)
    return None


class Cgroups:
    """Cgroup directories made for a scenario and removed behind it."""

    def __init__(self, names):
        self.made, self.home = [], None
        self.base = next((line.split()[1] for line in read("/proc/mounts").splitlines()
                          if line.split()[2] == "cgroup2"), None)
        for name in names:
            self.make(name)

    def make(self, name):
        path = self.base
        for part in name.split("/"):
            path += "/" + part
            if not os.path.isdir(path):
                os.mkdir(path)
                self.made.append(path)
        return path

    def enter(self, name):
        """Moves this process into a cgroup, or home for None."""
        if self.home is None:
            self.home = next(line[3:] for line in read("/proc/self/cgroup").splitlines() if line.startswith("0::"))
        path = self.make(name) if name else self.base + self.home
        with open(path + "/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))

    def remove(self):
        for path in reversed(self.made):
            os.rmdir(path)


def listener(entry):
    return dict(entry, bind=[entry.get("ip", "0.0.0.0"), entry["port"]], listen=entry["proto"] == "tcp")


def make(what, cgroups):
    """The socket that a "socket" step describes."""
    address = what.get("bind") or what.get("connect")
    v6 = bool(address) and ":" in address[0]
    if what.get("cgroup"):
        cgroups.enter(what["cgroup"])
    with Owner(what.get("uid"), what.get("gid"), what.get("groups")):
        made = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET,
                             socket.SOCK_STREAM if what["proto"] == "tcp" else socket.SOCK_DGRAM)
    if what.get("cgroup"):
        cgroups.enter(None)
    made.setblocking(False)
    for option in (socket.SO_REUSEADDR, socket.SO_BROADCAST):
        made.setsockopt(socket.SOL_SOCKET, option, 1)
    if what.get("transparent"):
        made.setsockopt(socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP, IPV6_TRANSPARENT if v6 else IP_TRANSPARENT, 1)
    if what.get("mark"):
        made.setsockopt(socket.SOL_SOCKET, SO_MARK, what["mark"])
    if what.get("device"):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, what["device"].encode() + b"\0")
    if what.get("v6only"):
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if what.get("bind"):
        made.bind(tuple(what["bind"]))
    if what.get("established"):
        establish(made, what)
    elif what.get("connect"):
        try:
            made.connect(tuple(what["connect"]))
        except BlockingIOError:
            pass
    if what.get("listen"):
        made.listen(8)
    return made


def establish(made, what):
    """An ESTABLISHED socket without a packet, as after a checkpoint (TCP_REPAIR)."""
    wanted = what["established"]
    made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    for queue, sequence in ((SEND_QUEUE, wanted["seq"]), (RECEIVE_QUEUE, wanted["ack"])):
        made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, queue)
        made.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", sequence & 0xffffffff))
    made.connect(tuple(what["connect"]))
    if not wanted.get("keep_repair", True):
        made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)



class Sockets:
    """The named sockets of a scenario."""

    def __init__(self, scenario):
        self.cgroups = Cgroups(scenario.get("cgroups", []))
        self.named = {}
        self.listening = [make(listener(entry), self.cgroups) for entry in scenario.get("listeners", [])]

    def step(self, step):
        """Opens, closes or uses a socket; returns the name of the error, or None."""
        what = step["socket"]
        if what.get("close"):
            self.named.pop(what["name"]).close()
            return None
        try:
            used = self.named.get(what["name"])
            if used is None:
                used = self.named[what["name"]] = make(what, self.cgroups)
            if "to" in what:
                used.sendto(bytes.fromhex(what.get("data", "")), tuple(what["to"]))
            elif "data" in what:
                used.send(bytes.fromhex(what["data"]))
            elif what.get("shutdown"):
                used.shutdown(socket.SHUT_WR)
        except OSError as error:
            if not step.get("local"):
                raise
            return error_name(error)
        return None

    def close(self):
        for used in list(self.named.values()) + self.listening:
            used.close()
        self.cgroups.remove()
