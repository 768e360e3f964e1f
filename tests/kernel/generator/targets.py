"""One function for each target: its options with random values, or None where it is not allowed.

Ports that a NAT target leaves to the kernel's random numbers are not asked for."""
TARGETS = {}                            # name -> (function, weight, needs conntrack)
FILTERS = ("filter", "security")


def target(name, weight=2, conntrack=False):
    def register(function):
        TARGETS[name] = (function, weight, conntrack)
        return function
    return register


@target("ACCEPT", 14)
def accept(c):
    return "-j ACCEPT"


@target("DROP", 4)
def drop(c):
    return None if c.table == "nat" and c.chance(80) else "-j DROP"


@target("RETURN", 5)
def return_(c):
    return "-j RETURN"


@target("none", 6)
def none(c):
    return ""


@target("REJECT", 5)
def reject(c):
    if c.table != "filter" or not c.hooks <= {"INPUT", "FORWARD", "OUTPUT"}:
        return None
    kinds = "icmp6-no-route icmp6-adm-prohibited icmp6-addr-unreachable icmp6-port-unreachable" if c.v6 else \
        "icmp-net-unreachable icmp-host-unreachable icmp-port-unreachable icmp-proto-unreachable icmp-admin-prohibited"
    kinds = kinds.split() + (["tcp-reset"] * 3 if c.protocol == "tcp" else [])
    return "-j REJECT --reject-with " + c.choice(kinds)


@target("LOG", 3)
def log(c):
    words = ["--log-prefix \"%s %d: \"" % (c.marker, c.below(100))]
    words += [w for w in ("--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid") if c.chance(30)]
    return "-j LOG " + " ".join(words)


@target("NFLOG", 2)
def nflog(c):
    return "-j NFLOG --nflog-group %d --nflog-prefix \"n%d\"" % (1 + c.below(3), c.below(100))


@target("NFQUEUE", 1)
def nfqueue(c):
    return "-j NFQUEUE --queue-num 3%s" % (" --queue-bypass" if c.chance(80) else "")


@target("AUDIT", 1)
def audit(c):
    return "-j AUDIT --type accept"


@target("MARK", 6)
def mark(c):
    return "-j MARK " + c.choice(["--set-mark ", "--set-xmark "]) + c.masked_mark() if c.chance(70) else \
        "-j MARK --%s-mark 0x%x" % (c.choice(["and", "or", "xor"]), c.mark())


@target("CONNMARK", 4, True)
def connmark(c):
    return "-j CONNMARK " + c.choice(["--save-mark", "--restore-mark", "--set-mark " + c.masked_mark(),
        "--set-xmark " + c.masked_mark(),
                                      "--save-mark --nfmask 0xf --ctmask 0xff", "--restore-mark --mask 0xf"])


@target("CLASSIFY", 1)
def classify(c):
    return "-j CLASSIFY --set-class 1:%x" % c.below(99) if c.table == "mangle" and c.hooks <= {"FORWARD", "OUTPUT",
        "POSTROUTING"} else None


@target("CT", 2, True)
def ct(c):
    return "-j CT " + c.choice(["--notrack", "--zone %d" % (1 + c.below(3)), "--zone-orig 2", "--helper ftp"
        if c.protocol == "tcp" else "--zone 1",
                                "--ctevents new", "--zone-reply 4"]) if c.table == "raw" else None


@target("NOTRACK", 1)
def notrack(c):
    return "-j CT --notrack" if c.table == "raw" else None


@target("DSCP", 2)
def dscp(c):
    return "-j DSCP --set-dscp 0x%02x" % c.below(64) if c.table == "mangle" else None


@target("TOS", 2)
def tos(c):
    if c.table != "mangle":
        return None
    return "-j TOS " + c.choice(["--set-tos 0x10", "--set-tos 0x04/0xfc", "--and-tos 0xf0", "--xor-tos 0x08"])


@target("ECN", 1)
def ecn(c):
    return "-j ECN --ecn-tcp-remove" if c.table == "mangle" and c.protocol == "tcp" and not c.v6 else None


@target("TTL", 2)
def ttl(c):
    if c.table != "mangle":
        return None
    return "-j %s" % (c.choice(["HL --hl-", "HL --hl-"]) if c.v6
        else "TTL --ttl-") + c.choice(["set 5", "inc 1", "dec 1", "dec 63", "set 1", "inc 250"])


@target("TCPMSS", 2)
def tcpmss(c):
    if c.table != "mangle" or c.protocol != "tcp":
        return None
    clamp = c.hooks <= {"FORWARD", "OUTPUT", "POSTROUTING"}
    return "-m tcp --tcp-flags SYN,RST SYN -j TCPMSS " + c.choice(["--set-mss 1000",
        "--set-mss 536"] + (["--clamp-mss-to-pmtu"] * 2 if clamp else []))


@target("TCPOPTSTRIP", 1)
def tcpoptstrip(c):
    return "-j TCPOPTSTRIP --strip-options " + c.choice(["mss", "wscale,sack-permitted",
        "timestamp,5"]) if c.table == "mangle" and c.protocol == "tcp" else None


@target("CHECKSUM", 1)
def checksum(c):
    return "-j CHECKSUM --checksum-fill" if c.table == "mangle" else None


@target("TEE", 1)
def tee(c):
    # The copy passes OUTPUT and POSTROUTING: dropped there, the recorder cannot tell it from an original there.
    if not c.hooks <= {"PREROUTING", "INPUT", "FORWARD"}:
        return None
    return "-j TEE --gateway " + c.choice(c.host.peers[c.choice(c.host.peers)][:1]) if c.table == "mangle" else None


@target("TPROXY", 1)
def tproxy(c):
    if c.table != "mangle" or not c.hooks <= {"PREROUTING"} or c.protocol not in ("tcp", "udp"):
        return None
    return "-j TPROXY --on-port %d --tproxy-mark 0x1/0x1" % c.choice([0, 8080])


@target("HMARK", 1)
def hmark(c):
    return "-j HMARK --hmark-tuple %s --hmark-mod %d --hmark-offset 1 --hmark-rnd 0x%x" % (
        c.choice(["src,dst", "src", "src,dst,sport,dport", "ct,src,dst"] if c.conntrack
        else ["src,dst", "src", "src,dst,sport,dport"]),
        c.choice([2, 16]), c.below(1 << 20)) if c.table == "mangle" else None


@target("IDLETIMER", 1)
def idletimer(c):
    return "-j IDLETIMER --timeout 600 --label i%s%d" % (c.marker.replace(" ", ""), c.below(1 << 20))


@target("TRACE", 1)
def trace(c):
    return "-j TRACE" if c.table == "raw" else None


@target("SET", 4)
def set_(c):
    usable = [(name, kind, sides) for name, kind, sides in c.sets if not kind.startswith("list")]
    if not usable:
        return None
    name, _, sides = c.choice(usable)
    return "-j SET " + c.choice(["--add-set %s %s", "--add-set %s %s --exist", "--del-set %s %s"]) % (name, sides[0])
