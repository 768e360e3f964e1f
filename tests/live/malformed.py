"""Packets as nobody should send them: seeds of every protocol that rules look into, with bits turned, lengths that lie, headers
cut short or said twice. The same numbers give the same packets."""
import collections
import os
import random
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../corpora/captures"))
from packets import (ACK, ICMP, ICMP6, PSH, RST, SCTP, SYN, SYN_OPTIONS, TCP, UDP, address, checksum, echo, echo6, icmp, icmp6, ipv4,  # noqa: E402
                     ipv4_fragments, ipv6, pseudo, sctp_init, tcp, udp)

AH, ESP, GRE, DCCP, UDPLITE = 51, 50, 47, 33, 136
EDGES = (0, 1, 3, 4, 5, 6, 7, 8, 0x0f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff)


def transports(source, target, port):
    """Protocol and payload; what comes by TCP and UDP goes to `port`, and to ports of its own."""
    v6 = ":" in source

    def segment(to, flags, data=b"", options=b"", seq=1000, ack=0, own=40000):
        return TCP, tcp(source, target, own + to, to, seq, ack, flags, data, options=options)

    quoted = (ipv6 if v6 else ipv4)(target, source, UDP, udp(target, source, port, 40000, bytes(16)))
    odd_options = bytes.fromhex("0204000f 0101080a 00000001 00000000 1e0c0000 00000000 00000000 fd04f989".replace(" ", ""))
    for to in (port, 21, 82, 9):
        yield segment(to, SYN, options=SYN_OPTIONS)
        yield segment(to, ACK, seq=1001, ack=1, own=43000)
        yield segment(to, PSH | ACK, b"PORT 203,0,113,77,200,10\r\nEPRT |1|203.0.113.77|5282|\r\n", seq=1001, ack=1, own=44000)
        yield segment(to, RST, seq=1001)                       # of the first
    yield segment(port, SYN, options=odd_options, own=41000)
    yield segment(port, PSH | ACK, b"fwsim" * 40, own=42000)
    for to in (53, 69, 83, 5000):
        yield UDP, udp(source, target, 40000 + to, to, b"\0\1boot\0octet\0" + bytes(12))
    yield UDPLITE, udp(source, target, 40000, port, bytes(20))
    yield SCTP, sctp_init(40000, port, 7)
    yield SCTP, sctp_init(40000, port, 7)[:12] + bytes.fromhex("0a000004 0b000004 00030010".replace(" ", "")) + bytes(12)
    yield DCCP, struct.pack("!HHBBHBBHII", 40000, port, 5, 0, 0, 1, 0, 0, 1, port) + bytes(8)
    yield AH, bytes([TCP, 4, 0, 0]) + struct.pack("!II", 100, 1) + bytes(12) + segment(port, SYN)[1]
    yield ESP, struct.pack("!II", 100, 1) + bytes(32)
    yield GRE, bytes.fromhex("3001880b 00080001 00000000".replace(" ", "")) + bytes(8)
    yield (41 if v6 else 4), quoted
    if v6:
        yield ICMP6, echo6(source, target, 7, 1)
        for kind, code in ((1, 4), (2, 0), (3, 0), (4, 1)):
            yield ICMP6, icmp6(source, target, kind, code, struct.pack("!I", 1280), quoted)
        for kind in (130, 131, 143):
            yield ICMP6, icmp6(source, target, kind, 0, data=bytes(20))
    else:
        yield ICMP, echo(7, 1)
        for kind, code in ((3, 3), (3, 4), (11, 0), (12, 0), (13, 0), (17, 0)):
            yield ICMP, icmp(kind, code, struct.pack("!HH", 0, 1400), quoted)
        yield 2, bytes.fromhex("1600f5fdea0000fa")


def seeds(source, target, port=80):
    """Whole packets, as they should be."""
    for protocol, payload in transports(source, target, port):
        if ":" not in source:
            yield ipv4(source, target, protocol, payload)
            for options in (b"\x94\4\0\0", b"\7\7\4" + bytes(5), b"\x44\x08\5\0" + bytes(4), b"\x83\7\4" + address(target) + b"\0", b"\1" * 40):
                whole = bytearray(ipv4(source, target, protocol, options + payload))
                whole[0] += len(options) // 4
                yield mended(whole, False)
            yield from ipv4_fragments(source, target, protocol, payload + bytes(64), 99, (16, 32))
            continue
        yield ipv6(source, target, protocol, payload)
        yield ipv6(source, target, 0, bytes([protocol, 0, 5, 2, 0, 0, 1, 0]) + payload)                           # router alert
        yield ipv6(source, target, 0, bytes([60, 0, 1, 4, 0, 0, 0, 0, protocol, 0, 0xc2, 4, 0, 1, 0, 0]) + payload)   # jumbo
        yield ipv6(source, target, 60, bytes([43, 0, 5, 2, 0, 0, 1, 0, protocol, 2, 0, 1, 0, 0, 0, 0]) + address(target) + payload)
        for offset, more in ((0, 1), (16, 1), (32, 0), (0, 0)):
            yield ipv6(source, target, 44, struct.pack("!BBHI", protocol, 0, offset | more, 99) + payload[offset:offset + 16 if more else None])
    yield (ipv6 if ":" in source else ipv4)(source, target, 59, b"")


