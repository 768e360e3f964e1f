#!/usr/bin/env python3
"""make_linear.py N [PLANTED]: one long FORWARD chain of N rules, the same every time.

The mix is that of packet classification benchmarks (ClassBench's access lists): destinations mostly single hosts and
small networks, sources often any, ports exact, now and then a range. PLANTED rules (default N/100) are shadowed by a
union: two earlier rules take the lower and the upper half of their port range, neither alone. Their names are listed
in a comment at the end, one a line: "# shadowed by a union: filter/FORWARD/17".
"""

import sys

from make_rules import PORTS, Random, network


def host(random):
    return ".".join(str(x) for x in (10 + random.below(4), random.below(256), random.below(256), 1 + random.below(254)))


def rule(random):
    words = []
    kind = random.below(20)
    if kind == 19 or random.below(10) < 4:
        words.append(f"-s {network(random)}")
    if kind < 13:
        words.append(f"-d {host(random)}/32")
    elif kind < 19:
        words.append(f"-d {host(random).rsplit('.', 1)[0]}.0/24")
    protocol = ("tcp", "tcp", "tcp", "udp")[random.below(4)]
    port = PORTS[random.below(len(PORTS))] if random.below(3) else 1024 + random.below(60000)
    ports = f"{port}:{port + 1 + random.below(100)}" if random.below(12) == 0 else str(port)
    words.append(f"-p {protocol} -m {protocol} --dport {ports}")
    return " ".join(words) + (" -j ACCEPT", " -j DROP")[random.below(2)]


def planted(random):
    """Two halves and the whole, with different ends."""
    middle = f"-d {host(random)}/32 -p tcp -m tcp --dport "
    low, split, high = 100, 100 + random.below(500), 700
    return [f"{middle}{low}:{split} -j DROP", f"{middle}{split + 1}:{high} -j ACCEPT", f"{middle}{low}:{high} -j ACCEPT"]


def main():
    count = int(sys.argv[1])
    unions = int(sys.argv[2]) if len(sys.argv) > 2 else count // 100
    random = Random()
    rules = [rule(random) for _ in range(count - 3 * unions)]
    expected = []
    # From the front, so that the places of those before stay as they are.
    for i in range(unions):
        at = i * (count // unions)
        rules[at:at] = planted(random)
        expected.append(at + 3)
    print("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]")
    print("\n".join("-A FORWARD " + text for text in rules))
    print("COMMIT")
    print("\n".join(f"# shadowed by a union: filter/FORWARD/{n}" for n in expected))


main()
