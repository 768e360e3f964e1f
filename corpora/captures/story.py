"""A capture while it is written: the clock, the groups of packets, and TCP connections."""

from packets import ACK, FIN, PSH, SYN, SYN_OPTIONS, TCP, ethernet, ipv4, ipv6, tcp

START = 1767607200 * 10**9  # 2026-01-05 10:00:00 UTC, in nanoseconds
MILLISECOND = 10**6


class Story:
    """Packets as one host's interface sees them; `host` and `peer` are the MAC addresses on the link."""

    def __init__(self, host="02:00:00:00:00:10", peer="02:00:00:00:00:01", interface="eth0"):
        self.host, self.peer, self.interface = host, peer, interface
        self.now = START
        self.packets = []  # (time, interface, frame)
        self.groups = []   # (number of the first packet, name)
        self.ident = 0

    def at(self, seconds, group=None):
        """Sets the clock; a group names the packets from here on."""
        moment = START + round(seconds * 10**9)
        assert moment >= self.now, (group, seconds)
        self.now = moment
        if group:
            self.groups.append((len(self.packets) + 1, group))

    def wait(self, seconds):
        self.now += round(seconds * 10**9)

    def frame(self, data):
        self.packets.append((self.now, self.interface, data))
        self.now += MILLISECOND

    def received(self, packet, destination=None, tags=()):
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
        self.frame(ethernet(destination or self.host, self.peer, kind, packet, tags))

    def sent(self, packet, destination=None):
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
        self.frame(ethernet(destination or self.peer, self.host, kind, packet))

    def next_ident(self):
        self.ident += 1
        return self.ident

    def ip(self, source, destination, protocol, payload, ttl=57, **more):
        if ":" in source:
            return ipv6(source, destination, protocol, payload, hop_limit=more.get("hop_limit", ttl))
        return ipv4(source, destination, protocol, payload, ttl=ttl, ident=self.next_ident(), **more)

    def segment(self, source, destination, sport, dport, flags, seq=1000, ack=0, data=b"", **more):
        """A lone TCP packet, received."""
        self.received(self.ip(source, destination, TCP, tcp(source, destination, sport, dport, seq, ack, flags, data,
                                                            **more)))


class Connection:
    """A TCP connection; our_host says which end the capturing host is."""

    def __init__(self, story, client, client_port, server, server_port, our_host="server"):
        self.story, self.our_host = story, our_host
        self.ends = {"client": (client, client_port), "server": (server, server_port)}
        self.seq = {"client": client_port * 100000, "server": server_port * 1000000 + client_port}

    def send(self, side, flags, data=b"", options=b"", seq=None):
        other = "server" if side == "client" else "client"
        (source, sport), (destination, dport) = self.ends[side], self.ends[other]
        ack = self.seq[other] if flags & ACK else 0
        body = tcp(source, destination, sport, dport, self.seq[side] if seq is None else seq, ack, flags, data,
                   options=options)
        ours = side == self.our_host
        packet = self.story.ip(source, destination, TCP, body, ttl=64 if ours else 57)
        if ours:
            self.story.sent(packet)
        else:
            self.story.received(packet)
        self.seq[side] += len(data) + (1 if flags & SYN else 0) + (1 if flags & FIN else 0)

    def syn(self):
        self.send("client", SYN, options=SYN_OPTIONS)

    def open(self):
        self.syn()
        self.send("server", SYN | ACK, options=SYN_OPTIONS)
        self.send("client", ACK)

    def say(self, side, data):
        """Data, and the other side's ACK of it."""
        self.send(side, PSH | ACK, data)
        self.send("server" if side == "client" else "client", ACK)

    def close(self, side="client"):
        other = "server" if side == "client" else "client"
        self.send(side, FIN | ACK)
        self.send(other, FIN | ACK)
        self.send(side, ACK)
