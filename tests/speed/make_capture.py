#!/usr/bin/env python3
"""make_capture.py PACKETS DIR: the traffic of a NAT gateway, the same every time, as DIR/lan.pcap and DIR/wan.pcap.

Clients behind corpora/rulesets/nat-gateway.v4 fetch something by TCP (handshake, a request, data, both FINs) or ask by
UDP; the answers come to the gateway's address. Each capture holds only what arrives by its device. All checksums are
right, and no two connections share a client's port within one server.
"""

import struct
import sys

GATEWAY = 0xCB007102
FIN, SYN, PSH, ACK = 1, 2, 8, 16


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def frame(source, target, protocol, body, number, at):
    """An IPv4 packet on Ethernet; the body's checksum is still 0, its place is at `at`."""
    pseudo = struct.pack("!IIBBH", source, target, 0, protocol, len(body))
    body = body[:at] + struct.pack("!H", checksum(pseudo + body + bytes(len(body) % 2))) + body[at + 2:]
    header = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(body), number & 0xFFFF, 0x4000, 64, protocol, 0, source, target)
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    link = "020000000002" if target == GATEWAY else "020000000101"   # of the gateway's eth0 and eth1
    return bytes.fromhex(link + "02000000aaaa" "0800") + header + body


def tcp(sport, dport, seq, ack, flags, size=0):
    return struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 64240, 0, 0) + bytes(size)


def conversation(number):
    """(from inside?, protocol, body, place of its checksum) of each packet."""
    sport, other = 1024 + number * 7 % 60000, number % 3 == 2
    if other:
        for inside, size in ((True, 40), (False, 120)):
            ports = (sport, 53) if inside else (53, sport)
            yield inside, 17, struct.pack("!HHHH", *ports, 8 + size, 0) + bytes(size), 6
        return
    mine, theirs = 1000 + number, 5000 + number
    steps = [(True, SYN, 0), (False, SYN | ACK, 0), (True, ACK, 0), (True, PSH | ACK, 200)]
    steps += [(False, ACK, 1400), (True, ACK, 0)] * 5 + [(False, FIN | ACK, 0), (True, FIN | ACK, 0), (False, ACK, 0)]
    for inside, flags, size in steps:
        ports = (sport, 443) if inside else (443, sport)
        seq, ack = (mine, theirs) if inside else (theirs, mine)
        yield inside, 6, tcp(*ports, seq, ack if flags & ACK else 0, flags, size), 16
        step = size + (1 if flags & (SYN | FIN) else 0)
        mine, theirs = (mine + step, theirs) if inside else (mine, theirs + step)


def main():
    wanted, folder = int(sys.argv[1]), sys.argv[2]
    files = {inside: open(f"{folder}/{'lan' if inside else 'wan'}.pcap", "wb") for inside in (True, False)}
    for file in files.values():
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    count, number, running = 0, 0, []
    while count < wanted:
        while len(running) < 500:   # so many at once
            client, server = 0x0A000102 + number % 200, 0xC6336400 + number % 251
            running.append((client, server, conversation(number)))
            number += 1
        turn = count % 500
        client, server, talk = running[turn]
        step = next(talk, None)
        if step is None:
            running[turn] = (0x0A000102 + number % 200, 0xC6336400 + number % 251, conversation(number))
            number += 1
            continue
        inside, protocol, body, at = step
        ends = (client, server) if inside else (server, GATEWAY)
        data = frame(*ends, protocol, body, count, at)
        files[inside].write(struct.pack("<IIII", 1700000000 + count // 5000, count % 5000 * 200, len(data), len(data)) + data)
        count += 1


if __name__ == "__main__":
    main()
