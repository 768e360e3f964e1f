"""Conversations as coroutines: each yields steps and is sent what came of them (ends.Seen).

An answer is built from the packet as it left the firewall, so that translations work both ways."""
import struct

import packets
from .ends import facing, step_for, swapped

FLOWS = []                              # (function, weight)


def flow(weight):
    def register(function):
        FLOWS.append((function, weight))
        return function
    return register


def reach(c, end, seen, before):
    """The other end after a packet was sent: as it saw the packet, else as it was known, else as one would think."""
    if seen:
        return facing(seen.place, seen.packet)
    return before or swapped(end, c.home_of(end.peer))


class Tcp:
    """Both sides' numbers of one connection."""

    def __init__(self, c, end):
        self.c, self.ends, self.seq = c, [end, None], [c.rng.randrange(1 << 32), c.rng.randrange(1 << 32)]
        self.side_options = b""

    def segment(self, side, flags, data=b"", **more):
        end = self.ends[side]
        keys = dict({"ack": self.seq[1 - side] if "ack" in flags else 0, "seq": self.seq[side]}, **more)
        bad = keys.pop("bad", False)
        keys = {key: value & 0xffffffff if key in ("seq", "ack") else value for key, value in keys.items()}
        body = packets.tcp(end.own, end.peer, end.sport, end.dport, flags, data=data, bad=bad, **keys)
        return step_for(end, self.c.ip(end, 6, body))

    def heard(self, side, seen):
        self.ends[1 - side] = reach(self.c, self.ends[side], seen, self.ends[1 - side])


SYN_OPTIONS = [b"", bytes.fromhex("020405b4"), bytes.fromhex("020405b40402080a0000000100000000010303" "07"),
               bytes.fromhex("020402180103030e"), bytes.fromhex("0402010102040564")]


def odd_segments(c, t):
    """Segments that do not fit: (side, flags, more)."""
    side = c.below(2)
    return c.choice([
        (side, ("ack",), {"seq": t.seq[side] + c.choice([100000, 200000, -70000, -1, 1, 5000])}),
        (side, ("ack",), {"ack": t.seq[1 - side] + c.choice([100000, 1, -5, -90000])}),
        (side, ("rst",), {"seq": t.seq[side] + c.choice([0, 1, 100, 999999])}),
        (side, ("rst", "ack"), {}), (side, ("syn",), {}), (side, ("syn", "ack"), {}), (side, ("syn", "fin"), {}),
        (side, (), {}), (side, ("fin", "psh", "urg"), {}), (side, ("ack", "urg"), {"urg": 3}),
        (side, ("fin", "ack"), {}),
        (side, ("ack",), {"bad": True}), (side, ("ack", "psh"), {"data": b"x" * 40}), (side, ("ack", "ece", "cwr"), {}),
        (side, ("ack",), {"win": c.choice([0, 1, 65535])}), (side, ("fin", "rst"), {}), (side, ("syn", "rst"), {})])


@flow(12)
def tcp(c):
    t = Tcp(c, c.random_end(tcp_like=True))
    midstream = c.chance(12)
    if not midstream:
        for _ in range(c.choice([1, 1, 1, 2])):
            flags = ("syn", "ece", "cwr") if c.chance(10) else ("syn",)
            t.heard(0,
                (yield t.segment(0, flags, options=c.choice(SYN_OPTIONS), data=b"early" if c.chance(4) else b"")))
        t.seq[0] += 1
        if c.chance(88):
            flags = ("rst", "ack") if c.chance(8) else ("syn", "ack")
            t.heard(1, (yield t.segment(1, flags, options=c.choice(SYN_OPTIONS))))
            t.seq[1] += 1
            if c.chance(90):
                t.heard(0, (yield t.segment(0, ("ack",))))
    for _ in range(c.below(7)):
        side = 0 if t.ends[1] is None else c.below(2)
        if t.ends[1] is not None and c.chance(25):
            side, flags, more = odd_segments(c, t)
            t.heard(side, (yield t.segment(side, flags, **more)))
            continue
        data = c.data()
        step = t.segment(side, ("ack", "psh") if c.chance(50) else ("ack",), data)
        for _ in range(c.choice([1, 1, 1, 2])):                        # sometimes sent again
            t.heard(side, (yield step))
        t.seq[side] += len(data)
    if t.ends[1] is not None and c.chance(60):
        for side in (0, 1):
            t.heard(side, (yield t.segment(side, ("fin", "ack"))))
            t.seq[side] += 1
        yield t.segment(0, ("ack",))
        if c.chance(30):
            t.seq[0] += 100000
            yield t.segment(0, ("syn",))


