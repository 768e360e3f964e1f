#!/usr/bin/env python3
"""Writes the captures beside it, byte for byte the same every time.

make.py [DIRECTORY]   write them there (default: this directory)
make.py --list        the groups of each capture, with packet numbers
"""

import pathlib
import struct
import sys

sys.dont_write_bytecode = True

import nat_gateway
import web_server
from capture_file import SLL2, pcap, pcapng
from packets import ACK, ICMP, ICMP6, PSH, RST, SYN, TCP, UDP, address, dns, echo, echo6, icmp6, ipv4_fragments, ipv6, \
    mac, tcp, udp
from story import Connection, Story

HOST = web_server.HOST
HOST6, ROUTER6, LINK_LOCAL = "2001:db8:1::10", "fe80::1", "fe80::ff:fe00:10"


def option6(kind, link):
    """A link-layer address option of neighbour discovery."""
    return bytes([kind, 1]) + mac(link)


def neighbours(story):
    solicited, all_nodes, all_routers = "ff02::1:ff00:10", "ff02::1", "ff02::2"

    def discovery(source, destination, kind, rest, data, hop_limit=255, sent=False, link=None):
        packet = ipv6(source, destination, ICMP6, icmp6(source, destination, kind, 0, rest, data), hop_limit=hop_limit)
        (story.sent if sent else story.received)(packet, link)

    none, flags = b"\0\0\0\0", b"\x60\0\0\0"
    story.at(0, "router-discovery")
    discovery(LINK_LOCAL, all_routers, 133, none, option6(1, story.host), sent=True, link="33:33:00:00:00:02")
    discovery(ROUTER6, all_nodes, 134, b"\x40\0\x07\x08", bytes(8) + option6(1, story.peer), link="33:33:00:00:00:01")
    story.at(1, "neighbour-discovery")
    discovery(ROUTER6, solicited, 135, none, address(HOST6) + option6(1, story.peer), link="33:33:ff:00:00:10")
    discovery(HOST6, ROUTER6, 136, flags, address(HOST6) + option6(2, story.host), sent=True)
    story.at(2, "discovery-from-afar")
    discovery("2001:db8:66::1", HOST6, 135, none, address(HOST6), hop_limit=63)
    story.at(3, "duplicate-address")
    discovery("::", solicited, 135, none, address(HOST6), link="33:33:ff:00:00:10")
    story.at(4, "multicast-listener")
    query = icmp6(ROUTER6, all_nodes, 130, 0, b"\x27\x10\0\0", bytes(16))
    router_alert = bytes([ICMP6, 0, 5, 2, 0, 0, 1, 0])
    story.received(ipv6(ROUTER6, all_nodes, 0, router_alert + query, hop_limit=1), "33:33:00:00:00:01")


def ipv6_story():
    story = Story()
    neighbours(story)
    visitor, trusted, stranger = "2001:db8:2::20", "2001:db8:a::5", "2001:db8:66::1"

    def received(source, next_header, payload, destination=HOST6):
        story.received(story.ip(source, destination, next_header, payload))

    story.at(10, "ping6")
    for sequence in range(3):
        received(visitor, ICMP6, echo6(visitor, HOST6, 7, sequence))
        story.sent(story.ip(HOST6, visitor, ICMP6, echo6(HOST6, visitor, 7, sequence, reply=True), ttl=64))
    story.at(11, "https")
    https = Connection(story, visitor, 50600, HOST6, 443)
    https.open()
    https.say("client", bytes(200))
    https.send("server", PSH | ACK, bytes(1400))
    quoted = story.packets[-1][2][14:14 + 100]
    received("2001:db8:ffff::1", ICMP6, icmp6("2001:db8:ffff::1", HOST6, 2, 0, struct.pack("!I", 1280), quoted))
    https.send("client", ACK)
    https.close()
    story.at(12, "ssh")
    for source in (trusted, stranger):
        received(source, TCP, tcp(source, HOST6, 50601, 22, 1000, 0, SYN))
    story.at(13, "unreachable-unknown")
    unknown = ipv6(HOST6, stranger, UDP, udp(HOST6, stranger, 40000, 53, bytes(8)))
    received(stranger, ICMP6, icmp6(stranger, HOST6, 1, 4, data=unknown))
    story.at(14, "routing-header")
    received(visitor, 43, bytes([TCP, 2, 0, 0]) + bytes(4) + address(HOST6)
             + tcp(visitor, HOST6, 50602, 443, 1000, 0, SYN))
    story.at(15, "loopback-source")
    received("::1", TCP, tcp("::1", HOST6, 50603, 443, 1000, 0, SYN))
    story.at(16, "fragments")
    whole = echo6(visitor, HOST6, 8, 0, size=2000)
    for start, end, more in ((0, 1448, 1), (1448, len(whole), 0)):
        received(visitor, 44, struct.pack("!BBHI", ICMP6, 0, start | more, 99) + whole[start:end])
    return story


def syn_flood():
    """500 SYNs in 2 s, each from another address of 198.18.0.0/15 (a linear congruential generator)."""
    story = Story()
    story.at(0, "flood")
    random = 1
    for i in range(500):
        story.at(i * 0.004)
        random = (random * 1103515245 + 12345) % 2**31
        source = f"198.{18 + (random >> 30)}.{random >> 22 & 255}.{random >> 14 & 255}"
        story.segment(source, HOST, 1024 + (random >> 8) % 60000, 80, SYN, seq=random)
    return story


