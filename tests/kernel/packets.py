"""IP packets from short text, and one-line descriptions of them.

    packet("tcp 192.0.2.7:4000 > 198.51.100.5:80 syn seq=7 ttl=3 mss=1460")
    packet("udp [2001:db8::1]:53 > [2001:db8::2]:53 data=hello hop=1")
    packet("icmp 192.0.2.7 > 198.51.100.5 echo-request id=9")
    error("icmp 203.0.113.254 > 192.0.2.7 3/1", quoted)         # an ICMP error about `quoted`
    packet("proto=47 192.0.2.7 > 198.51.100.5 hex=0000880b")

Words: TCP flags (syn ack fin rst psh urg ece cwr), df/nodf, bad-checksum, no-checksum (UDP), bad-ip-checksum.
Keys: seq ack win urg mss wscale data (text) hex zeros (so many bytes), ttl/hop tos id frag (offset) mf=1 flow
options (hex of IPv4 options or TCP options as topt), ext (hex of IPv6 extension headers: next:hex,next:hex)."""
import ipaddress
import re
import struct

from recorder.result import checksum

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51, "icmp6": 58, "sctp": 132, "udplite": 136}
FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr")
ICMP_TYPES = {"echo-request": (8, 0), "echo-reply": (0, 0), "timestamp-request": (13, 0), "timestamp-reply": (14, 0),
              "echo-request6": (128, 0), "echo-reply6": (129, 0)}


def address(text):
    return ipaddress.ip_address(text).packed


def is_v6(packet):
    return packet[:1] != b"" and packet[0] >> 4 == 6


def pseudo_header(source, target, protocol, length):
    if len(source) == 16:
        return source + target + struct.pack("!IxxxB", length, protocol)
    return source + target + struct.pack("!BBH", 0, protocol, length)


def with_checksum(segment, at, pseudo=b"", bad=False):
    """The segment with its checksum at offset `at`."""
    segment = segment[:at] + b"\0\0" + segment[at + 2:]
    value = checksum(pseudo + segment)
    return segment[:at] + struct.pack("!H", value ^ 0x5a5a if bad else value) + segment[at + 2:]


def ipv4(source, target, protocol, payload, ttl=64, tos=0, id=1, df=False, mf=False, offset=0, options=b"", bad=False):
    options += bytes(-len(options) % 4)
    length = 20 + len(options)
    fragment = (0x4000 if df else 0) | (0x2000 if mf else 0) | offset // 8
    header = struct.pack("!BBHHHBBH", 0x40 | length // 4, tos, length + len(payload), id, fragment, ttl, protocol, 0)
    return with_checksum(header + address(source) + address(target) + options, 10, bad=bad) + payload


def ipv6(source, target, protocol, payload, hop=64, tos=0, flow=0, extensions=()):
    """Extensions: (header number, its bytes with the first left out) in order."""
    chain, following = b"", protocol
    for number, body in reversed(extensions):
        chain, following = bytes([following]) + body + chain, number
    return struct.pack("!IHBB", 6 << 28 | tos << 20 | flow, len(chain) + len(payload), following, hop) + \
        address(source) + address(target) + chain + payload


def tcp(source, target, sport, dport, flags=("syn",), seq=1000, ack=0, win=64240, data=b"", options=b"", urg=0,
    bad=False):
    options += b"\1" * (-len(options) % 4)
    bits = sum(1 << FLAGS.index(flag) for flag in flags)
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff, (20 + len(options)) * 4, bits,
                          win, 0, urg) + options + data
    return with_checksum(segment, 16, pseudo_header(address(source), address(target), 6, len(segment)), bad)


def udp(source, target, sport, dport, data=b"", bad=False, none=False):
    segment = struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data
    if none:
        return segment
    return with_checksum(segment, 6, pseudo_header(address(source), address(target), 17, len(segment)), bad)


def icmp(source, target, kind, code, rest, data=b"", bad=False):
    message = struct.pack("!BBH", kind, code, 0) + rest + data
    pseudo = pseudo_header(address(source), address(target), 58, len(message)) if ":" in source else b""
    return with_checksum(message, 2, pseudo, bad)


def sctp(sport, dport, tag, chunks):
    """CRC32c as RFC 9260 has it: bit-reversed, sent low byte first."""
    data = struct.pack("!HHII", sport, dport, tag, 0) + chunks
    value = 0xffffffff
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82f63b78 if value & 1 else 0)
    return data[:8] + struct.pack("<I", value ^ 0xffffffff) + data[12:]


def chunk(kind, flags=0, body=b""):
    return struct.pack("!BBH", kind, flags, 4 + len(body)) + body + bytes(-len(body) % 4)


def parse_end(text):
    """(address, port) of 192.0.2.1:80, [2001:db8::1]:80, or an address alone."""
    found = re.fullmatch(r"\[(.*)\]:(\d+)", text) or re.fullmatch(r"([\d.]+):(\d+)", text)
    return (found.group(1), int(found.group(2))) if found else (text, 0)


