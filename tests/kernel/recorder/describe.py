"""One line about an IP packet, for those who read results."""
import socket
import struct

NAMES = {1: "icmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah", 58: "icmp6", 132: "sctp", 136: "udplite"}
FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr")


def describe(packet):
    try:
        return ipv6(packet) if packet[0] >> 4 == 6 else ipv4(packet)
    except (struct.error, IndexError, ValueError, OSError):
        return "malformed, %d bytes" % len(packet)


def ipv4(packet):
    length, ttl, protocol = (packet[0] & 15) * 4, packet[8], packet[9]
    fragment, = struct.unpack_from("!H", packet, 6)
    notes = ["ttl=%d" % ttl]
    if packet[1]:
        notes.append("tos=0x%02x" % packet[1])
    if fragment & 0x3fff:
        notes.append("frag=%d%s" % ((fragment & 0x1fff) * 8, " mf" if fragment & 0x2000 else ""))
    if length > 20:
        notes.append("options=" + packet[20:length].hex())
    ends = [socket.inet_ntop(socket.AF_INET, packet[at:at + 4]) for at in (12, 16)]
    body = packet[length:] if not fragment & 0x1fff else b""
    return transport(protocol, ends, body, notes)


def ipv6(packet):
    notes = ["hop=%d" % packet[7]]
    if int.from_bytes(packet[:2], "big") >> 4 & 0xff:
        notes.append("tos=0x%02x" % (int.from_bytes(packet[:2], "big") >> 4 & 0xff))
    ends = [socket.inet_ntop(socket.AF_INET6, packet[at:at + 16]) for at in (8, 24)]
    return transport(packet[6], ends, packet[40:], notes)


def transport(protocol, ends, body, notes):
    words = []
    if protocol in (6, 17, 132, 136) and len(body) >= 8:
        pattern = "[%s]:%d" if ":" in ends[0] else "%s:%d"
        ends = [pattern % (end, port) for end, port in zip(ends, struct.unpack_from("!HH", body))]
    if protocol == 6 and len(body) >= 20:
        sequence, acknowledged, offset, bits = struct.unpack_from("!IIBB", body, 4)
        words += [name for bit, name in enumerate(FLAGS) if bits >> bit & 1]
        words += ["seq=%d" % sequence] + (["ack=%d" % acknowledged] if bits & 16 else [])
        words.append("len=%d" % (len(body) - (offset >> 4) * 4))
    elif protocol in (1, 58) and len(body) >= 8:
        words.append("%d/%d" % (body[0], body[1]))
        if body[0] in ((3, 4, 5, 11, 12) if protocol == 1 else (1, 2, 3, 4)):
            words.append("{%s}" % describe(body[8:]))
        else:
            words.append("id=%d" % struct.unpack_from("!H", body, 4))
    elif body:
        words.append("len=%d" % len(body))
    return " ".join([NAMES.get(protocol, "proto=%d" % protocol), ends[0], ">", ends[1]] + words + notes)
