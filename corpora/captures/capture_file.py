"""Capture files: classic pcap (microseconds) and pcapng (nanoseconds, named interfaces)."""

import struct

ETHERNET, SLL2 = 1, 276


def pcap(packets, link_type=ETHERNET, snaplen=262144):
    """packets: (nanoseconds, interface, frame); the interface is not part of this format."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, link_type)
    for time, _, frame in packets:
        kept = frame[:snaplen]
        out += struct.pack("<IIII", time // 10**9, time % 10**9 // 1000, len(kept), len(frame)) + kept
    return out


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


END_OF_OPTIONS = struct.pack("<HH", 0, 0)
IF_NAME, IF_TSRESOL, EPB_FLAGS = 2, 9, 2
INBOUND = 1


def pcapng(packets, interfaces):
    """packets: (nanoseconds, interface name, frame), all of them received, as their flags say."""
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for name in interfaces:
        options = option(IF_NAME, name.encode()) + option(IF_TSRESOL, b"\x09") + END_OF_OPTIONS
        out += block(1, struct.pack("<HHI", ETHERNET, 0, 262144) + options)
    for time, interface, frame in packets:
        head = struct.pack("<IIIII", interfaces.index(interface), time >> 32, time & 0xFFFFFFFF, len(frame), len(frame))
        options = option(EPB_FLAGS, struct.pack("<I", INBOUND)) + END_OF_OPTIONS
        out += block(6, head + frame + b"\0" * (-len(frame) % 4) + options)
    return out
