"""Fragments with and without connection tracking."""
from define import scenario, step
import packets

WHOLE = packets.packet("udp 192.168.1.10:5 > 198.51.100.5:53 id=77 zeros=150")
PIECES = packets.fragments(WHOLE, 64)
PORTS = "-A FORWARD -p udp --dport 53\n-A FORWARD -p udp ! --dport 53\n-A FORWARD -f\n-A FORWARD ! -f"
TRACKED = PORTS + "\n-A FORWARD -m conntrack --ctstate NEW"

scenario("fragments_seen_singly", "without conntrack each fragment passes the rules; later ones have no ports", PORTS,
         *[step("eth0", p) for p in PIECES])
scenario("fragments_gathered", "with conntrack the rules see the whole, and the pieces go out as they came", TRACKED,
         *[step("eth0", p) for p in PIECES])
scenario("fragments_backwards", "gathered in any order", TRACKED, *[step("eth0", p) for p in reversed(PIECES)])
scenario("fragment_missing", "nothing comes out while one is missing", TRACKED,
         *[step("eth0", PIECES[n]) for n in (0, 0, 2)])
scenario("fragments_delivered", "what is for the host is gathered before INPUT",
         "-A INPUT -p udp --dport 53\n-A INPUT -f",
         *[step("eth0",
         p) for p in packets.fragments(packets.packet("udp 192.168.1.10:5 > 192.168.1.1:53 id=78 zeros=100"), 64)])
