"""Where a rule stands: what its matches and targets may be, and the random choices they make."""
from dataclasses import dataclass

from .choices import Choices

PORTS = [22, 53, 80, 443, 8080, 1000, 4000, 40000]
MARKS = [1, 2, 0x10, 0x1f]


@dataclass
class Context(Choices):
    rng: object
    host: object
    table: str
    hooks: frozenset                    # from which the rule's chain can be reached
    protocol: str = None                # of -p, where it is not negated
    sets: tuple = ()
    conntrack: bool = True              # may turn it on
    nat: bool = True
    marker: str = ""                    # of LOG prefixes

    @property
    def v6(self):
        return self.host.v6

    def maybe_not(self, text, percent=25):
        """The option, sometimes inverted."""
        return ("! " if self.chance(percent) else "") + text

    def port(self):
        return self.choice(PORTS)

    def port_range(self):
        low, high = sorted((self.port(), self.port()))
        return str(low) if low == high else "%d:%d" % (low, high)

    def mark(self):
        return self.choice(MARKS)

    def masked_mark(self):
        return self.choice(["0x%x" % self.mark(), "0x%x/0x%x" % (self.mark(), self.choice([1, 0xf, 0xff, 0xffffffff]))])

    def address(self):
        return self.choice(self.host.everyone() + self.host.own())

    def network(self):
        address = self.address()
        lengths = (128, 64, 48, 0) if self.v6 else (32, 24, 24, 16, 8, 1, 0)
        return "%s/%d" % (address, self.choice(lengths))

    def interface(self):
        return self.choice(self.host.names() + ["eth+", "lo", "+"])
