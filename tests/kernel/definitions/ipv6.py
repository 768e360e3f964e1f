"""IPv6: states, extension headers, REJECT, translation, fragments."""
from define import GATEWAY6, scenario, step
import packets

UDP = "udp [2001:db8:1::10]:5 > [2001:db8:5::5]:53"
SYN = "tcp [2001:db8:1::10]:4000 > [2001:db8:5::5]:80 syn"
STATES = "\n".join("-A FORWARD -m conntrack --ctstate %s" % state
         for state in ("NEW", "ESTABLISHED", "RELATED", "INVALID"))

scenario("v6_states_and_errors", "an answer, and errors about a known and an unknown packet", STATES, "eth0 " + UDP,
         "eth1 udp [2001:db8:5::5]:53 > [2001:db8:1::10]:5",
         step("eth1", packets.error("icmp6 2001:db8:2::fe > 2001:db8:1::10 1/0", packets.packet(UDP))),
         step("eth1", packets.error("icmp6 2001:db8:2::fe > 2001:db8:1::11 1/0", packets.packet(UDP))), v6=True)

scenario("v6_reject_kinds", "each answer of REJECT",
         "\n".join("-A FORWARD -p udp --dport %d -j REJECT --reject-with %s" % pair for pair in enumerate(
         "icmp6-no-route icmp6-adm-prohibited icmp6-addr-unreachable icmp6-port-unreachable".split(),
         1)) + "\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset",
         *["eth0 udp [2001:db8:1::10]:5 > [2001:db8:5::5]:%d" % number for number in range(1, 5)], "eth0 " + SYN,
         v6=True)

scenario("v6_extension_headers", "matches of extension headers, and what is behind them",
         """-A FORWARD -m hbh --hbh-len 8
            -A FORWARD -m dst --dst-len 8
            -A FORWARD -m ipv6header --header hop,dst --soft
            -A FORWARD -m ipv6header --header prot
            -A FORWARD -p udp --dport 53""",
         "eth0 " + UDP, "eth0 %s ext=0:00010400000000" % UDP, "eth0 %s ext=60:00010400000000" % UDP,
         "eth0 %s ext=0:00010400000000,60:00010400000000" % UDP, v6=True)

scenario("v6_hop_limit", "hop limit 1 ends at the router; HL changes it",
         {"mangle": "-A PREROUTING -p tcp -j HL --hl-set 2\n-A FORWARD -m hl --hl-eq 1"},
         "eth0 %s hop=1" % UDP, "eth0 " + SYN, "eth0 %s hop=2" % UDP, v6=True)

scenario("v6_masquerade", "the address of the way out, and back", {"nat": "-A POSTROUTING -o eth1 -j MASQUERADE"},
         "eth0 " + UDP,
         "eth1 udp [2001:db8:5::5]:53 > [2001:db8:2::1]:5", "eth1 udp [2001:db8:5::5]:53 > [2001:db8:2::1]:6", v6=True)

scenario("v6_dnat", "a forwarded port",
         {"nat": "-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination [2001:db8:1::10]:80"},
         "eth1 tcp [2001:db8:5::5]:4000 > [2001:db8:2::1]:8080 syn seq=1",
         "eth0 tcp [2001:db8:1::10]:80 > [2001:db8:5::5]:4000 syn ack seq=7 ack=2", v6=True)

scenario("v6_prefix_translation", "SNPT and DNPT change the prefix and keep the checksum",
         {"mangle": "-A POSTROUTING -o eth1 -j SNPT --src-pfx 2001:db8:1::/64 --dst-pfx 2001:db8:aa::/64\n"
         "-A PREROUTING -i eth1 -j DNPT --src-pfx 2001:db8:aa::/64 --dst-pfx 2001:db8:1::/64"},
         "eth0 " + UDP, "eth1 udp [2001:db8:5::5]:53 > [2001:db8:aa:0:ffff::10]:5", v6=True)

scenario("v6_fragments", "gathered for conntrack; -m frag sees none",
         STATES + "\n-A FORWARD -m frag --fragfirst\n-A FORWARD -m frag --fraglast",
         *[step("eth0", p) for p in packets.fragments(packets.packet(UDP + " zeros=120"), 64)], v6=True)

scenario("v6_fragments_singly", "without conntrack each fragment passes by itself",
         "-A FORWARD -m frag --fragfirst\n-A FORWARD -m frag --fraglast\n-A FORWARD -m frag --fragmore\n"
         "-A FORWARD -p udp --dport 53",
         *[step("eth0", p) for p in packets.fragments(packets.packet(UDP + " zeros=120"), 64)], v6=True)

scenario("v6_icmp_types", "types and codes",
         "-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type echo-request\n"
         "-A FORWARD -p ipv6-icmp -m icmp6 ! --icmpv6-type 1\n-A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 1/4",
         "eth0 icmp6 2001:db8:1::10 > 2001:db8:5::5 echo-request",
         step("eth0",
         packets.error("icmp6 2001:db8:1::10 > 2001:db8:5::5 1/4",
         packets.packet("udp [2001:db8:5::5]:1 > [2001:db8:1::10]:2"))), v6=True)

scenario("v6_too_big", "larger than the next link: packet too big", "-A FORWARD", "eth0 %s zeros=1350" % UDP,
         "eth0 %s zeros=1200" % UDP, v6=True,
         host=dict(GATEWAY6, interfaces=[GATEWAY6["interfaces"][0], dict(GATEWAY6["interfaces"][1], mtu=1300)]))
