"""Packets by hand: Ethernet, VLAN, ARP, IPv4, IPv6, TCP, UDP, ICMP, with their checksums.

Every function takes and returns bytes; addresses are text. RFC 791, 768, 792, 4443, 8200, 9293.
"""

import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ICMP, IGMP, TCP, UDP, GRE, ICMP6, SCTP = 1, 2, 6, 17, 47, 58, 132
SYN_OPTIONS = bytes.fromhex("020405b4" "01010402" "01030307")  # MSS 1460, SACK permitted, window scale 7


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return ipaddress.ip_address(text).packed


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ethernet(destination, source, kind, payload, tags=()):
    """tags: (ethertype, VLAN id) from the outer to the inner one."""
    frame = mac(destination) + mac(source)
    for tag_kind, vlan in tags:
        frame += struct.pack("!HH", tag_kind, vlan)
    return frame + struct.pack("!H", kind) + payload


def arp(operation, source_mac, source, target_mac, target):
    return struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + mac(source_mac) + address(source) \
        + mac(target_mac) + address(target)


def ipv4(source, destination, protocol, payload, *, ttl=64, ident=0, flags=2, offset=0, tos=0):
    """flags: 2 don't fragment, 1 more fragments; offset in bytes."""
    assert offset % 8 == 0
    header = struct.pack("!BBHHHBBH", 0x45, tos, 20 + len(payload), ident, flags << 13 | offset // 8, ttl,
                         protocol, 0) + address(source) + address(destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv4_fragments(source, destination, protocol, payload, ident, cuts):
    """The datagram cut at the given payload offsets (multiples of 8), in order."""
    ends = list(cuts) + [len(payload)]
    starts = [0] + list(cuts)
    return [ipv4(source, destination, protocol, payload[a:b], ident=ident, offset=a,
                 flags=0 if b == len(payload) else 1) for a, b in zip(starts, ends)]


def ipv6(source, destination, next_header, payload, *, hop_limit=64):
    return struct.pack("!IHBB", 6 << 28, len(payload), next_header, hop_limit) + address(source) \
        + address(destination) + payload


def pseudo(source, destination, protocol, length):
    source, destination = address(source), address(destination)
    if len(source) == 4:
        return source + destination + struct.pack("!BBH", 0, protocol, length)
    return source + destination + struct.pack("!IHBB", length, 0, 0, protocol)


def tcp(source, destination, sport, dport, seq, ack, flags, data=b"", *, window=64240, options=b"", bad=False):
    """bad: with a wrong checksum, on purpose."""
    assert len(options) % 4 == 0
    header = struct.pack("!HHIIBBHHH", sport, dport, seq % 2**32, ack % 2**32, (5 + len(options) // 4) << 4, flags,
                         window, 0, 1 if flags & URG else 0) + options
    total = checksum(pseudo(source, destination, TCP, len(header) + len(data)) + header + data)
    return header[:16] + struct.pack("!H", total ^ 0x5555 if bad else total) + header[18:] + data


def udp(source, destination, sport, dport, data):
    header = struct.pack("!HHHH", sport, dport, 8 + len(data), 0)
    total = checksum(pseudo(source, destination, UDP, 8 + len(data)) + header + data) or 0xFFFF
    return header[:6] + struct.pack("!H", total) + data


def icmp(kind, code, rest=b"\0\0\0\0", data=b""):
    body = struct.pack("!BBH", kind, code, 0) + rest + data
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def sctp_init(sport, dport, tag):
    """An INIT chunk; RFC 9260, with the CRC32c of appendix A."""
    header = struct.pack("!HHI", sport, dport, 0)
    chunk = struct.pack("!BBHIIHHI", 1, 0, 20, tag, 65536, 1, 1, 1)
    crc = 0xFFFFFFFF
    for byte in header + b"\0\0\0\0" + chunk:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return header + struct.pack("<I", crc ^ 0xFFFFFFFF) + chunk


def echo(ident, sequence, size=32, reply=False):
    return icmp(0 if reply else 8, 0, struct.pack("!HH", ident, sequence), bytes(i % 256 for i in range(size)))


def icmp6(source, destination, kind, code, rest=b"\0\0\0\0", data=b""):
    body = struct.pack("!BBH", kind, code, 0) + rest + data
    total = checksum(pseudo(source, destination, ICMP6, len(body)) + body)
    return body[:2] + struct.pack("!H", total) + body[4:]


def echo6(source, destination, ident, sequence, size=32, reply=False):
    return icmp6(source, destination, 129 if reply else 128, 0, struct.pack("!HH", ident, sequence),
                 bytes(i % 256 for i in range(size)))


def dns(ident, reply=False):
    """A query for www.example.com, or the answer to it."""
    name = b"\3www\7example\3com\0"
    question = name + struct.pack("!HH", 1, 1)
    answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + address("192.0.2.80") if reply else b""
    return struct.pack("!HHHHHH", ident, 0x8180 if reply else 0x0100, 1, 1 if reply else 0, 0, 0) + question + answer
