"""Our own nf_tables chains before and behind everything else at each hook.

They log every packet that enters or leaves a hook to one NFLOG group, and set
nftrace, which makes the legacy tables report each rule that matches. The last
chain of PREROUTING and OUTPUT names the conntrack state. Conntrack expressions
would turn conntrack on, so they are used only where the rules do that anyway."""
import re
import socket
import struct

from . import netlink
from .netlink import attribute, nested

GROUP = 60111
HOOKS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]
TABLE = b"fwsim_probes\0"
INET = 1
(NEWTABLE, NEWCHAIN, NEWRULE) = (0xa00, 0xa03, 0xa06)
BATCH_BEGIN, BATCH_END, NFTABLES = 0x10, 0x11, 10
DROP, ACCEPT = 0, 1
REGISTER = 8                                            # NFT_REG32_00
META_NFTRACE, META_L4PROTO, CT_STATE, CT_DIRECTION = 12, 16, 0, 1
STATES = {"INVALID": 1, "ESTABLISHED": 2, "RELATED": 4, "NEW": 8, "UNTRACKED": 64}
# What makes iptables take a reference on conntrack.
CONNTRACK = re.compile(
    r"-m (?:conntrack|state|connmark|connbytes|connlimit|connlabel|helper|cluster)\b|-j (?:CONNMARK|CONNSECMARK|"
    r"SYNPROXY|SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP|CT(?! --notrack))\b")


def uses_conntrack(rules):
    return bool(CONNTRACK.search(rules))


def u32(kind, value):
    return attribute(kind, struct.pack("!I", value))


def expression(name, *parts):
    return nested(1, attribute(1, name + b"\0"), nested(2, *parts))


def value(data):
    return nested(1, attribute(1, data))


def meta(key):
    return expression(b"meta", u32(1, REGISTER), u32(2, key))


def ct(key):
    return expression(b"ct", u32(1, REGISTER), u32(2, key))


def equal(data):
    return expression(b"cmp", u32(1, REGISTER), u32(2, 0), nested(3, attribute(1, data)))


def has_bits(mask):
    bits = struct.pack("=I", mask)
    return expression(b"bitwise", u32(1, REGISTER), u32(2, REGISTER), u32(3, 4),
                      nested(4, attribute(1, bits)), nested(5, attribute(1, bytes(4)))) + \
        expression(b"cmp", u32(1, REGISTER), u32(2, 1), nested(3, attribute(1, bytes(4))))


def log(prefix):
    return expression(b"log", attribute(1, struct.pack("!H", GROUP)), attribute(2, prefix.encode() + b"\0"),
                      attribute(4, struct.pack("!H", 1)))


def verdict(code):
    return expression(b"immediate", u32(1, 0), nested(2, nested(2, u32(1, code))))


def trace():
    one = expression(b"immediate", u32(1, REGISTER), nested(2, attribute(1, b"\1\0\0\0")))
    return one + expression(b"meta", u32(2, META_NFTRACE), u32(3, REGISTER))


def first_rules(hook, quiet):
    """Quiet: group messages and router discovery of the namespace's own IPv6 are no part of a scenario."""
    for kind in (130, 131, 132, 133, 134, 143) if quiet and hook == "OUTPUT" else ():
        load = expression(b"payload", u32(1, REGISTER), u32(2, 2), u32(3, 0), u32(4, 1))
        yield meta(META_L4PROTO) + equal(b"\x3a") + load + equal(bytes([kind])) + verdict(DROP)
    if hook in ("PREROUTING", "OUTPUT"):
        yield trace()
    yield log("first")


def last_rules(hook, absorb, conntrack):
    end = DROP if absorb and hook == "INPUT" else ACCEPT
    if conntrack and hook in ("PREROUTING", "OUTPUT"):
        for state in ("INVALID", "UNTRACKED", "NEW"):
            yield ct(CT_STATE) + has_bits(STATES[state]) + log("last " + state) + verdict(end)
        for state in ("ESTABLISHED", "RELATED"):
            for number, direction in enumerate(("original", "reply")):
                yield ct(CT_STATE) + has_bits(STATES[state]) + ct(CT_DIRECTION) + equal(bytes([number])) + \
                    log("last %s %s" % (state, direction)) + verdict(end)
    yield log("last") + verdict(end)


def chain_name(hook, place):
    return ("%s_%s" % (hook, place)).encode() + b"\0"


def install(absorb, conntrack, quiet):
    """Puts the table into the current namespace. Absorb: nothing is delivered to the host's own stack."""
    channel = netlink.NetfilterSocket()
    batch, count = [], 0

    def add(kind, flags, *parts):
        nonlocal count
        batch.append(channel.message(kind, netlink.REQUEST | netlink.ACK | flags, INET, 0, b"".join(parts)))
        count += 1

    batch.append(channel.message(BATCH_BEGIN, netlink.REQUEST, socket.AF_UNSPEC, NFTABLES))
    add(NEWTABLE, netlink.CREATE, attribute(1, TABLE))
    # All chains before the first rule: a conntrack expression brings conntrack's own hooks in,
    # and of equal priorities the later registered comes first.
    for number, hook in enumerate(HOOKS):
        for place, priority in (("first", -2000000000), ("last", 2147483647)):
            add(NEWCHAIN, netlink.CREATE, attribute(1, TABLE), attribute(3, chain_name(hook, place)),
                nested(4, u32(1, number), attribute(2, struct.pack("!i", priority))), u32(5, ACCEPT),
                attribute(7, b"filter\0"))
    for hook in HOOKS:
        for place, rules in (("first", first_rules(hook, quiet)), ("last", last_rules(hook, absorb, conntrack))):
            for expressions in rules:
                add(NEWRULE, netlink.CREATE | netlink.APPEND, attribute(1, TABLE),
                    attribute(2, chain_name(hook, place)), nested(4, expressions))
    batch.append(channel.message(BATCH_END, netlink.REQUEST, socket.AF_UNSPEC, NFTABLES))
    channel.acknowledged(b"".join(batch), count)
    channel.socket.close()
