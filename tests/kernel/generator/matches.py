"""One function for each match: the options with random values, or None where they are not allowed.

Left out, because their outcome is chance or needs another machine: statistic --mode random, osf, rateest, ipvs."""
from .context import PORTS

TCP_FLAGS = ["SYN", "ACK", "FIN", "RST", "PSH", "URG"]
INPUTS, OUTPUTS = {"PREROUTING", "INPUT", "FORWARD"}, {"OUTPUT", "POSTROUTING"}
MATCHES = {}                            # name -> (function, weight, needs conntrack)


def match(name, weight=2, conntrack=False):
    def register(function):
        MATCHES[name] = (function, weight, conntrack)
        return function
    return register


def ports(c, names):
    return c.maybe_not("--%s %s" % (c.choice(names), c.port_range()))


@match("tcp", 8)
def tcp(c):
    if c.protocol != "tcp":
        return None
    flags = lambda: ",".join(c.rng.sample(TCP_FLAGS, 1 + c.below(3)))
    return "-m tcp " + c.choice([
        ports(c, ["sport", "dport"]), ports(c, ["dport"]), c.maybe_not("--syn"),
        c.maybe_not("--tcp-flags %s %s" % (c.choice(["ALL", flags()]), c.choice(["NONE", flags()]))),
        c.maybe_not("--tcp-option %d" % c.choice([2, 3, 4, 8, 1]))])


@match("udp", 6)
def udp(c):
    return "-m udp " + ports(c, ["sport", "dport"]) if c.protocol == "udp" else None


@match("icmp", 6)
def icmp(c):
    if c.protocol != "icmp" or c.v6:
        return None
    return "-m icmp " + c.maybe_not("--icmp-type " + c.choice("8 0 3 3/3 3/4 11 any 5 13 echo-request".split()))


@match("icmp6", 6)
def icmp6(c):
    if c.protocol != "ipv6-icmp":
        return None
    return "-m icmp6 " + c.maybe_not("--icmpv6-type " + c.choice("128 129 1 1/4 2 3 4 echo-request 255".split()))


@match("sctp")
def sctp(c):
    if c.protocol != "sctp":
        return None
    chunks = c.choice(["any INIT", "all INIT", "only INIT", "any DATA,INIT_ACK", "any ABORT:t", "only DATA:BE",
        "any SHUTDOWN"])
    return "-m sctp " + c.choice([ports(c, ["sport", "dport"]), c.maybe_not("--chunk-types " + chunks)])


@match("multiport", 3)
def multiport(c):
    if c.protocol not in ("tcp", "udp", "sctp", "udplite"):
        return None
    words = c.rng.sample(PORTS, 1 + c.below(4)) + (["1:1023"] if c.chance(30) else [])
    return "-m multiport " + c.maybe_not("--%s %s" % (c.choice(["sports", "dports", "ports"]),
        ",".join(map(str, words))))


@match("ah")
def ah(c):
    if c.protocol != "ah":
        return None
    return "-m ah " + c.maybe_not("--ahspi " + c.choice(["1", "100:300", "256"]))


@match("esp")
def esp(c):
    return "-m esp " + c.maybe_not("--espspi " + c.choice(["1", "100:300", "256"])) if c.protocol == "esp" else None


@match("addrtype", 3)
def addrtype(c):
    side = c.choice(["--src-type", "--dst-type"])
    kinds = c.choice(["LOCAL", "UNICAST", "BROADCAST", "MULTICAST", "LOCAL,BROADCAST", "BLACKHOLE", "UNREACHABLE"])
    limit = ""
    if c.chance(25) and c.hooks <= {"PREROUTING", "INPUT"}:
        limit = " --limit-iface-in"
    elif c.chance(25) and c.hooks <= {"OUTPUT", "POSTROUTING"}:
        limit = " --limit-iface-out"
    if c.v6 and "BROADCAST" in kinds:
        return None
    return "-m addrtype %s%s" % (c.maybe_not("%s %s" % (side, kinds)), limit)


@match("comment", 1)
def comment(c):
    return '-m comment --comment "a \\"quoted\\" word"'


