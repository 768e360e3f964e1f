"""The conntrack table and the expectations as ctnetlink dumps them."""
import socket
import struct

from . import netlink
from .netlink import attribute, attributes, be16, be32, nested

CT_NEW, CT_GET, CT_DELETE, EXPECT_GET = 0x100, 0x101, 0x102, 0x201
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 58: "icmpv6", 132: "sctp", 136: "udplite"}
TCP_STATES = ("NONE SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT CLOSE_WAIT LAST_ACK TIME_WAIT CLOSE SYN_SENT2").split()
STATUS = {0: "EXPECTED", 1: "SEEN_REPLY", 2: "ASSURED", 3: "CONFIRMED", 4: "SNAT", 5: "DNAT", 6: "SEQ_ADJUST",
          9: "DYING", 10: "FIXED_TIMEOUT", 11: "TEMPLATE", 13: "HELPER", 14: "OFFLOAD"}
EXPECT_FLAGS = {1: "PERMANENT", 2: "INACTIVE", 4: "USERSPACE"}
FILLER_MARK = 0x0fee0000


def text(data):
    return data.rstrip(b"\0").decode()


def tuple_of(data):
    """(protocol number, tuple) of a CTA_TUPLE_*."""
    parts = attributes(data)
    result = {}
    for kind, address in attributes(parts.get(1, b"")).items():
        family = socket.AF_INET if len(address) == 4 else socket.AF_INET6
        result["src" if kind in (1, 3) else "dst"] = socket.inet_ntop(family, address)
    protocol = attributes(parts.get(2, b""))
    number = protocol[1][0] if 1 in protocol else None
    if number in (1, 58):
        first = 4 if number == 1 else 7
        for name, kind in (("id", first), ("type", first + 1), ("code", first + 2)):
            if kind in protocol:
                result[name] = be16(protocol[kind]) if name == "id" else protocol[kind][0]
    else:
        for name, kind in (("sport", 2), ("dport", 3)):
            if kind in protocol:
                result[name] = be16(protocol[kind])
    if 3 in parts:
        result["zone"] = be16(parts[3])
    return number, result


def protocol_name(number):
    return PROTOCOLS.get(number, str(number))


def state_of(data):
    for kind, info in attributes(data).items():
        state = attributes(info).get(1)
        if state:
            return TCP_STATES[state[0]] if kind == 1 else "SCTP_%d" % state[0]
    return None


def counts(original, reply, kind):
    return [int.from_bytes(side[kind], "big") if kind in side else None for side in (original, reply)]


def entry(data):
    found = attributes(data)
    number, original = tuple_of(found[1])
    result = {"proto": protocol_name(number), "orig": original, "reply": tuple_of(found[2])[1]}
    if 3 in found:
        bits = be32(found[3])
        result["status"] = [name for bit, name in STATUS.items() if bits >> bit & 1]
    state = state_of(found.get(4, b""))
    if state:
        result["state"] = state
    helper = attributes(found.get(5, b""))
    if 1 in helper:
        result["helper"] = text(helper[1])
    for kind, name in ((7, "timeout"), (8, "mark")):
        if kind in found:
            result[name] = be32(found[kind])
    if 9 in found and 10 in found:
        sides = attributes(found[9]), attributes(found[10])
        result["packets"], result["bytes"] = counts(*sides, 1), counts(*sides, 2)
    if 14 in found:
        result["master"] = tuple_of(found[14])[1]
    if 18 in found:
        result["zone"] = be16(found[18])
    if any(found.get(22, b"")):
        result["labels"] = found[22].hex()
    return result


def expectation(data):
    found = attributes(data)
    number, expected = tuple_of(found[2])
    result = {"proto": protocol_name(number), "tuple": expected, "mask": tuple_of(found[3])[1]}
    if 1 in found:
        result["master"] = tuple_of(found[1])[1]
    if 6 in found:
        result["helper"] = text(found[6])
    if 4 in found:
        result["timeout"] = be32(found[4])
    if any(found.get(8, b"")):
        result["flags"] = [name for bit, name in EXPECT_FLAGS.items() if be32(found[8]) & bit]
    if any(found.get(9, b"")):
        result["class"] = be32(found[9])
    # The broadcast helpers leave the NAT part uninitialised.
    if 10 in found and result.get("helper") not in ("netbios-ns", "snmp"):
        nat = attributes(found[10])
        result["nat"] = dict(tuple_of(nat[2])[1], dir="reply" if be32(nat[1]) else "original")
    if 11 in found:
        result["fn"] = text(found[11])
    return result


class Connections:
    def __init__(self):
        self.channel = netlink.NetfilterSocket()
        self.filled = 0

    def conntrack(self):
        unfilled = b""
        if self.filled:
            unfilled = attribute(8, bytes(4)) + attribute(21, struct.pack("!I", 0xffff0000))
        table = [entry(data) for data in self.channel.dump(CT_GET, socket.AF_UNSPEC, unfilled)]
        return sorted(table, key=lambda e: (e["proto"], str(e["orig"]), str(e.get("zone"))))

    def expectations(self):
        return sorted((expectation(data) for family in (socket.AF_INET, socket.AF_INET6)
                       for data in self.channel.dump(EXPECT_GET, family)), key=str)

    def fill(self, count):
        """Leaves so many entries less: the limit itself belongs to the first namespace. Negative: takes them away."""
        sign = 1 if count > 0 else -1
        last = bytes([255, 255, 0, 9])

        def side(kind, source, target):
            return nested(kind, nested(1, attribute(1, source), attribute(2, target)),
                          nested(2, attribute(1, b"\x11"), attribute(2, b"\0\7"), attribute(3, b"\0\7")))
        batch = []
        for step in range(abs(count)):
            number = self.filled + step if sign > 0 else self.filled - 1 - step
            first = struct.pack("!I", 0xf0000000 + number)
            body = side(1, first, last)
            if sign > 0:
                body += side(2, last, first) + b"".join(
                    attribute(kind, struct.pack("!I", value)) for kind,
                    value in ((7, 9999), (8, FILLER_MARK), (3, 0xe)))
            batch.append(self.channel.message(CT_NEW if sign > 0 else CT_DELETE,
                                              netlink.REQUEST | (netlink.CREATE if sign > 0 else 0),
                                              socket.AF_INET, 0, body))
            if len(batch) == 256:
                self.channel.socket.send(b"".join(batch))
                batch = []
        if batch:
            self.channel.socket.send(b"".join(batch))
        self.filled += count
