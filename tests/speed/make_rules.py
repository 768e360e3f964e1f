#!/usr/bin/env python3
"""make_rules.py N: a ruleset of N filter rules, the same every time, as iptables-save prints it.

The mix is that of a large packet filter: addresses and networks, ports, port lists and ranges, states, user chains
by the first octet, a few comments, limits and LOGs. No set, no rule that needs more than a plain kernel.
"""

import sys

PORTS = (22, 25, 53, 80, 110, 143, 443, 465, 587, 993, 995, 1194, 3306, 3389, 5432, 6379, 8080, 8443, 9200, 27017)
CHAINS = 64


class Random:
    """A linear congruential generator: the same numbers on every machine and Python."""

    def __init__(self):
        self.state = 1

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return (self.state >> 8) % n


def network(random):
    length = (32, 32, 32, 24, 24, 16, 28)[random.below(7)]
    value = (1 + random.below(223)) << 24 | random.below(2**23) << 1
    value &= 0xFFFFFFFF << (32 - length)
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0)) + f"/{length}"


def rule(random, number):
    words = [f"-A C{random.below(CHAINS):02d}"]
    kind = random.below(20)
    words.append(f"-s {network(random)}")
    if kind % 2:
        words.append(f"-d {network(random)}")
    if kind % 5 == 0:
        words.append(f"-i eth{random.below(4)}")
    protocol = "udp" if kind % 4 == 3 else "tcp"
    port = PORTS[random.below(len(PORTS))]
    if kind == 6:
        ports = ",".join(str(p) for p in sorted({PORTS[random.below(len(PORTS))] for _ in range(4)}))
        words.append(f"-p {protocol} -m multiport --dports {ports}")
    elif kind == 7:
        words.append(f"-p {protocol} -m {protocol} --dport {port}:{port + 10}")
    elif kind == 8:
        words.append("-p icmp -m icmp --icmp-type 8")
    elif kind != 9:
        words.append(f"-p {protocol} -m {protocol} --dport {port}")
    if kind in (10, 11):
        words.append("-m conntrack --ctstate NEW")
    if kind == 12:
        words.append("-m limit --limit 10/sec")
    if kind == 13:
        words.append(f'-m comment --comment "request {number}"')
    words.append('-j LOG --log-prefix "fw "' if kind == 14 else ("-j ACCEPT", "-j DROP", "-j RETURN")[random.below(3)])
    return " ".join(words)


def main():
    count = int(sys.argv[1])
    random = Random()
    chains = [f"C{i:02d}" for i in range(CHAINS)]
    lines = ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]"]
    lines += [f":{chain} - [0:0]" for chain in chains]
    head = ["-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"]
    head += [f"-A FORWARD -s {i * 4}.0.0.0/6 -j {chain}" for i, chain in enumerate(chains)]
    lines += head
    lines += sorted((rule(random, i) for i in range(count - len(head))), key=lambda text: text[3:6])
    lines.append("COMMIT")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