def port_knock():
    story = Story()

    def knocks(source, ports, apart=1.0):
        for i, port in enumerate(ports):
            Connection(story, source, 45000 + i, HOST, port).syn()
            story.wait(apart)

    story.at(0, "right-order")
    knocks("198.51.100.7", (1111, 2222, 3333), 0.5)
    ssh = Connection(story, "198.51.100.7", 45100, HOST, 22)
    ssh.open()
    story.at(5)
    ssh.say("server", b"SSH-2.0-OpenSSH_9.2p1\r\n")
    story.at(12, "after-ten-seconds")
    ssh.send("client", PSH | ACK, b"SSH-2.0-client\r\n")
    story.at(20, "wrong-order")
    knocks("198.51.100.8", (1111, 3333, 2222, 22))
    story.at(30, "too-slow")
    knocks("198.51.100.9", (1111, 2222, 3333))
    story.at(44)
    knocks("198.51.100.9", (22,))
    story.at(50, "no-knock")
    knocks("198.51.100.10", (22,))
    story.at(60, "ascending-scan")
    knocks("198.51.100.11", (22, 1111, 2222, 3333, 22), 0.1)
    return story


def fragments():
    story = Story()
    client, ident = "198.51.100.40", 100

    def datagram(group, protocol, payload, cuts, order):
        nonlocal ident
        ident += 1
        story.at(ident - 101, group)
        parts = ipv4_fragments(client, HOST, protocol, payload, ident, cuts)
        for index in order:
            story.received(parts[index])

    query = udp(client, HOST, 40000, 53, bytes(2400))
    datagram("udp-in-order", UDP, query, (1480,), (0, 1))
    datagram("udp-last-first", UDP, query, (800, 1600), (2, 1, 0))
    datagram("udp-duplicate", UDP, query, (1480,), (0, 0, 1))
    datagram("ping", ICMP, echo(5, 0, size=3000), (1480, 2960), (0, 1, 2))
    datagram("tcp-tiny", TCP, tcp(client, HOST, 40001, 443, 1000, 0, SYN), (8,), (0, 1))
    datagram("other-port", UDP, udp(client, HOST, 40002, 9999, bytes(2400)), (1480,), (0, 1))
    datagram("hole", UDP, query, (800, 1600), (0, 2))
    ident += 1
    story.at(7, "overlap")
    first, second = (ipv4_fragments(client, HOST, UDP, query, ident, (cut,)) for cut in (1480, 1400))
    story.received(first[0])
    story.received(second[1])
    return story


def vlan():
    story = Story()
    for seconds, group, tags in ((0, "untagged", ()), (1, "vlan-10", ((0x8100, 10),)),
                                 (2, "priority-tag", ((0x8100, 0x6000),)), (3, "unknown-vlan-30", ((0x8100, 30),)),
                                 (4, "qinq-100-10", ((0x88A8, 100), (0x8100, 10)))):
        story.at(seconds, group)
        source = "198.51.100.20"
        body = tcp(source, HOST, 50300 + seconds, 443, 1000, 0, SYN)
        story.received(story.ip(source, HOST, TCP, body), tags=tags)
    return story


def cooked():
    """As `tcpdump -i any` writes it: the Ethernet header gives way to the SLL2 one."""
    story = Story()
    story.at(0, "https")
    https = Connection(story, "198.51.100.20", 50400, HOST, 443)
    https.open()
    https.close()
    story.at(1, "own-dns")
    query = udp("127.0.0.1", "127.0.0.53", 40000, 53, dns(1))
    story.interface, story.peer = "lo", "00:00:00:00:00:00"
    story.received(story.ip("127.0.0.1", "127.0.0.53", UDP, query, ttl=64), story.peer)

    for i, (time, interface, frame) in enumerate(story.packets):
        index, hardware = {"lo": (1, 772), "eth0": (2, 1)}[interface]
        way = 4 if frame[6:12] == mac(story.host) else 0  # sent by us, or to us
        header = frame[12:14] + struct.pack("!HIHBB", 0, index, hardware, way, 6) + frame[6:12] + b"\0\0"
        story.packets[i] = (time, interface, header + frame[14:])
    return story


def truncated():
    """The first packets of the web server's capture; 60 bytes of each are kept."""
    story = Story()
    story.at(0, "https")
    https = Connection(story, "198.51.100.20", 50500, HOST, 443)
    https.open()
    https.say("client", bytes(200))
    https.close()
    story.at(1, "reset")
    story.segment("198.51.100.20", HOST, 50501, 443, RST)
    return story


def captures():
    """name -> (story, bytes of the file)"""
    web, nat = web_server.story(), nat_gateway.story()
    stories = {"web-server.pcap": (web, pcap(web.packets)),
               "nat-gateway.pcapng": (nat, pcapng(nat.packets, ("eth0", "eth1")))}
    for name, make, format in (("ipv6", ipv6_story, {}), ("syn-flood", syn_flood, {}), ("port-knock", port_knock, {}),
                               ("fragments", fragments, {}), ("vlan", vlan, {}), ("sll", cooked, {"link_type": SLL2}),
                               ("truncated", truncated, {"snaplen": 60})):
        story = make()
        stories[name + ".pcap"] = (story, pcap(story.packets, **format))
    damaged = web_server.story()
    damaged.packets, damaged.groups = damaged.packets[:6], damaged.groups[:2]
    stories["damaged.pcap"] = (damaged, pcap(damaged.packets)[:-30])  # ends inside its sixth packet
    return stories


def main():
    if sys.argv[1:] == ["--list"]:
        for name, (story, _) in captures().items():
            print(f"{name}: {len(story.packets)} packets")
            ends = [first for first, _ in story.groups[1:]] + [len(story.packets) + 1]
            for (first, group), end in zip(story.groups, ends):
                print(f"  {first}-{end - 1} {group}")
        return
    directory = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for name, (_, data) in captures().items():
        (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()
