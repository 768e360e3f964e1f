"""Matches that ask about the connection; each turns conntrack on."""
from .matches import match


@match("connbytes", 2, True)
def connbytes(c):
    mode, low = c.choice(["packets", "bytes", "avgpkt"]), c.choice([0, 1, 2, 3, 60, 100])
    return "-m connbytes %s --connbytes-mode %s --connbytes-dir %s" % (
        c.maybe_not("--connbytes %d%s" % (low, c.choice([":", ":%d" % (low + c.below(200))]))), mode,
        c.choice(["original", "reply", "both"]))


@match("connlabel", 1, True)
def connlabel(c):
    return "-m connlabel %s%s" % (c.maybe_not("--label %d" % c.choice([0, 1, 63, 127])), " --set" if c.chance(60)
        else "")


@match("connlimit", 1, True)
def connlimit(c):
    return "-m connlimit --connlimit-%s %d --connlimit-mask %d --connlimit-%s" % (
        c.choice(["upto", "above"]), 1 + c.below(3), c.choice([128, 64] if c.v6 else [32, 24, 0]),
        c.choice(["saddr", "daddr"]))


@match("connmark", 3, True)
def connmark(c):
    return "-m connmark " + c.maybe_not("--mark " + c.masked_mark())


@match("conntrack", 10, True)
def conntrack(c):
    address = c.network()
    option = c.choice([
        "--ctstate " + c.choice(["NEW", "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID", "UNTRACKED", "SNAT", "DNAT",
        "NEW,INVALID"]),
        "--ctstate " + c.choice(["NEW", "RELATED,ESTABLISHED", "INVALID"]),
        "--ctstatus " + c.choice(["NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED", "SEEN_REPLY,ASSURED"]),
        "--ctproto " + c.choice(["tcp", "udp", "17", "sctp"]), "--ctorigsrc " + address, "--ctorigdst " + address,
        "--ctreplsrc " + address, "--ctrepldst " + address, "--ctorigsrcport %s" % c.port_range(),
        "--ctorigdstport %s" % c.port_range(), "--ctreplsrcport %s" % c.port_range(),
        "--ctrepldstport %s" % c.port_range(),
        "--ctexpire " + c.choice(["0", "0:100", "50:500000"])])
    direction = " --ctdir " + c.choice(["ORIGINAL", "REPLY"]) if c.chance(20) else ""
    return "-m conntrack %s%s" % (c.maybe_not(option), direction)


@match("state", 3, True)
def state(c):
    return "-m state " + c.maybe_not("--state " + c.choice(["NEW", "RELATED,ESTABLISHED", "INVALID", "UNTRACKED"]))


@match("helper", 1, True)
def helper(c):
    return "-m helper " + c.maybe_not("--helper " + c.choice(["ftp", "sip", "tftp", '""']))


@match("cluster", 1, True)
def cluster(c):
    total = c.choice([2, 3, 4])
    return "-m cluster --cluster-total-nodes %d %s --cluster-hash-seed 0x%x" % (
        total, c.maybe_not("--cluster-local-node %d" % (1 + c.below(total))), c.below(1 << 30))
