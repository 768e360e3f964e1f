"""What eth0 of a web server sees in five minutes: corpora/hosts/web-server.toml, rulesets/baseline-host.v4."""

from packets import (ACK, FIN, GRE, ICMP, IGMP, PSH, RST, SCTP, SYN, TCP, UDP, URG, arp, dns, echo, ethernet, icmp,
                     ipv4, sctp_init, tcp, udp)
from story import Connection, Story

HOST, ROUTER = "203.0.113.10", "203.0.113.1"
SCANNED = (21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 995, 1723, 3306, 3389, 5900, 8080)
# Flag tricks: none, FIN, XMAS as nmap sends it, SYN+FIN, SYN+RST, all, and two lone answers.
TRICKS = (0, FIN, FIN | PSH | URG, SYN | FIN, SYN | RST, FIN | SYN | RST | PSH | ACK | URG, SYN | ACK, RST)


def ping(story, client, ident, sequence, answered=True):
    story.received(story.ip(client, HOST, ICMP, echo(ident, sequence)))
    if answered:
        story.sent(story.ip(HOST, client, ICMP, echo(ident, sequence, reply=True), ttl=64))


def good_visitors(story):
    story.at(0, "arp")
    story.frame(ethernet("ff:ff:ff:ff:ff:ff", story.peer, 0x0806,
                         arp(1, story.peer, ROUTER, "00:00:00:00:00:00", HOST)))
    story.frame(ethernet(story.peer, story.host, 0x0806, arp(2, story.host, HOST, story.peer, ROUTER)))

    story.at(1, "https")
    https = Connection(story, "198.51.100.20", 50123, HOST, 443)
    https.open()
    https.say("client", b"\x16\x03\x01" + bytes(197))
    https.send("server", PSH | ACK, bytes(1400))
    quoted = story.packets[-1][2][14:14 + 28]  # the IP header and 8 bytes of the packet just sent
    story.received(story.ip("192.0.2.1", HOST, ICMP, icmp(3, 4, b"\0\0\x05\x14", quoted)))
    https.send("client", ACK)
    https.say("server", bytes(700))
    https.close()

    story.at(3, "http")
    http = Connection(story, "198.51.100.21", 50124, HOST, 80)
    http.open()
    http.say("client", b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    http.say("server", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n")
    http.close("server")

    story.at(5, "ping")
    for sequence in range(3):
        ping(story, "198.51.100.30", 77, sequence)
        story.wait(1)


def noise(story):
    story.at(10, "ping-flood")
    for i in range(10):
        ping(story, "198.51.100.31", 1000 + i, 0, answered=i < 5)
        story.wait(0.008)

    story.at(75, "port-scan")
    for i, port in enumerate(SCANNED):
        scan = Connection(story, "192.0.2.66", 61000 + i, HOST, port)
        scan.syn()
        if port in (80, 443):
            scan.send("server", SYN | ACK)
            scan.send("client", RST)
        story.wait(0.004)

    story.at(140, "ssh-brute-force")
    for i in range(6):
        story.at(140 + 8 * i)
        ssh = Connection(story, "10.20.30.40", 40000 + i, HOST, 22)
        if i >= 4:
            ssh.syn()
            continue
        ssh.open()
        ssh.say("server", b"SSH-2.0-OpenSSH_9.2p1\r\n")
        ssh.close()
    story.at(245, "ssh-later")
    ssh = Connection(story, "10.20.30.40", 40010, HOST, 22)
    ssh.open()
    ssh.close()
    story.at(246, "ssh-outside")
    Connection(story, "198.51.100.99", 40011, HOST, 22).syn()

    story.at(250, "flags")
    for i, flags in enumerate(TRICKS):
        story.segment("198.51.100.66", HOST, 51000 + i, 443, flags, ack=5000 if flags & ACK else 0)
    story.at(251, "bad-checksum")
    story.segment("198.51.100.66", HOST, 51020, 443, SYN, bad=True)
    story.at(252, "midstream-ack")
    story.segment("198.51.100.66", HOST, 51021, 443, ACK, ack=5000)
    story.sent(story.ip(HOST, "198.51.100.66", TCP, tcp(HOST, "198.51.100.66", 443, 51021, 5000, 0, RST), ttl=64))


def own_traffic(story):
    resolver = "203.0.113.53"

    def query(port, ident):
        story.sent(story.ip(HOST, resolver, UDP, udp(HOST, resolver, port, 53, dns(ident)), ttl=64))

    def answer(source, port, ident):
        story.received(story.ip(source, HOST, UDP, udp(source, HOST, 53, port, dns(ident, reply=True)), ttl=64))

    story.at(255, "dns")
    query(40001, 1)
    answer(resolver, 40001, 1)
    answer(resolver, 40001, 1)
    query(40002, 2)
    story.at(256, "dns-unasked")
    answer("198.51.100.53", 40003, 3)
    story.at(257, "update")
    update = Connection(story, HOST, 40100, "198.51.100.5", 443, our_host="client")
    update.open()
    update.say("client", bytes(100))
    update.close()
    story.at(258, "unreachable")
    story.sent(story.ip(HOST, "198.51.100.6", UDP, udp(HOST, "198.51.100.6", 40200, 514, b"<13>test"), ttl=64))
    related = story.packets[-1][2][14:14 + 28]
    story.received(story.ip("198.51.100.6", HOST, ICMP, icmp(3, 3, data=related)))
    stranger = ipv4(HOST, "198.51.100.7", UDP, udp(HOST, "198.51.100.7", 40201, 514, b"<13>none"))[:28]
    story.received(story.ip("198.51.100.7", HOST, ICMP, icmp(3, 3, data=stranger)))
    story.at(290, "dns-late")
    answer(resolver, 40002, 2)


def strangers(story):
    story.at(291, "spoofed")
    for i, source in enumerate(("127.0.0.1", HOST, "224.0.0.5", "0.1.2.3", "255.255.255.255", "240.1.2.3",
                                "250.1.2.3", "10.0.0.9")):
        story.segment(source, HOST, 52000 + i, 443, SYN)
    story.at(292, "broadcast")
    story.received(story.ip("203.0.113.77", "203.0.113.255", UDP,
                            udp("203.0.113.77", "203.0.113.255", 138, 138, bytes(20)), ttl=64), "ff:ff:ff:ff:ff:ff")
    query = bytes.fromhex("1164ee9b00000000")  # an IGMP membership query
    story.received(ipv4(ROUTER, "224.0.0.1", IGMP, query, ttl=1), "01:00:5e:00:00:01")
    story.at(293, "other-protocols")
    story.received(story.ip("198.51.100.88", HOST, GRE, bytes.fromhex("0000080045000014")))
    story.received(story.ip("198.51.100.88", HOST, SCTP, sctp_init(5000, 443, 0x12345678)))
    story.at(294, "other-mac")
    story.received(story.ip("198.51.100.20", "203.0.113.11", TCP,
                            tcp("198.51.100.20", "203.0.113.11", 50200, 443, 1000, 0, SYN)), "02:00:00:00:00:11")


def story():
    story = Story()
    good_visitors(story)
    noise(story)
    own_traffic(story)
    strangers(story)
    return story
