"""Rule counters of the legacy tables by getsockopt (IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES).

This also tells the implicit RETURN at the end of each user chain, which
iptables-save does not print. The layout is read once, counters at each step."""
import ctypes
import os
import socket
import struct

from .probes import HOOKS

GET_INFO, GET_ENTRIES = 64, 65
LIBC = ctypes.CDLL(None, use_errno=True)


class Table:
    """One loaded table: where each rule's counter is, and by which key it goes."""

    def __init__(self, family, name, prefix):
        self.family, self.name, self.prefix = family, name, prefix
        self.counters = {}                              # key -> offset
        self.blob = None

    def info(self):
        buffer = ctypes.create_string_buffer(self.name.encode(), 84)
        self.family.get(GET_INFO, buffer)
        valid, = struct.unpack_from("=I", buffer, 32)
        entries, policies = struct.unpack_from("=5I", buffer, 36), struct.unpack_from("=5I", buffer, 56)
        size, = struct.unpack_from("=I", buffer, 80)
        return ({entries[n]: HOOKS[n] for n in range(5) if valid >> n & 1},
                {policies[n] for n in range(5) if valid >> n & 1}, size)

    def entries(self, size):
        request = struct.pack("=32sI4x", self.name.encode(), size)
        buffer = ctypes.create_string_buffer(request, len(request) + size)
        self.family.get(GET_ENTRIES, buffer)
        return buffer.raw[len(request):]

    def lay_out(self):
        starts, policies, size = self.info()
        self.size, self.blob = size, self.entries(size)
        target, counter = self.family.target_offset, self.family.counter_offset
        rows, at, chain, builtin = [], 0, None, False
        while at < size:
            to_target, to_next = struct.unpack_from("=HH", self.blob, at + target)
            name = self.blob[at + to_target + 2:at + to_target + 31].split(b"\0")[0]
            if at in starts:
                chain, builtin = starts[at], True
            if name == b"ERROR":
                chain = self.blob[at + to_target + 32:at + to_target + 62].split(b"\0")[0].decode()
                builtin = False
            else:
                rows.append((chain, builtin, at in policies, at + counter))
            at += to_next
        self.counters = dict(self.keys(rows))
        return self

    def keys(self, rows):
        number = 0
        for index, (chain, builtin, policy, offset) in enumerate(rows):
            before = rows[index - 1][0] if index else None
            number = number + 1 if chain == before else 1
            ends = index + 1 == len(rows) or rows[index + 1][0] != chain
            kind = "rule"
            if builtin and policy:
                kind = "policy"
            elif not builtin and ends:
                kind = "return"
            yield "%s%s:%s:%s:%d" % (self.prefix, self.name, chain, kind, number), offset

    def delta(self):
        """Counters that changed since the last call."""
        blob = self.entries(self.size)
        changed = {}
        if blob != self.blob:
            for key, offset in self.counters.items():
                if blob[offset:offset + 16] != self.blob[offset:offset + 16]:
                    now, before = struct.unpack_from("=QQ", blob, offset), struct.unpack_from("=QQ", self.blob, offset)
                    changed[key] = [now[0] - before[0], now[1] - before[1]]
            self.blob = blob
        return changed

    def totals(self):
        return {key: list(struct.unpack_from("=QQ", self.blob, offset)) for key, offset in self.counters.items()}


class Family:
    """All tables of IPv4 or IPv6 in the current namespace."""

    def __init__(self, v6):
        self.socket = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.level = socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP
        self.target_offset, self.counter_offset = (140, 152) if v6 else (88, 96)
        self.names = "/proc/thread-self/net/%s_tables_names" % ("ip6" if v6 else "ip")
        self.prefix = "6:" if v6 else ""
        self.lay_out()

    def lay_out(self):
        """Again after rules were changed; counters start from what they are now."""
        names = []
        if os.path.exists(self.names):
            with open(self.names) as file:
                names = sorted(file.read().split())
        self.tables = [Table(self, name, self.prefix).lay_out() for name in names]

    def get(self, option, buffer):
        size = ctypes.c_uint32(len(buffer))
        if LIBC.getsockopt(self.socket.fileno(), self.level, option, buffer, ctypes.byref(size)):
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))


class Counters:
    def __init__(self, v6):
        self.families = [Family(False)] + ([Family(True)] if v6 else [])

    def lay_out(self):
        for family in self.families:
            family.lay_out()

    def keys(self):
        return {key for family in self.families for table in family.tables for key in table.counters}

    def delta(self):
        return {key: value for family in self.families for table in family.tables for key,
            value in table.delta().items()}

    def totals(self):
        return {key: value for family in self.families for table in family.tables
                for key, value in sorted(table.totals().items())}
