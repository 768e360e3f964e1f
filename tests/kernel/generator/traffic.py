"""Mixes random conversations on one host, step by step as the kernel answers."""
from . import oddities                  # registers its flows
from . import flows
from .choices import Choices
from .context import PORTS
from .ends import End, outcome

import packets

assert oddities
DATA = [b"", b"hello", b"HELLO world", b"\xde\xad\xbe\xef", b"some data and more data", b"x" * 600, b"0123456789" * 140]


class Traffic(Choices):
    """The choices that conversations share: `c` in flows and oddities."""

    def __init__(self, rng, host, stack):
        self.rng, self.host = rng, host
        self.stack = stack              # the host itself answers
        self.history, self.numbers = [], 0

    def unique(self):
        """A number of this scenario: source ports and ICMP ids that do not meet."""
        self.numbers += 1
        return self.numbers

    def ident(self):
        return 1 + self.rng.randrange(65535)

    def data(self):
        return self.choice(DATA[:5] * 4 + DATA)

    def layer3(self, place):
        return any(i["name"] == place and i.get("kind") == "tun" for i in self.host.interfaces)

    def home_of(self, address):
        """Where an address lives: behind an interface, or here."""
        for place, addresses in self.host.peers.items():
            if address in addresses:
                return place
        return "local" if address in self.host.own() else self.choice(self.host.peers)

    def random_end(self, tcp_like=False, wire=False):
        """An initiator: mostly behind an interface, at times the host itself or someone at the wrong place."""
        sport = self.choice([1024, 30000, 50000]) + self.unique()
        if self.chance(10):
            sport = self.choice([600, 100]) + self.numbers
        dport = self.choice(PORTS)
        if self.chance(18) and not wire:
            return End("local", self.choice(self.host.own()), self.choice(self.host.everyone() * 3 + self.host.own()),
                sport, dport)
        place = self.choice(self.host.peers)
        own = self.choice(self.host.peers[place if self.chance(94) else self.choice(self.host.peers)])
        others = [address for name, addresses in self.host.peers.items() for address in addresses if name != place]
        return End(place, own, self.choice(others * 2 + self.host.own()), sport, dport)

    def ip(self, end, protocol, body, plain=False):
        """The IP packet; at times with a low TTL, a TOS, DF."""
        ttl, tos = (64, 0) if plain or self.chance(75) else (self.choice([1, 2, 64, 255]),
            self.choice([0, 0x10, 0xb8, 3]))
        if self.host.v6:
            return packets.ipv6(end.own, end.peer, protocol, body, ttl, tos, 0 if self.chance(80) else 0x12345)
        return packets.ipv4(end.own, end.peer, protocol, body, ttl, tos, self.ident(), not plain and self.chance(30))

    def finish(self, step):
        """What a step may carry besides its packet."""
        if step.get("local"):
            if self.chance(20):
                step["uid"] = self.choice([1000, 1003])
            if self.chance(12):
                step["mark"] = self.choice([1, 2, 0x10])
        return step

    def remember(self, row, journeys):
        """Learns where the packets of a step went."""
        seen = outcome(row, journeys.injected)
        if seen:
            self.history.append(seen)
        return seen


def play(rng, host, run, count, stack, fits=lambda step: True):
    """Up to `count` steps on a run, those that fit; returns (steps, rows)."""
    c = Traffic(rng, host, stack)
    weights = [weight for _, weight in flows.FLOWS]
    open_flows, steps, rows = [], [], []
    while len(steps) < count:
        if len(open_flows) < 3:
            function = rng.choices([function for function, _ in flows.FLOWS], weights)[0]
            open_flows.append([function(c), None])
        current = rng.choice(open_flows)
        try:
            step = c.finish(dict(current[0].send(current[1])))
        except StopIteration:
            open_flows.remove(current)
            continue
        if not fits(step):
            current[1] = None
            continue
        row = run.step(len(steps), step)
        steps.append(step)
        rows.append(row)
        current[1] = c.remember(row, run.journeys)
    return steps, rows
