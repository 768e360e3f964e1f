"""Random IP sets: the text of `ipset save`, and for each set how rules may ask it."""


def sides(rng, dimensions):
    return [",".join(rng.choice(["src", "dst"]) for _ in range(dimensions)) for _ in range(3)]


def element(rng, host, kind, ports):
    """One element's text for the parts of a type such as ip,port,net."""
    address = rng.choice(host.everyone() + host.own())
    words = []
    for part in kind.split(":")[1].split(","):
        if part == "ip":
            words.append(rng.choice(host.everyone() + host.own()))
        elif part == "net":
            words.append("%s/%d" % (address, rng.choice([64, 112, 127] if host.v6 else [8, 24, 25, 31])))
        elif part == "port":
            words.append("%s%d" % (rng.choice(["tcp:", "udp:", "tcp:"]), rng.choice(ports)))
        elif part == "iface":
            words.append(rng.choice(host.names()))
    return ",".join(words)


KINDS = ["hash:ip", "hash:net", "hash:ip,port", "hash:net,port", "hash:ip,port,ip", "hash:ip,port,net",
    "hash:net,iface"]
KINDS4 = ["bitmap:ip", "bitmap:ip,mac", "bitmap:port", "bitmap:port"]


def one_set(rng, host, number, ports):
    """(name, kind, sides, lines)"""
    kind = rng.choice(KINDS + ([] if host.v6 else KINDS4))
    name, extra = "s%d" % number, ""
    if rng.randrange(3) == 0:
        extra += " counters"
    lines = []
    if kind == "bitmap:port":
        head = "range 0-65535"
        lines = ["add %s %d" % (name, port) for port in rng.sample(ports, 3)]
    elif kind.startswith("bitmap"):
        network = host.peers["eth0"][0].rsplit(".", 1)[0]
        head = "range %s.0/24" % network
        lines = ["add %s %s.%d" % (name, network, last) for last in rng.sample([1, 10, 11, 77], 2)]
    else:
        head = "family " + ("inet6" if host.v6 else "inet")
        words = {element(rng, host, kind, ports): None for _ in range(rng.randrange(5))}
        nomatch = "net" in kind
        lines = ["add %s %s%s" % (name, word, " nomatch" if nomatch and rng.randrange(5) == 0 else "")
            for word in words]
        if rng.randrange(8) == 0 and "net" not in kind:
            head += " maxelem %d" % max(2, len(words))
    dimensions = kind.count(",") + 1
    asked = sides(rng, 1 if kind == "bitmap:port" else dimensions)
    return name, kind, asked, ["create %s %s %s%s" % (name, kind, head, extra)] + lines


def random_sets(rng, host, ports):
    """(text, [(name, kind, sides)]); networks may overlap, so doubles are taken away by `-exist` order."""
    text, known = [], []
    for number in range(1 + rng.randrange(4)):
        name, kind, asked, lines = one_set(rng, host, number, ports)
        known.append((name, kind, asked))
        text += lines
    if rng.randrange(3) == 0:
        members = [name for name, _, _ in known]
        most = max(kind.count(",") + 1 for _, kind, _ in known)
        text += ["create lists list:set"] + ["add lists " + name for name in members]
        known.append(("lists", "list:set", sides(rng, most)))
    return "\n".join(text) + "\n", known
