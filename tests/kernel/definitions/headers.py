"""Matches and targets that read or write the packet: content, options, header fields."""
from define import scenario, step
import packets

UDP = "udp 192.168.1.10:5 > 198.51.100.5:53"
SYN = "tcp 192.168.1.10:4000 > 198.51.100.5:80 syn"

scenario("string_window", "a pattern must lie wholly between --from and --to",
         """-A FORWARD -m string --algo bm --string hello
            -A FORWARD -m string --algo kmp --from 30 --string hello
            -A FORWARD -m string --algo bm --to 40 --string hello
            -A FORWARD -m string --algo bm --string HELLO --icase
            -A FORWARD -m string --algo bm ! --hex-string "|de ad|" """,
         "eth0 %s data=hello" % UDP, "eth0 %s data=say-hello-again" % UDP, "eth0 %s data=HeLLo" % UDP,
         "eth0 %s hex=00dead00" % UDP)

scenario("u32_tests",
         "u32 reads at offsets, also behind the header of variable length; outside of the packet nothing matches",
         """-A FORWARD -m u32 --u32 "6&0xff=17"
            -A FORWARD -m u32 --u32 "0>>22&0x3c@0&0xffff=53"
            -A FORWARD -m u32 --u32 "0>>22&0x3c@8=0x68656c6c"
            -A FORWARD -m u32 ! --u32 "400=1" """,
         "eth0 %s data=hello" % UDP, "eth0 %s options=01010101 data=hello" % UDP, "eth0 " + SYN)

scenario("ttl_rewritten", "TTL set and changed, before routing and behind",
         {"mangle": """-A PREROUTING -p udp -j TTL --ttl-inc 5
                       -A PREROUTING -p icmp -j TTL --ttl-set 1
                       -A POSTROUTING -p tcp -j TTL --ttl-dec 70
                       -A FORWARD -m ttl --ttl-eq 68
                       -A FORWARD -m ttl --ttl-lt 10"""},
         "eth0 " + UDP, "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request", "eth0 " + SYN, "eth0 %s ttl=3" % UDP)

scenario("dscp_tos_ecn", "TOS bits set and matched",
         {"mangle": """-A PREROUTING -p udp -j DSCP --set-dscp-class EF
                       -A FORWARD -m dscp --dscp 0x2e
                       -A FORWARD -p tcp -j TOS --set-tos 0x04/0x1c
                       -A POSTROUTING -m tos --tos 0x04/0xff
                       -A POSTROUTING -m ecn --ecn-ip-ect 3"""},
         "eth0 %s tos=3" % UDP, "eth0 %s tos=0xff" % SYN, "eth0 %s" % SYN)

scenario("tcpmss_set_and_clamp", "MSS lowered, added, left; clamped to the path",
         {"mangle": """-A FORWARD -o eth1 -p tcp --tcp-flags SYN,RST SYN -m tcpmss --mss 1400:1500 -j TCPMSS --set-mss 1300
                       -A POSTROUTING -o eth0 -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"""},
         "eth0 %s mss=1460" % SYN, "eth0 %s mss=1200" % SYN, "eth0 " + SYN,
         "eth1 tcp 198.51.100.5:4000 > 192.168.1.10:80 syn mss=9000",
         "eth1 tcp 198.51.100.5:4001 > 192.168.1.10:80 syn")