def mended(packet, transport):
    """With the checksums that the kernel asks for, as far as the packet can have them."""
    packet = bytearray(packet)
    if len(packet) < 20:
        return bytes(packet)
    v4 = packet[0] >> 4 == 4
    start = (packet[0] & 15) * 4 if v4 else 40
    if v4 and 20 <= start <= len(packet):
        packet[10:12] = b"\0\0"
        packet[10:12] = struct.pack("!H", checksum(bytes(packet[:start])))
    where = {TCP: 16, UDP: 6, ICMP: 2, ICMP6: 2}.get(packet[9] if v4 else packet[6])
    if transport and where and len(packet) >= start + where + 2:
        at, body = start + where, None
        packet[at:at + 2] = b"\0\0"
        body = bytes(packet[start:])
        if v4:
            ends = (".".join(map(str, packet[12:16])), ".".join(map(str, packet[16:20])))
        else:
            ends = tuple(":".join("%02x%02x" % (packet[i], packet[i + 1]) for i in range(a, a + 16, 2)) for a in (8, 24))
        before = b"" if packet[9] == ICMP and v4 else pseudo(*ends, packet[9] if v4 else packet[6], len(body))
        packet[at:at + 2] = struct.pack("!H", checksum(before + body))
    return bytes(packet)


def mutated(packet, chance):
    p = bytearray(packet)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        how, at = chance.randrange(8), chance.randrange(min(len(p), chance.choice((24, 60, 2000)))) if p else 0
        if not p or how == 0:
            p += bytes(chance.randrange(256) for _ in range(chance.randrange(1, 60)))
        elif how in (1, 2):
            p[at] ^= 1 << chance.randrange(8)
        elif how in (3, 4):
            p[at] = chance.choice(EDGES)
        elif how == 5:
            p = p[:chance.randrange(len(p) + 1)]
        elif how == 6:
            length = chance.randrange(1, 24)
            p[at:at] = p[at:at + length]
        else:
            p[at:at + 2] = struct.pack("!H", chance.choice((0, 1, 7, 20, 39, 40, 0x1fff, 0x2000, 0x7fff, 0xffff, len(p), len(p) + 1)))
    if chance.random() < 0.6:   # a length that tells the truth
        if len(p) >= 20 and p[0] >> 4 == 4:
            p[2:4] = struct.pack("!H", min(len(p), 0xffff))
        elif len(p) >= 40 and p[0] >> 4 == 6:
            p[4:6] = struct.pack("!H", min(len(p) - 40, 0xffff))
    return mended(p, chance.random() < 0.7) if chance.random() < 0.85 else bytes(p)


def malformed(source, targets, count, seed):
    """`count` packets, of which some are still good."""
    chance = random.Random(seed)
    good = [packet for target in targets for packet in seeds(source, target)]
    return good + [mutated(chance.choice(good), chance)[:1500] for _ in range(count - len(good))]


def well_formed(packet):
    """What Linux takes for an IP packet (ip_rcv, ip6_rcv); nothing else may be forwarded."""
    if len(packet) >= 20 and packet[0] >> 4 == 4:
        header, total = (packet[0] & 15) * 4, struct.unpack("!H", packet[2:4])[0]
        return 20 <= header <= total <= len(packet) and checksum(packet[:header]) == 0
    if len(packet) >= 40 and packet[0] >> 4 == 6:
        return 40 + struct.unpack("!H", packet[4:6])[0] <= len(packet)
    return False


def may_pass(packet):
    """Whether a packet is one that hard.v4 or hard.v6 accept, by its protocol and port."""
    v4 = packet[0] >> 4 == 4
    at, protocol = ((packet[0] & 15) * 4, packet[9]) if v4 else (40, packet[6])
    if v4 and struct.unpack("!H", packet[6:8])[0] & 0x1fff:
        return True                            # judged with its first one
    while not v4 and protocol in (0, 43, 44, 60) and len(packet) >= at + 8:
        if protocol == 44 and struct.unpack("!H", packet[at + 2:at + 4])[0] & 0xfff8:
            return True
        at, protocol = at + (8 if protocol == 44 else packet[at + 1] * 8 + 8), packet[at]
    port = struct.unpack("!H", packet[at + 2:at + 4])[0] if len(packet) >= at + 4 else None
    if protocol in (6, 17):
        return port in ((21, 80) if protocol == 6 else (53, 69, 5000, 6000))
    return protocol in ((1, 33, 50, 51, 132) if v4 else (51, 58))


def comparable(packets):
    """What two ways of the same packets have in common: no times, no numbers drawn at random, no answers of the firewall itself;
    and no IPv4 that came in pieces (99), which fwsim sends on as one packet where the kernel cuts it again."""
    count = collections.Counter()
    for p in filter(well_formed, packets):
        if p[0] >> 4 == 4:
            if p[20:21] != b"\x44" and p[4:6] != b"\0\x63" and p[12:16] != socket.inet_aton("10.0.1.1"):
                count[p] += 1
        elif p[8:24] != socket.inet_pton(socket.AF_INET6, "2001:db8:2::1") and p[8] != 0xfe:
            count[p[:44] + bytes(4) + p[48:] if p[6] == 44 else p] += 1
    return count