@match("devgroup", 1)
def devgroup(c):
    if c.hooks & OUTPUTS:
        return "-m devgroup " + c.maybe_not("--dst-group " + c.choice(["0x0", "0x1"])) if not c.hooks & {"PREROUTING",
            "INPUT"} else None
    return "-m devgroup " + c.maybe_not("--src-group " + c.choice(["0x0", "0x1/0x3"]))


@match("dscp")
def dscp(c):
    return "-m dscp " + c.maybe_not(c.choice(["--dscp 0x%02x" % c.choice([0, 10, 46, 63]),
        "--dscp-class " + c.choice(["EF", "AF11", "BE", "CS3"])]))


@match("tos")
def tos(c):
    return "-m tos " + c.maybe_not("--tos " + c.choice(["0x10", "0x00/0x3f", "Minimize-Delay", "0xb8/0xfc"]))


@match("ecn", 1)
def ecn(c):
    options = ["--ecn-ip-ect %d" % c.below(4)] + (["--ecn-tcp-cwr", "--ecn-tcp-ece"] if c.protocol == "tcp" else [])
    return "-m ecn " + c.maybe_not(c.choice(options))


@match("hashlimit")
def hashlimit(c):
    mode = c.choice(["srcip", "dstip", "srcip,dstip"] + (["srcip,srcport", "dstport"] if c.protocol in ("tcp", "udp")
        else []))
    return "-m hashlimit --hashlimit-%s %d/hour --hashlimit-burst %d --hashlimit-mode %s --hashlimit-htable-expire 3600000 --hashlimit-name h%d%s" % (
        c.choice(["upto", "above"]), 1 + c.below(3), 1 + c.below(5), mode, c.below(1 << 30),
        " --hashlimit-srcmask %d" % c.choice([64, 128] if c.v6 else [8, 24]) if c.chance(30) else "")


@match("iprange")
def iprange(c):
    low = c.address()
    head, _, tail = low.rpartition(":" if c.v6 else ".")
    if not tail or "::" in head[-1:]:
        return None
    high = head + (":%x" % (int(tail, 16) + c.below(99)) if c.v6 else ".%d" % min(255, int(tail) + c.below(99)))
    return "-m iprange " + c.maybe_not("--%s-range %s-%s" % (c.choice(["src", "dst"]), low, high))


@match("length")
def length(c):
    return "-m length " + c.maybe_not("--length " + c.choice(["40", "0:60", "60:100", "1000:65535", "48"]))


@match("limit")
def limit(c):
    return "-m limit --limit %s --limit-burst %d" % (c.choice(["1/hour", "2/hour", "1/day"]), 1 + c.below(3))


@match("mac", 1)
def mac(c):
    return "-m mac " + c.maybe_not("--mac-source 02:00:00:00:01:0%d" % (1 + c.below(3))) if c.hooks <= INPUTS else None


@match("mark", 5)
def mark(c):
    return "-m mark " + c.maybe_not("--mark " + c.masked_mark())


@match("owner")
def owner(c):
    if not c.hooks <= OUTPUTS:
        return None
    return "-m owner " + c.maybe_not(c.choice(["--uid-owner 0", "--uid-owner 1000-1005", "--gid-owner 100",
        "--socket-exists"]))


@match("physdev", 1)
def physdev(c):
    return "-m physdev " + c.maybe_not("--physdev-in eth0") if c.hooks <= INPUTS else None


@match("pkttype", 1)
def pkttype(c):
    return "-m pkttype " + c.maybe_not("--pkt-type " + c.choice(["unicast", "broadcast", "multicast"]))


@match("policy", 1)
def policy(c):
    direction = "in" if c.hooks <= {"PREROUTING", "INPUT", "FORWARD"} else "out"
    if direction == "out" and c.hooks & {"PREROUTING", "INPUT"}:
        return None
    return "-m policy --dir %s --pol %s" % (direction, c.choice(["none", "ipsec"]))


@match("quota")
def quota(c):
    return "-m quota " + c.maybe_not("--quota %d" % c.choice([50, 100, 200, 1000]))