def words_of(text):
    """(protocol, source, target, keys, words)"""
    first, source, arrow, target, *rest = text.split()
    if arrow != ">":
        raise ValueError("no > in " + text)
    keys = dict(word.split("=", 1) for word in rest if "=" in word)
    protocol = int(first[6:]) if first.startswith("proto=") else PROTOCOLS[first]
    return protocol, parse_end(source), parse_end(target), keys, [word for word in rest if "=" not in word]


def payload_of(keys):
    if "zeros" in keys:
        return bytes(int(keys["zeros"]))
    return bytes.fromhex(keys["hex"]) if "hex" in keys else keys.get("data", "").encode()


def tcp_options(keys):
    options = struct.pack("!BBH", 2, 4, int(keys["mss"])) if "mss" in keys else b""
    if "wscale" in keys:
        options += struct.pack("!BBBB", 1, 3, 3, int(keys["wscale"]))
    return options + bytes.fromhex(keys.get("topt", ""))


def segment(protocol, source, target, keys, words):
    """What the IP header carries."""
    data, bad = payload_of(keys), "bad-checksum" in words
    (from_address, sport), (to_address, dport) = source, target
    if protocol == 6:
        flags = [word for word in words if word in FLAGS]
        return tcp(from_address, to_address, sport, dport, flags, int(keys.get("seq", 1000)), int(keys.get("ack", 0)),
                   int(keys.get("win", 64240)), data, tcp_options(keys), int(keys.get("urg", 0)), bad)
    if protocol == 17:
        return udp(from_address, to_address, sport, dport, data, bad, "no-checksum" in words)
    if protocol in (1, 58):
        kind, code = icmp_type(words, protocol)
        rest = struct.pack("!HH", int(keys.get("id", 1)), int(keys.get("sequence", 1)))
        return icmp(from_address, to_address, kind, code, rest, data, bad)
    if protocol == 132:
        return sctp(sport, dport, int(keys.get("tag", 0)), data)
    return data


def icmp_type(words, protocol):
    for word in words:
        if "/" in word:
            return tuple(int(number) for number in word.split("/"))
        found = ICMP_TYPES.get(word + ("6" if protocol == 58 else ""), ICMP_TYPES.get(word))
        if found:
            return found
    return ICMP_TYPES["echo-request6" if protocol == 58 else "echo-request"]


def wrapped(protocol, source, target, keys, words, payload):
    ttl, tos = int(keys.get("ttl", keys.get("hop", 64))), int(keys.get("tos", "0"), 0)
    if ":" in source:
        extensions = [(int(number), bytes.fromhex(body)) for number, body in
                      (part.split(":") for part in keys.get("ext", "").split(",") if part)]
        return ipv6(source, target, protocol, payload, ttl, tos, int(keys.get("flow", 0)), extensions)
    ip_id = int(keys.get("ipid", 1 if protocol in (1, 58) else keys.get("id", 1)))
    return ipv4(source, target, protocol, payload, ttl, tos, ip_id, "df" in words, keys.get("mf") == "1",
                int(keys.get("frag", 0)), bytes.fromhex(keys.get("options", "")), "bad-ip-checksum" in words)


def packet(text):
    protocol, source, target, keys, words = words_of(text)
    return wrapped(protocol, source[0], target[0], keys, words, segment(protocol, source, target, keys, words))


def error(text, quoted, rest=bytes(4), limit=None):
    """An ICMP error about another packet: its header and 8 bytes (IPv4), or all that fits."""
    protocol, source, target, keys, words = words_of(text)
    if limit is None:
        limit = 1232 if is_v6(quoted) else (quoted[0] & 15) * 4 + 8
    message = icmp(source[0], target[0], *icmp_type(words, protocol), rest, quoted[:limit], "bad-checksum" in words)
    return wrapped(protocol, source[0], target[0], keys, words, message)


def fragments(whole, size):
    """An IP packet in pieces with `size` bytes (a multiple of 8) each."""
    if is_v6(whole):
        head, body, kind = whole[:40], whole[40:], whole[6]
    else:
        length = (whole[0] & 15) * 4
        head, body, kind = whole[:length], whole[length:], None
    pieces = []
    for at in range(0, len(body), size):
        part, more = body[at:at + size], at + size < len(body)
        if kind is not None:
            extra = struct.pack("!BBHI", kind, 0, at | more, 0x1234)
            pieces.append(head[:4] + struct.pack("!HB", 8 + len(part), 44) + head[7:] + extra + part)
        else:
            fields = struct.pack("!HHH", len(head) + len(part), int.from_bytes(head[4:6], "big"), more << 13 | at // 8)
            pieces.append(with_checksum(head[:2] + fields + head[8:], 10) + part)
    return pieces
