#!/usr/bin/env python3
"""Each script of corpora/scripts is a block of the document that the recipes are from, as it stands there: this holds the two against
each other, where the document is present (../shared/seed). Usage: extracted.py [--write]"""
import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, "corpora/scripts")
SKIPPED = 77

# Heading of the document: name of the script.
NAMES = {
    "Basic Operations": "basic-operations",
    "Rule Manipulation": "rule-manipulation",
    "Protocol & Port Matching": "match-protocols",
    "Interface & Network Matching": "match-interfaces",
    "State Tracking (Conntrack)": "state-tracking",
    "Rate Limiting (DoS Mitigation)": "rate-limits",
    "SNAT & MASQUERADE (Outbound NAT)": "snat",
    "DNAT & Port Forwarding (Inbound NAT)": "dnat",
    "1:1 NAT (Bidirectional)": "nat-one-to-one",
    "Packet Marking (QoS, Policy Routing)": "marks",
    "Owner Matching (Local Process Filtering)": "owner",
    "String Matching (Deep Packet Inspection)": "string",
    "IPSet (High-Performance IP Lists)": "ipset",
    "Geo-IP Blocking (xtables-addons)": "geoip",
    "Baseline Secure Host Firewall": "baseline-host",
    "NAT Gateway (Router/Cloud NAT)": "nat-gateway",
    "Container Host (Docker/Podman)": "container-host",
    "Pre-CNI Host Firewall (Node Hardening)": "kubernetes-node",
    "Structured Logging (Audit & IDS Integration)": "logging",
    "Packet Tracing (Debug Rule Traversal)": "packet-tracing",
    "Counters & Statistics": "counters",
    "Invalid Packet Filtering": "invalid-packets",
    "SYN Flood Protection (Multi-Layer)": "syn-flood",
    "Port Knocking (Obscurity Layer)": "port-knocking",
    "egress Filtering (Data Exfiltration Prevention)": "egress",
    "Conntrack Tuning (High-Traffic Servers)": "conntrack-tuning",
    "Rule Optimization (Order Matters)": "rule-order",
    "Translation Example": "nft-translation",
    "Audit & Compliance": "audit",
    "Safe Rule Deployment": "safe-deployment",
    "Emergency Access (Out-of-Band)": "emergency-ssh-open",
    "AWS EC2 Instance (Defense-in-Depth)": "ec2",
    "Kubernetes Node (Calico CNI)": "calico-node",
    "Metrics Export (Prometheus)": "iptables-metrics",
    "Centralized Logging (Syslog to SIEM)": "central-logging",
}
COMMAND = re.compile(r"^\s*(ip6?tables|ip6?tables-save|ip6?tables-restore|ipset|sysctl)\s")


def blocks(lines):
    """(heading, lines) of each ```bash block."""
    heading, at = "", 0
    while at < len(lines):
        if lines[at].startswith("### "):
            heading = lines[at][4:]
        if lines[at] == "```bash":
            end = lines.index("```", at)
            yield heading, lines[at + 1:end]
            at = end
        at += 1


def script(block):
    """From its #!/bin/bash on where it has one; else with one on top."""
    if "#!/bin/bash" in block:
        block = block[block.index("#!/bin/bash"):]
    else:
        block = ["#!/bin/bash"] + block
    return "\n".join(block) + "\n"


def main():
    documents = glob.glob(os.path.join(ROOT, "../shared/seed/*.txt"))
    if not documents:
        print("skipped: there is no document beside the project")
        return SKIPPED
    with open(documents[0], encoding="utf-8") as document:
        found = [(heading, block) for heading, block in blocks(document.read().split("\n")) if any(COMMAND.match(line) for line in block)]
    problems = []
    for heading, block in found:
        if heading not in NAMES:
            problems.append("'%s' has commands, and no script" % heading)
            continue
        path = os.path.join(SCRIPTS, NAMES[heading] + ".sh")
        if "--write" in sys.argv[1:]:
            with open(path, "w", encoding="utf-8") as out:
                out.write(script(block))
            os.chmod(path, 0o755)
        elif not os.path.exists(path):
            problems.append("%s is missing" % path)
        elif open(path, encoding="utf-8").read() != script(block):
            problems.append("%s is not what the document has under '%s'" % (path, heading))
    headings = [heading for heading, _ in found]
    problems += ["the document has no block '%s' (for %s.sh)" % (h, NAMES[h]) for h in NAMES if headings.count(h) != 1]
    there = {os.path.basename(path)[:-3] for path in glob.glob(os.path.join(SCRIPTS, "*.sh"))}
    problems += ["%s.sh is not of the document" % name for name in sorted(there - set(NAMES.values()))]
    for problem in problems:
        print(problem)
    print("%d scripts of the document, %d problems" % (len(found), len(problems)))
    return 1 if problems else 0


sys.exit(main())
