"""Single packets and small series that are no conversation: errors, fragments, broadcasts, options, broken ones."""
import struct

import packets
from .ends import End, header, step_for
from .flows import flow

ERRORS4 = [(3, 0), (3, 1), (3, 3), (3, 4), (3, 13), (11, 0), (11, 1), (12, 0), (4, 0), (5, 1)]
ERRORS6 = [(1, 0), (1, 4), (2, 0), (3, 0), (4, 1)]


@flow(8)
def icmp_error(c):
    """About a packet that really left or arrived, from its target or a router on the way."""
    if not c.history:
        return
    seen = c.choice(c.history)
    source, target, _, _ = header(seen.packet)
    kind, code = c.choice(ERRORS6 if c.host.v6 else ERRORS4)
    sender = target if c.chance(60) or seen.place == "local" else c.choice(c.host.peers.get(seen.place, [target]))
    end = End(seen.place, sender, c.choice([source] * 8 + c.host.own()))
    rest = struct.pack("!HH", 0, c.choice([0, 576, 1280]))
    limit = c.choice([None, None, 28, 24, 200, 12] if not c.host.v6 else [None, None, 48, 44])
    word = "%s %s > %s %d/%d%s" % ("icmp6" if c.host.v6 else "icmp", end.own, end.peer, kind, code, " bad-checksum"
        if c.chance(5) else "")
    yield step_for(end, packets.error(word, seen.packet, rest, limit))


@flow(6)
def fragmented(c):
    if c.stack and c.host.v6:           # put together behind INPUT, which the simulator calls unknown
        return
    end = c.random_end()
    size = c.choice([16, 24, 64, 200, 512])
    body = c.choice([packets.udp(end.own, end.peer, end.sport, end.dport, bytes(range(200)) * 4, none=c.chance(10)
        and not c.host.v6),
                     packets.icmp(end.own, end.peer, 128 if c.host.v6 else 8, 0, struct.pack("!HH", 1 + c.unique(), 1),
                     b"f" * 300),
                     packets.tcp(end.own, end.peer, end.sport, end.dport, ("syn",), data=b"t" * 100)])
    number = {0x08: 1, 0x80: 58}.get(body[0]) if body[1:2] == b"\0" and body[0] in (8, 128) else 17
    if len(body) == 120:
        number = 6
    end_packet = c.ip(end, number, body, plain=True)
    pieces = packets.fragments(end_packet, size)[:8]
    how = c.choice(["ordered", "ordered", "reversed", "shuffled", "missing", "doubled", "overlapping"])
    if how == "reversed":
        pieces.reverse()
    elif how == "shuffled":
        c.rng.shuffle(pieces)
    elif how == "missing":
        pieces.pop(c.below(len(pieces)))
    elif how == "doubled":
        pieces.insert(1, pieces[0])
    elif how == "overlapping" and len(pieces) > 1:
        pieces.insert(1,
            packets.fragments(end_packet, size + 8)[min(1, len(packets.fragments(end_packet, size + 8)) - 1)])
    for piece in pieces[:6]:
        yield step_for(end, piece)


@flow(3)
def group(c):
    """Multicast and broadcast, from the wire and from the host."""
    place = c.choice(c.host.peers)
    name = c.choice([place, place, "local"])
    own = c.choice(c.host.own(place) if name == "local" else c.host.peers[place])
    if c.host.v6:
        target, mac = c.choice(["ff02::1", "ff02::fb", "ff05::1:3"]), "33:33:00:00:00:01"
    else:
        network = c.host.own(place)[0].rsplit(".", 1)[0]
        target, mac = c.choice([("224.0.0.251", "01:00:5e:00:00:fb"), (network + ".255", "ff:ff:ff:ff:ff:ff"),
                                ("255.255.255.255", "ff:ff:ff:ff:ff:ff"), ("239.1.2.3", "01:00:5e:01:02:03"),
                                (c.choice(c.host.own(place)), "ff:ff:ff:ff:ff:ff")])
    end = End(name, own, target, 5353, 5353)
    more = {} if name == "local" else {"dst_mac": mac}
    if name != "local" and c.chance(10):
        more = {"dst_mac": "02:aa:aa:aa:aa:aa"}
    if name == "local":
        more["bind"] = place
    if c.layer3(place):
        more.pop("dst_mac", None)
    yield step_for(end, c.ip(end, 17, packets.udp(end.own, target, 5353, 5353, c.data())), **more)


@flow(3)
def stranger(c):
    """From or to addresses that no sensible route leads to."""
    end = c.random_end()
    odd = c.choice(c.host.strangers)
    if end.place != "local" and c.chance(50):
        end = End(end.place, odd, c.choice(c.host.everyone() + c.host.own()), end.sport, end.dport)
    else:
        end = End(end.place, end.own, odd, end.sport, end.dport)
    yield step_for(end, c.ip(end, 17, packets.udp(end.own, end.peer, end.sport, end.dport, b"lost")))


OPTIONS4 = ["01010101", "94040000", "0707040000000000", "440c0d010000000000000000", "8303" "0400",
    "830704c0000263" "00", "8610000000000000000000000000000000"[:32], "8202"]
EXTENSIONS6 = [[(0, "0005020000000100")], [(60, "0001040000000000"[:14])], [(44, "00000012345678")],
    [(43, "0204010000000020010db80001000000000000000000101000"[:46])],
               [(0, "00050200000100"), (60, "00010400000000")], [(0, "00010400000000"), (44, "00000000000099")],
               [(60, "00c20400000000")], [(0, "00030400000000")]]


@flow(4)
def with_options(c):
    """IPv4 options or IPv6 extension headers."""
    end = c.random_end()
    body = packets.udp(end.own, end.peer, end.sport, end.dport, b"options")
    if c.chance(50):
        body = packets.tcp(end.own, end.peer, end.sport, end.dport, ("syn",), options=bytes.fromhex("020405b4"))
    number = 6 if len(body) == 24 else 17
    if c.host.v6:
        chain = [(kind, bytes.fromhex(text[:14]) if kind != 43 else bytes.fromhex(text)) for kind,
            text in c.choice(EXTENSIONS6)]
        packet = packets.ipv6(end.own, end.peer, number, body, extensions=chain)
    else:
        if end.place == "local":
            return
        packet = packets.ipv4(end.own, end.peer, number, body, options=bytes.fromhex(c.choice(OPTIONS4)), id=c.ident())
    yield step_for(end, packet)


@flow(4)
def broken(c):
    """Cut short, wrong lengths, wrong checksums."""
    end = c.random_end(wire=True)
    body = c.choice([packets.udp(end.own, end.peer, end.sport, end.dport, b"broken"),
        packets.tcp(end.own, end.peer, end.sport, end.dport),
                     packets.icmp(end.own, end.peer, 128 if c.host.v6 else 8, 0, bytes(4), b"x")])
    number = 17 if len(body) == 14 else 6 if len(body) == 20 else 58 if c.host.v6 else 1
    how = c.below(6)
    if how < 3:
        body = body[:c.choice([0, 1, 3, 4, 7, 8, 12, 13, 19])]
    elif how == 3 and number == 17:
        body = body[:4] + struct.pack("!H", c.choice([0, 7, 9, 100])) + body[6:]
    elif how == 4 and number == 6:
        body = body[:12] + bytes([c.choice([0x00, 0x40, 0xf0])]) + body[13:]
    packet = bytearray(c.ip(end, number, body, plain=True))
    if how == 5 and not c.host.v6:
        packet[10] ^= c.choice([0, 1])
        packet += bytes(c.choice([0, 3]))
    yield step_for(end, bytes(packet))
