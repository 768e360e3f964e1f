"""What enters a NAT gateway: corpora/hosts/nat-gateway.toml, rulesets/nat-gateway.v4.

Only received packets: those from the LAN on eth1, and the answers to the translated ones on eth0.
"""

from packets import ACK, FIN, ICMP, PSH, SYN, TCP, UDP, dns, echo, icmp, ipv4, tcp, udp
from story import Story

PUBLIC, CLIENT, WEB, RESOLVER = "203.0.113.2", "10.0.1.10", "198.51.100.80", "192.0.2.53"
LAN = dict(host="02:00:00:00:01:01", peer="02:00:00:00:01:10", interface="eth1")
WAN = dict(host="02:00:00:00:00:02", peer="02:00:00:00:00:01", interface="eth0")


class Gateway(Story):
    def lan(self, packet):
        vars(self).update(LAN)
        self.received(packet)

    def wan(self, packet):
        vars(self).update(WAN)
        self.received(packet)

    def outward(self, destination, protocol, payload, source=CLIENT, ttl=64):
        self.lan(self.ip(source, destination, protocol, payload, ttl=ttl))

    def inward(self, source, protocol, payload, destination=PUBLIC, ttl=57):
        self.wan(self.ip(source, destination, protocol, payload, ttl=ttl))

    def browse(self, flags, seq, ack, data=b"", answer=False):
        """A segment of the connection 10.0.1.10:51000 -> 198.51.100.80:443."""
        if answer:
            self.inward(WEB, TCP, tcp(WEB, PUBLIC, 443, 51000, seq, ack, flags, data))
        else:
            self.outward(WEB, TCP, tcp(CLIENT, WEB, 51000, 443, seq, ack, flags, data))


def browsing(story):
    story.at(0, "dns")
    story.outward(RESOLVER, UDP, udp(CLIENT, RESOLVER, 50000, 53, dns(1)))
    story.inward(RESOLVER, UDP, udp(RESOLVER, PUBLIC, 53, 50000, dns(1, reply=True)))
    story.at(1, "browsing")
    story.browse(SYN, 1000, 0)
    story.browse(SYN | ACK, 9000, 1001, answer=True)
    story.browse(ACK, 1001, 9001)
    story.browse(PSH | ACK, 1001, 9001, bytes(200))
    story.browse(PSH | ACK, 9001, 1201, bytes(1400), answer=True)
    story.browse(ACK, 1201, 10401)
    story.at(2, "too-big")
    quoted = ipv4(PUBLIC, WEB, TCP, tcp(PUBLIC, WEB, 51000, 443, 1201, 10401, PSH | ACK, bytes(1400)), ttl=60)[:28]
    story.inward("198.51.100.1", ICMP, icmp(3, 4, b"\0\0\x05\x14", quoted))
    story.at(3, "closing")
    story.browse(FIN | ACK, 1201, 10401)
    story.browse(FIN | ACK, 10401, 1202, answer=True)
    story.browse(ACK, 1202, 10402)
    story.at(4, "ping")
    for sequence in range(2):
        story.outward(WEB, ICMP, echo(300, sequence))
        story.inward(WEB, ICMP, echo(300, sequence, reply=True))


def oddities(story):
    story.at(10, "traceroute")
    for ttl in (1, 2):
        story.outward(WEB, UDP, udp(CLIENT, WEB, 50001, 33434 + ttl, bytes(12)), ttl=ttl)
    quoted = ipv4(PUBLIC, WEB, UDP, udp(PUBLIC, WEB, 50001, 33436, bytes(12)), ttl=1)[:28]
    story.inward("203.0.113.1", ICMP, icmp(11, 0, data=quoted), ttl=64)
    story.at(11, "midstream")
    story.outward(WEB, TCP, tcp(CLIENT, WEB, 51001, 443, 1000, 9000, PSH | ACK, bytes(50)))
    story.outward(WEB, TCP, tcp(CLIENT, WEB, 51002, 443, 1000, 9000, FIN | ACK))
    story.at(12, "foreign-source")
    story.outward(WEB, TCP, tcp("192.168.5.5", WEB, 51003, 443, 1000, 0, SYN), source="192.168.5.5")
    story.at(13, "to-gateway")
    for port in (22, 53):
        story.outward("10.0.1.1", TCP, tcp(CLIENT, "10.0.1.1", 51004, port, 1000, 0, SYN))
    for port in (22, 80):
        story.inward("192.0.2.66", TCP, tcp("192.0.2.66", PUBLIC, 51005, port, 1000, 0, SYN))
    story.inward("192.0.2.66", TCP, tcp("192.0.2.66", PUBLIC, 443, 51006, 1000, 2000, SYN | ACK))
    story.at(14, "into-the-lan")
    story.inward("192.0.2.66", TCP, tcp("192.0.2.66", CLIENT, 51007, 445, 1000, 0, SYN), destination=CLIENT)
    story.at(60, "late-answer")
    story.inward(RESOLVER, UDP, udp(RESOLVER, PUBLIC, 53, 50000, dns(1, reply=True)))


def story():
    story = Gateway()
    browsing(story)
    oddities(story)
    return story
