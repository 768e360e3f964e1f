"""Random rulesets in iptables-save form: tables, user chains, jumps, gotos, policies."""
from . import matches6, matches_ct, targets_nat                      # they register themselves
from .context import Context
from .matches import MATCHES
from .targets import TARGETS

assert matches6 and matches_ct and targets_nat
HOOKS = {"raw": ["PREROUTING", "OUTPUT"],
         "mangle": ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
         "nat": ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
         "filter": ["INPUT", "FORWARD", "OUTPUT"],
         "security": ["INPUT", "FORWARD", "OUTPUT"]}
PROTOCOLS4 = ["tcp"] * 5 + ["udp"] * 4 + ["icmp"] * 3 + ["sctp", "esp", "ah", "gre", "udplite", "all", "4"]
PROTOCOLS6 = ["tcp"] * 5 + ["udp"] * 4 + ["ipv6-icmp"] * 3 + ["sctp", "esp", "mh", "gre", "all", "44", "59"]
USER_CHAINS = ["one", "two", "three"]


class Chain:
    def __init__(self, table, name, hooks):
        self.table, self.name, self.hooks, self.rules = table, name, frozenset(hooks), []


def weighted(rng, registry, allowed):
    names = [name for name in registry if allowed(name)]
    return rng.choices(names, [registry[name][1] for name in names])[0]


def header_options(c, builtin):
    """-s, -d, -i, -o, -p, -f"""
    words = []
    for option in ("-s", "-d"):
        if c.chance(18):
            words.append(c.maybe_not("%s %s" % (option, c.network()), 15))
    if c.chance(20) and not (builtin and c.hooks & {"OUTPUT", "POSTROUTING"}):
        words.append(c.maybe_not("-i " + c.interface(), 15))
    if c.chance(20) and not (builtin and c.hooks & {"PREROUTING", "INPUT"}):
        words.append(c.maybe_not("-o " + c.interface(), 15))
    if c.chance(60):
        protocol = c.choice(PROTOCOLS6 if c.v6 else PROTOCOLS4)
        inverted = c.chance(8) and protocol != "all"
        words.append(("! " if inverted else "") + "-p " + protocol)
        c.protocol = None if inverted else protocol
    if c.chance(4) and not c.v6:
        words.append(c.maybe_not("-f"))
    return words


def random_rule(c, chain, callable_chains):
    """The options of one rule, or None where its parts do not fit."""
    words = header_options(c, chain.name.isupper())
    if c.table == "nat" and c.nat and c.protocol is None and c.chance(50):
        c.protocol = c.choice(["tcp", "udp"])
        words.append("-p " + c.protocol)
    used = set()
    for _ in range(c.choice([0, 1, 1, 1, 2, 2, 3])):
        name = weighted(c.rng, MATCHES, lambda name: c.conntrack or not MATCHES[name][2])
        text = MATCHES[name][0](c)
        if text and name not in used:
            used.add(name)
            words.append(text)
    if callable_chains and c.chance(22):
        words.append(c.choice(["-j", "-j", "-g"]) + " " + c.choice(callable_chains).name)
        return " ".join(words)
    name = weighted(c.rng, TARGETS, lambda name: c.conntrack or not TARGETS[name][2])
    if c.table == "nat" and c.nat and c.chance(70):
        name = c.choice(["SNAT", "MASQUERADE"] if c.hooks <= {"POSTROUTING", "INPUT"}
            else ["DNAT", "REDIRECT", "NETMAP"])
    text = TARGETS[name][0](c)
    return None if text is None else " ".join(words + [text]) if text else " ".join(words)


def table_text(rng, host, table, settings):
    """The lines of one table."""
    chains = [Chain(table, hook, [hook]) for hook in HOOKS[table]]
    users = []
    for name in USER_CHAINS[:rng.randrange(4)]:
        hooks = rng.choice([HOOKS[table], [rng.choice(HOOKS[table])]])
        users.append(Chain(table, name, hooks))
    for index, chain in enumerate(chains + users):
        later = users[max(0, index - len(chains) + 1):]
        # A jump must not lead to a chain that is made for other hooks, and only forward: no loops.
        callable_chains = [user for user in later if chain.hooks <= user.hooks]
        for _ in range(rng.choice([0, 1, 2, 3, 4]) if chain not in users else 1 + rng.randrange(3)):
            rule = random_rule(Context(rng, host, table, chain.hooks, **settings), chain, callable_chains)
            if rule is not None:
                chain.rules.append(("-A %s %s" % (chain.name, rule)).rstrip())
        if settings["conntrack"] and table == "filter" and chain not in users and rng.randrange(2):
            chain.rules.insert(rng.randrange(2) and len(chain.rules),
                "-A %s -m conntrack --ctstate RELATED,ESTABLISHED%s" % (
                chain.name, rng.choice([" -j ACCEPT", ""])))
    policies = {chain: "DROP" if table != "nat" and rng.randrange(12) == 0 else "ACCEPT" for chain in chains}
    return ["*" + table] + [":%s %s [0:0]" % (chain.name, policies[chain]) for chain in chains] + \
        [":%s - [0:0]" % user.name for user in users] + [rule for chain in chains + users
            for rule in chain.rules] + ["COMMIT"]


def random_ruleset(rng, host, sets, marker):
    """The lines of a ruleset. A fifth of them leave conntrack alone."""
    conntrack = rng.randrange(5) != 0
    nat = conntrack and rng.randrange(10) < 6
    tables = [table for table in ("raw", "mangle", "filter", "security")
              if rng.randrange({"filter": 10, "mangle": 3, "raw": 3, "security": 5}[table]) < (9 if table == "filter"
              else 2)]
    if nat:
        tables.insert(0, "nat")
    settings = {"sets": tuple(sets), "conntrack": conntrack, "nat": nat, "marker": marker}
    return [line for table in tables or ["filter"] for line in table_text(rng, host, table, settings)]