@match("realm", 1)
def realm(c):
    return None if c.v6 or not c.hooks <= {"INPUT", "FORWARD", "OUTPUT",
        "POSTROUTING"} else "-m realm " + c.maybe_not("--realm 0x0")


@match("recent")
def recent(c):
    act = c.choice(["--set", "--set", "--rcheck", "--update", "--remove"])
    if act in ("--rcheck", "--update"):
        act += c.choice(["", " --seconds 3600", " --seconds 3600 --hitcount %d" % (1 + c.below(4)), " --rttl"])
    return "-m recent %s --name r%d %s" % (c.maybe_not(act), c.below(2),
        c.choice(["--rsource", "--rsource", "--rdest"]))


@match("rpfilter", 1)
def rpfilter(c):
    if not (c.hooks <= {"PREROUTING"} and c.table in ("raw", "mangle")):
        return None
    return "-m rpfilter " + " ".join(w for w in ("--loose", "--validmark", "--accept-local", "--invert")
        if c.chance(30))


@match("socket", 1)
def socket(c):
    return "-m socket " + c.choice(["", "--nowildcard", "--transparent"]) if c.hooks <= {"PREROUTING",
        "INPUT"} else None


@match("statistic")
def statistic(c):
    every = 2 + c.below(4)
    return "-m statistic --mode nth %s --packet %d" % (c.maybe_not("--every %d" % every), c.below(every))


@match("string")
def string(c):
    pattern = c.choice(['--string "hello"', '--string "data"', '--hex-string "|de ad|"', '--string "HELLO" --icase'])
    window = c.choice(["", "--from 20", "--from 28 --to 60", "--to 40"])
    return "-m string --algo %s %s %s" % (c.choice(["bm", "kmp"]), window, c.maybe_not(pattern))


@match("tcpmss")
def tcpmss(c):
    return "-m tcpmss " + c.maybe_not("--mss " + c.choice(["1460", "500:1400", "536"])) if c.protocol == "tcp" else None


@match("time", 1)
def time(c):
    return "-m time " + c.choice(["--datestart 2020-01-01T00:00:00", "--datestop 2020-01-01T00:00:00",
        "--timestart 00:00:00 --timestop 23:59:59",
                                  "--monthdays 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"])


@match("ttl")
def ttl(c):
    return None if c.v6 else "-m ttl " + c.choice([c.maybe_not("--ttl-eq 64"), "--ttl-lt 10", "--ttl-gt 62",
        "--ttl-eq 1"])


@match("hl")
def hl(c):
    return "-m hl " + c.choice([c.maybe_not("--hl-eq 64"), "--hl-lt 10", "--hl-gt 62"]) if c.v6 else None


@match("u32")
def u32(c):
    tests = ["6&0xff=6", "6&0xff=17", "0>>22&0x3c@0>>16=1:1024", "4&0x1fff=0", "0&0xffff=40:100",
        "0>>22&0x3c@12>>26&0x3c@0=0x48454c4c",
             "2&0xffff=0:256&&8&0xff=64"] if not c.v6 else ["4&0xff00>>8=6", "6&0xff=64", "40&0xffff=80", "4>>16=0:60"]
    return "-m u32 " + c.maybe_not('--u32 "%s"' % c.choice(tests))


@match("bpf", 1)
def bpf(c):
    """Bytecode for: byte 9 is 17; the length is above 60; the TTL is 64."""
    return '-m bpf --bytecode "%s"' % c.choice(["4,48 0 0 9,21 0 1 17,6 0 0 65535,6 0 0 0",
        "4,128 0 0 0,37 0 1 60,6 0 0 65535,6 0 0 0",
                                                "4,48 0 0 8,21 0 1 64,6 0 0 65535,6 0 0 0"])


@match("set", 4)
def set_(c):
    if not c.sets:
        return None
    name, kind, sides = c.choice(c.sets)
    extra = c.choice(["", "", "--return-nomatch", "! --update-counters", "--packets-gt 1", "--bytes-lt 100"])
    if kind.startswith(("bitmap", "list")) and "nomatch" in extra:
        extra = ""
    return "-m set %s %s" % (c.maybe_not("--match-set %s %s" % (name, c.choice(sides))), extra)
