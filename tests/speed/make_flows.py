#!/usr/bin/env python3
"""make_flows.py new|established PACKETS FLOWS DIR: IPv4 packets of 100 bytes through a router, the same every time, as
DIR/lan.pcap and DIR/wan.pcap: each holds what arrives by its device.

established: FLOWS TCP connections are opened, and the rest are data and answers of them in turn. new: every packet is the first
of its connection (UDP).
"""

import struct
import sys

from make_capture import ACK, PSH, SYN, frame, tcp

DATA = 60   # with 40 bytes of headers


def ends(number):
    """A client behind eth1, its port, and a server that the chains of make_linear.py know addresses like."""
    server = 0x0A000001 | (number * 7919 % 4) << 16 | (number * 104729 % 65536) << 8 & 0xFFFF00 | 1 + number % 250
    return 0xC0A80000 + 10 + number % 60000, 1024 + number // 60000, server


def packet(number, count, inside, flags, seq, ack, size):
    client, port, server = ends(number)
    ports = (port, 443) if inside else (443, port)
    return frame(*((client, server) if inside else (server, client)), 6, tcp(*ports, seq, ack, flags, size), count, 16)


def established(wanted, flows):
    count = 0
    for inside, flags, seq, ack in ((True, SYN, 999, 0), (False, SYN | ACK, 4999, 1000), (True, ACK, 1000, 5000)):
        for number in range(flows):
            yield inside, packet(number, count, inside, flags, seq, ack, 0)
            count += 1
    turn = 0
    while count < wanted:
        for inside in (True, False):
            for number in range(flows):
                mine = 1000 + DATA * (turn + (0 if inside else 1))
                theirs = 5000 + DATA * turn
                yield inside, packet(number, count, inside, PSH | ACK, *((mine, theirs) if inside else (theirs, mine)), DATA)
                count += 1
        turn += 1


def new(wanted, _):
    for count in range(wanted):
        client, port, server = ends(count)
        body = struct.pack("!HHHH", port, 53 + count % 1000, 80, 0) + bytes(72)
        yield True, frame(client, server, 17, body, count, 6)


def main():
    kind, wanted, flows, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    files = {inside: open(f"{folder}/{'lan' if inside else 'wan'}.pcap", "wb") for inside in (True, False)}
    for file in files.values():
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    makers = {"established": established, "new": new}
    for count, (inside, data) in zip(range(wanted), makers[kind](wanted, flows)):
        data = bytes.fromhex("020000000101" if inside else "020000000002") + data[6:]   # of the router's eth1 and eth0
        files[inside].write(struct.pack("<IIII", 1700000000 + count // 500000, count % 500000 * 2, len(data), len(data)) + data)
    for file in files.values():
        file.close()


if __name__ == "__main__":
    main()
