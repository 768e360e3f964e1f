"""The targets of the nat table, and IPv6's stateless translation."""
from .targets import target


def end(c, address, port=None):
    """An address with a port as --to-source and --to-destination write it."""
    if port is None:
        return address
    return ("[%s]:%s" if c.v6 else "%s:%s") % (address, port)


def wide_ports(c):
    """So wide that a client's port is kept: a clash would be solved by chance."""
    return c.choice([None, None, "1024-65535"]) if c.protocol in ("tcp", "udp") else None


@target("SNAT", 8, True)
def snat(c):
    if c.table != "nat" or not c.hooks <= {"POSTROUTING", "INPUT"}:
        return None
    address = c.choice(c.host.own() + c.host.everyone())
    return "-j SNAT --to-source %s%s" % (end(c, address, wide_ports(c)), " --persistent" if c.chance(10) else "")


@target("DNAT", 10, True)
def dnat(c):
    if c.table != "nat" or not c.hooks <= {"PREROUTING", "OUTPUT"}:
        return None
    address = c.choice(c.host.everyone() * 2 + c.host.own())
    port = c.choice([None, c.port()]) if c.protocol in ("tcp", "udp") else None
    return "-j DNAT --to-destination " + end(c, address, port)


@target("MASQUERADE", 8, True)
def masquerade(c):
    if c.table != "nat" or not c.hooks <= {"POSTROUTING"}:
        return None
    ports = wide_ports(c)
    return "-j MASQUERADE" + (" --to-ports " + ports if ports else "")


@target("REDIRECT", 6, True)
def redirect(c):
    if c.table != "nat" or not c.hooks <= {"PREROUTING", "OUTPUT"}:
        return None
    return "-j REDIRECT" + (" --to-ports %d" % c.port() if c.protocol in ("tcp", "udp") and c.chance(70) else "")


@target("NETMAP", 4, True)
def netmap(c):
    if c.table != "nat":
        return None
    address = c.address()
    return "-j NETMAP --to %s/%d" % (address, c.choice([64, 112] if c.v6 else [24, 28]))


@target("SNPT", 3)
def snpt(c):
    if not c.v6 or c.table != "mangle" or not c.hooks <= {"POSTROUTING", "INPUT"}:
        return None
    return "-j SNPT --src-pfx 2001:db8:1::/64 --dst-pfx 2001:db8:aa%02x::/64" % c.below(256)


@target("DNPT", 3)
def dnpt(c):
    if not c.v6 or c.table != "mangle" or not c.hooks <= {"PREROUTING", "OUTPUT"}:
        return None
    return "-j DNPT --src-pfx 2001:db8:5::/64 --dst-pfx 2001:db8:1::/64"
