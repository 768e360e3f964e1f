"""The short form in which our own scenarios are written (definitions/), and what it becomes."""
import packets
from generator.rulesets import HOOKS

ALL = {}                                # name -> scenario

GATEWAY = {"interfaces": [{"name": "eth0", "addresses": ["192.168.1.1/24"]},
    {"name": "eth1", "addresses": ["203.0.113.1/24"]}],
           "routes": ["default via 203.0.113.254 dev eth1"]}
THREE = {"interfaces": GATEWAY["interfaces"] + [{"name": "eth2", "addresses": ["10.10.0.1/24"]}],
    "routes": GATEWAY["routes"]}
GATEWAY6 = {"interfaces": [{"name": "eth0", "addresses": ["2001:db8:1::1/64"]},
    {"name": "eth1", "addresses": ["2001:db8:2::1/64"]}],
            "routes": ["2001:db8:5::/48 via 2001:db8:2::fe dev eth1"]}


def table(name, text):
    """iptables-save text of one table from its lines; a line ":CHAIN DROP" sets a policy."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    policies = dict(line[1:].split() for line in lines if line.startswith(":"))
    rules = [line for line in lines if not line.startswith(":")]
    used = [rule.split()[1] for rule in rules]
    users = [chain for chain in dict.fromkeys(used) if chain not in HOOKS[name]]
    heads = [":%s %s [0:0]" % (chain, policies.get(chain, "ACCEPT")) for chain in HOOKS[name]]
    return "\n".join(["*" + name] + heads + [":%s - [0:0]" % user for user in users] + rules + ["COMMIT"]) + "\n"


def ruleset(rules):
    """Rules are the filter table's text, or a dict of tables."""
    tables = rules if isinstance(rules, dict) else {"filter": rules}
    return "".join(table(name, text) for name, text in tables.items())


def step(where, packet, **more):
    """A packet (text or bytes) that arrives at an interface, or is sent by the host ("local")."""
    comment = packet if isinstance(packet, str) else ""
    data = packets.packet(packet) if isinstance(packet, str) else packet
    place = {"local": True} if where == "local" else {"in": where}
    return dict(place, ip=data.hex(), **(dict({"comment": comment}, **more) if comment else more))


def scenario(name, description, rules, *steps, host=None, v6=False, sets="", **more):
    """A step is "eth0 PACKET" (see packets.py) or a dict."""
    made = dict({"name": name, "description": description}, **(host or (GATEWAY6 if v6 else GATEWAY)))
    made.update(more)
    made.update(ruleset="" if v6 else ruleset(rules), ruleset6=ruleset(rules) if v6 else "", ipset=sets)
    made["packets"] = [step(*text.split(" ", 1)) if isinstance(text, str) else text for text in steps]
    assert name not in ALL, name
    ALL[name] = made
