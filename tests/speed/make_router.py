#!/usr/bin/env python3
"""The router that the captures of make_flows.py come through: make_router.py host | rules COUNT [last]

host: its description. rules: one stateful FORWARD chain with so many rules of make_linear.py; packets of known connections meet their
rule first, or, with `last`, behind all others.
"""

import os
import subprocess
import sys

HOST = """routes = ["10.0.0.0/8 via 203.0.113.1 dev eth0"]
[interfaces.eth0]
addresses = ["203.0.113.2/24"]
mac = "02:00:00:00:00:02"
[interfaces.eth1]
addresses = ["192.168.0.1/16"]
mac = "02:00:00:00:01:01"
[sysctl]
"net.ipv4.ip_forward" = 1
"net.netfilter.nf_conntrack_max" = 0
"""
KNOWN = "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
NEW = "-A FORWARD -i eth1 -m conntrack --ctstate NEW -j ACCEPT"


def rules(count, last):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "make_linear.py")
    lines = subprocess.run([sys.executable, script, str(count), "0"], check=True, capture_output=True, text=True).stdout.splitlines()
    head = [line for line in lines if line.startswith(("*", ":"))]
    linear = [line for line in lines if line.startswith("-A")]
    return "\n".join(head + ([*linear, KNOWN, NEW] if last else [KNOWN, *linear, NEW]) + ["COMMIT", ""])


def main():
    words = sys.argv[1:]
    if words == ["host"]:
        print(HOST, end="")
    elif len(words) in (2, 3) and words[0] == "rules" and words[2:] in ([], ["last"]):
        print(rules(int(words[1]), len(words) == 3), end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