@flow(8)
def udp(c):
    ends = [c.random_end(), None]
    for _ in range(1 + c.below(5)):
        side = 0 if ends[1] is None else c.below(2)
        end = ends[side]
        number = 136 if c.chance(3) and not c.stack else 17
        body = packets.udp(end.own, end.peer, end.sport, end.dport, c.data(), bad=c.chance(5), none=c.chance(5)
            and not c.host.v6)
        if number == 136:
            body = body[:4] + struct.pack("!H", 8) + body[6:]
        seen = yield step_for(end, c.ip(end, number, body))
        ends[1 - side] = reach(c, end, seen, ends[1 - side])


@flow(6)
def echo(c):
    ends, number = [c.random_end(), None], 1 + c.unique()
    kinds = c.choice([(128, 129)] if c.host.v6 else [(8, 0), (8, 0), (8, 0), (13, 14), (17, 18)])
    for count in range(1 + c.below(4)):
        side = 0 if ends[1] is None else c.below(2)
        end = ends[side]
        times = struct.pack("!III", 86399000 + count, 0, 0) if kinds[0] == 13 and not c.chance(10) else b""
        body = packets.icmp(end.own, end.peer, kinds[side], c.choice([0] * 9 + [1]), struct.pack("!HH", number, count),
            times + c.data(), bad=c.chance(5))
        seen = yield step_for(end, c.ip(end, 58 if c.host.v6 else 1, body))
        ends[1 - side] = reach(c, end, seen, ends[1 - side])


@flow(2)
def sctp(c):
    if c.stack:                         # whether the host takes SCTP depends on its modules
        return
    ends, tags = [c.random_end(), None], [c.rng.randrange(1, 1 << 32), c.rng.randrange(1, 1 << 32)]
    def init(tag):
        return struct.pack("!IIHHI", tag, 65535, 1, 1, 1)
    course = [(0, 0, packets.chunk(1, 0, init(tags[0]))), (1, tags[0], packets.chunk(2, 0, init(tags[1]))),
              (0, tags[1], packets.chunk(10, 0, b"cookie!!")), (1, tags[0], packets.chunk(11)),
              (0, tags[1], packets.chunk(0, 3, struct.pack("!IHHI", 1, 0, 0, 0) + b"data")),
              (1, tags[0], packets.chunk(3, 0, struct.pack("!IIHH", 1, 65535, 0, 0))),
              (0, tags[1], packets.chunk(4, 0, b"\0\1\0\4")), (0, tags[1], packets.chunk(7, 0, struct.pack("!I", 1))),
              (1, tags[0], packets.chunk(8)), (0, tags[1], packets.chunk(14))]
    for side, tag, chunks in course[c.choice([0] * 5 + [1, 4]):1 + c.below(len(course))]:
        end = ends[side]
        if end is None:
            return
        if c.chance(6):
            tag, chunks = c.choice([(tag ^ 1, chunks), (tag, packets.chunk(6)), (tag, chunks[:3])])
        seen = yield step_for(end, c.ip(end, 132, packets.sctp(end.sport, end.dport, tag, chunks)))
        ends[1 - side] = reach(c, end, seen, ends[1 - side])


@flow(3)
def other_protocol(c):
    # What the host makes of the others depends on its modules; the recorder's own raw sockets take 255.
    ends, number = [c.random_end(), None], c.choice([2, 89, 99] if c.stack else [47, 50, 51, 4, 2, 89, 255, 99])
    bodies = {47: [bytes.fromhex("0000080045"), bytes.fromhex("3081880b00040022000000010000000c"),
        bytes.fromhex("2000080000000007")],
              50: [struct.pack("!II", 256, 1) + bytes(16)], 51: [bytes.fromhex("3b0400000000010000000001") + bytes(12)]}
    for _ in range(1 + c.below(3)):
        side = 0 if ends[1] is None else c.below(2)
        end = ends[side]
        seen = yield step_for(end, c.ip(end, number, c.choice(bodies.get(number, [bytes(12), b"", b"\1\2"]))))
        ends[1 - side] = reach(c, end, seen, ends[1 - side])
