"""Matches that only ip6tables has."""
from .matches import match


@match("frag")
def frag(c):
    if not c.v6:
        return None
    return "-m frag " + c.choice(["--fragfirst", "--fragmore", "--fraglast", c.maybe_not("--fragid 4660"), "--fragres"])


@match("hbh")
def hbh(c):
    return "-m hbh " + c.choice([c.maybe_not("--hbh-len 8"), "--hbh-opts 5:2", "--hbh-opts 1,5"]) if c.v6 else None


@match("dst")
def dst(c):
    return "-m dst " + c.choice([c.maybe_not("--dst-len 8"), "--dst-opts 1", "--dst-opts 1:4"]) if c.v6 else None


@match("rt")
def rt(c):
    return "-m rt " + c.choice([c.maybe_not("--rt-type 2"), c.maybe_not("--rt-segsleft 0:1"),
        "--rt-type 0 --rt-len 24"]) if c.v6 else None


@match("ipv6header")
def ipv6header(c):
    if not c.v6:
        return None
    headers = c.choice(["hop", "dst", "frag", "hop,dst", "none", "prot", "auth", "route"])
    return "-m ipv6header %s%s" % (c.maybe_not("--header " + headers), " --soft" if c.chance(60) else "")


@match("eui64", 1)
def eui64(c):
    return "-m eui64" if c.v6 and c.hooks <= {"PREROUTING", "INPUT", "FORWARD"} else None


@match("mh", 1)
def mh(c):
    return "-m mh " + c.maybe_not("--mh-type " + c.choice(["5", "1:6",
        "binding-update"])) if c.v6 and c.protocol == "mh" else None


@match("srh", 1)
def srh(c):
    return "-m srh " + c.choice([c.maybe_not("--srh-segs-left-eq 1"), c.maybe_not("--srh-hdr-len-gt 1"),
        c.maybe_not("--srh-last-entry-eq 1")]) if c.v6 else None