scenario("tcp_flags_and_options", "--syn, masks of flags, options", """-A FORWARD -p tcp --syn
            -A FORWARD -p tcp ! --syn
            -A FORWARD -p tcp --tcp-flags SYN,ACK,FIN SYN,ACK
            -A FORWARD -p tcp --tcp-flags ALL NONE
            -A FORWARD -p tcp --tcp-option 2
            -A FORWARD -p tcp ! --tcp-option 3""",
         "eth0 %s mss=1460" % SYN, "eth0 %s ack wscale=7" % SYN, "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80",
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 fin ack")

scenario("options_stripped", "TCPOPTSTRIP overwrites options with NOP",
         {"mangle": "-A FORWARD -p tcp -j TCPOPTSTRIP --strip-options mss,wscale"},
         "eth0 %s mss=1460 wscale=7" % SYN, "eth0 %s topt=0402" % SYN)

scenario("multiport_and_ranges", "lists of ports, ranges, addresses",
         """-A FORWARD -p tcp -m multiport --dports 22,80,8000:8100
            -A FORWARD -p udp -m multiport ! --ports 53
            -A FORWARD -m iprange --src-range 192.168.1.9-192.168.1.11
            -A FORWARD -m iprange ! --dst-range 198.51.100.0-198.51.100.9""",
         "eth0 " + SYN, "eth0 tcp 192.168.1.12:1 > 198.51.100.77:8050 syn", "eth0 " + UDP,
         "eth0 udp 192.168.1.11:5 > 198.51.100.5:54")

scenario("addrtype_kinds", "what the local table says of an address", "\n".join(
         "-A %s -m addrtype --%s-type %s" % (chain, side, kind) for chain in ("INPUT", "FORWARD")
         for side in ("src", "dst")
         for kind in ("LOCAL", "UNICAST", "BROADCAST", "MULTICAST")),
         "eth0 " + UDP, "eth0 udp 192.168.1.10:5 > 192.168.1.1:53", "eth0 udp 192.168.1.10:5 > 224.0.0.1:53",
         step("eth0", "udp 192.168.1.10:5 > 192.168.1.255:53", dst_mac="ff:ff:ff:ff:ff:ff"))

scenario("length_with_padding", "length is the IP header's, not the frame's",
         "-A FORWARD -m length --length 0:40\n-A FORWARD -m length --length 41:",
         "eth0 %s data=hello" % UDP, "eth0 %s zeros=100" % UDP, step("eth0", packets.packet(UDP) + bytes(20)))

scenario("reject_kinds", "each answer of REJECT", "\n".join(
         "-A FORWARD -p udp --dport %d -j REJECT --reject-with %s" % (number, kind) for number, kind in enumerate(
             "icmp-net-unreachable icmp-host-unreachable icmp-port-unreachable icmp-proto-unreachable icmp-net-prohibited "
             "icmp-host-prohibited icmp-admin-prohibited".split(),
             1)) + "\n-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A FORWARD -j REJECT",
         *["eth0 udp 192.168.1.10:5 > 198.51.100.5:%d" % number for number in range(1, 8)], "eth0 " + SYN,
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 ack seq=5 ack=77 data=abc",
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 rst")

scenario("reject_is_silent", "no answer to an ICMP error, a broadcast, a later fragment, a bad checksum",
         "-A INPUT -j REJECT\n-A FORWARD -j REJECT",
         step("eth0", packets.error("icmp 192.168.1.10 > 192.168.1.1 3/1", packets.packet(UDP))),
         step("eth0", "udp 192.168.1.10:5 > 192.168.1.255:53", dst_mac="ff:ff:ff:ff:ff:ff"),
         step("eth0", packets.fragments(packets.packet("udp 192.168.1.10:5 > 198.51.100.5:53 zeros=100"), 64)[1]),
         "eth0 %s bad-checksum" % UDP)

scenario("reject_by_input", "REJECT in INPUT answers from the address that was asked",
         "-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n-A INPUT -j REJECT",
         "eth0 tcp 192.168.1.10:4000 > 203.0.113.1:80 syn", "eth0 udp 192.168.1.10:4000 > 203.0.113.1:53",
         "eth1 udp 198.51.100.5:1 > 203.0.113.1:53")

scenario("log_lines", "what LOG writes, with options, of several protocols",
         """-A FORWARD -p tcp -j LOG --log-prefix "kernel-tests tcp: " --log-tcp-sequence --log-tcp-options --log-ip-options
            -A FORWARD -j LOG --log-prefix "kernel-tests: "
            -A OUTPUT -j LOG --log-prefix "kernel-tests out: " --log-uid""",
         "eth0 %s mss=1460" % SYN, "eth0 %s tos=0x10" % UDP, "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request id=3",
         step("local", UDP.replace("192.168.1.10", "203.0.113.1"), uid=1000))

scenario("nflog_groups", "NFLOG tells groups and prefixes",
         '-A FORWARD -p udp -j NFLOG --nflog-group 3 --nflog-prefix "three"\n-A FORWARD -j NFLOG --nflog-group 4',
         "eth0 " + UDP, "eth0 " + SYN)

scenario("tee_copies", "a copy goes to the gateway, untracked",
         {"mangle": "-A PREROUTING -p udp -j TEE --gateway 192.168.1.77\n-A POSTROUTING -p udp"},
         "eth0 " + UDP, "eth0 " + SYN, "eth0 %s ttl=1" % UDP)
