"""What random packets showed: each of these once differed between the simulator and the kernel."""
from define import GATEWAY6, scenario, step

scenario("record_route_seen_by_rules",
    "an option that the router writes makes the header's checksum wrong until it leaves",
         {"mangle": "-A FORWARD -p tcp\n-A POSTROUTING -p tcp"},
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 syn options=0707040000000000",
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53 options=0707040000000000")

scenario("ct_to_oneself_alike",
    "both directions of a portless connection to oneself are alike: the second packet is the answer",
         "-A INPUT -m conntrack --ctstate NEW\n-A INPUT -m conntrack --ctstate ESTABLISHED",
         "local proto=89 203.0.113.1 > 203.0.113.1 hex=0102", "local proto=89 203.0.113.1 > 203.0.113.1 hex=0102")

scenario("v6_no_next_header", "nothing behind the header, nor behind AH, is no connection",
         "-A FORWARD -m conntrack --ctstate INVALID\n-A FORWARD -m conntrack --ctstate NEW",
         "eth0 proto=59 2001:db8:1::10 > 2001:db8:5::5", "eth0 proto=51 2001:db8:1::10 > 2001:db8:5::5 hex="
         "3b0400000000000100000000000000000000000000000000", v6=True)

scenario("v6_addrtype_by_interface",
    "--limit-iface-out asks for a route by that interface: to oneself by lo there is none",
         "\n".join("-A OUTPUT -m addrtype --dst-type %s --limit-iface-out" % kind
         for kind in ("LOCAL", "UNICAST", "UNREACHABLE")),
         "local udp [2001:db8:1::1]:5 > [2001:db8:2::1]:53", "local udp [2001:db8:1::1]:5 > [2001:db8:5::5]:53",
         v6=True)

scenario("v6_error_from_newest_address", "of equally good addresses the one added last is the source", "-A FORWARD",
         "eth1 udp [2001:db8:2::77]:5 > [2001:db8:1::10]:53 hop=1", v6=True, host=dict(GATEWAY6, interfaces=[
             GATEWAY6["interfaces"][0], {"name": "eth1", "addresses": ["2001:db8:2::1/64", "2001:db8:2::2/64"]}]))

scenario("realm_of_sent_packets", "what the host sends has a route's realm too",
    "-A OUTPUT -m realm --realm 0x0\n-A OUTPUT -m realm ! --realm 0x0",
         "local udp 203.0.113.1:5 > 198.51.100.5:53")

scenario("options_read_before_refusal", "wrong options are told of even where nothing is forwarded, or into a blackhole",
         "-A OUTPUT -p icmp",
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53 options=86100000000000000000000000000000",
         "eth0 udp 192.168.1.11:5 > 10.66.0.1:53 options=8303", "eth0 udp 192.168.1.12:5 > 198.51.100.5:53",
         sysctls={"net.ipv4.ip_forward": 0},
         host={"interfaces": [{"name": "eth0", "addresses": ["192.168.1.1/24"]},
                              {"name": "eth1", "addresses": ["203.0.113.1/24"]}],
               "routes": ["default via 203.0.113.254 dev eth1", "blackhole 10.66.0.0/16"]})

BY_CHANCE = ["/out/\\d+/(ip|packet)$", "/masked$"]
OWN_STATES = "\n".join("-A OUTPUT -m conntrack --ctstate " + state for state in ("NEW", "INVALID", "RELATED", "UNTRACKED"))

scenario("host_answers_in_zones", "an unreachable port looks for its connection by itself, another protocol has it",
         {"raw": "-A PREROUTING -s 192.168.1.10 -j CT --zone-reply 4\n-A PREROUTING -s 192.168.1.11 -j CT --zone 3\n"
                 "-A PREROUTING -s 192.168.1.12 -j CT --notrack", "filter": OWN_STATES},
         *["eth0 udp 192.168.1.%d:5 > 192.168.1.1:54" % n for n in (10, 11, 12, 13)],
         *["eth0 proto=99 192.168.1.%d > 192.168.1.1 hex=01020304" % n for n in (10, 11, 12, 13)],
         "eth0 proto=2 192.168.1.20 > 192.168.1.1 hex=0000000000000000", "eth0 proto=59 192.168.1.21 > 192.168.1.1",
         local_delivery="stack", compare_ignore=BY_CHANCE)

scenario("reset_without_ecn", "a reset has the TOS of what it answers, but not the bits of ECN", "-A OUTPUT -m tos --tos 0/0xff",
         "eth0 tcp 192.168.1.10:4000 > 192.168.1.1:81 syn tos=3", "eth0 tcp 192.168.1.10:4001 > 192.168.1.1:81 syn tos=0xbb",
         local_delivery="stack")

scenario("v6_reset_without_ecn", "the same with IPv6", "-A OUTPUT -m tos --tos 0/0xff",
         "eth0 tcp [2001:db8:1::10]:4000 > [2001:db8:1::1]:81 syn tos=3",
         "eth0 tcp [2001:db8:1::10]:4001 > [2001:db8:1::1]:81 syn tos=0xbb", v6=True, local_delivery="stack")


def headed(number, extension, target="2001:db8:1::1", **more):
    """A datagram with extension headers; each from an address of its own, as errors are limited for each."""
    return dict(step("eth0", "udp [2001:db8:1::%x]:5 > [%s]:54 ext=%s" % (number, target, extension)), **more)


ALL_NODES = {"dst_mac": "33:33:00:00:00:01"}
ROUTE = "2001" "0db8" "0001" "0000" "0000" "0000" "0000" "0010"

scenario("v6_host_reads_headers", "options that are not known, source routes, a second hop-by-hop header, protocol 2",
         "-A OUTPUT -p ipv6-icmp",
         *[headed(0x10 + n, "60:00%s0400000000" % option) for n, option in enumerate(("02", "42", "82", "c2"))],
         *[headed(0x20 + n, "60:00%s0400000000" % option, "ff02::1", **ALL_NODES) for n, option in enumerate(("42", "82", "c2"))],
         headed(0x30, "43:02000100000000" + ROUTE), headed(0x31, "43:02000000000000" + ROUTE),
         headed(0x32, "43:02040100000000" + ROUTE), headed(0x33, "43:02040000000000" + ROUTE),
         headed(0x34, "43:02030100000000" + ROUTE),
         headed(0x36, "43:02fe0100000000" + ROUTE),
         headed(0x40, "44:00000012345678"), headed(0x41, "60:00010400000000,0:00010400000000"),
         headed(0x42, "60:00000000000000"), headed(0x43, "60:00010401000000"), headed(0x44, "60:0001ff00000000"),
         "eth0 proto=2 2001:db8:1::50 > 2001:db8:1::1 hex=00000000", "eth0 proto=59 2001:db8:1::51 > 2001:db8:1::1",
         v6=True, local_delivery="stack")

scenario("host_answers_with_options", "resets carry the options back; an echo request may have any code",
         "-A OUTPUT -p tcp\n-A OUTPUT -p icmp",
         "eth0 tcp 192.168.1.10:4000 > 192.168.1.1:81 syn options=440c0d010000000000000000",
         "eth0 tcp 192.168.1.11:4000 > 192.168.1.1:81 syn options=0707040000000000",
         "eth0 icmp 192.168.1.12 > 192.168.1.1 8/1 id=3", "eth0 icmp 192.168.1.13 > 192.168.1.1 8/0 options=0707040000000000",
         local_delivery="stack")

REFUSE = {"filter": "-A FORWARD -p tcp -j REJECT --reject-with tcp-reset\n-A FORWARD -j REJECT\n"
                    "-A OUTPUT -p icmp -m icmp --icmp-type 3\n-A OUTPUT -p icmp -m icmp --icmp-type 3 -j ACCEPT\n"
                    "-A OUTPUT -p tcp -m tcp --tcp-flags RST RST -j ACCEPT\n"
                    "-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset\n-A OUTPUT -j REJECT"}

scenario("rejected_by_type_of_route", "REJECT asks the route, not the address, whether a packet is for many", REFUSE,
         *["local %s" % text % target for target in ("0.0.0.0", "203.0.113.255", "255.255.255.255", "224.0.0.5", "203.0.113.1")
           for text in ("udp 203.0.113.1:5 > %s:53", "tcp 203.0.113.1:5 > %s:53 syn")],
         *["local udp %s:5 > 198.51.100.%d:53" % (source, n) for n, source in enumerate(
             ("224.0.0.5", "203.0.113.255", "255.255.255.255", "127.0.0.1"))],
         "eth0 udp 192.168.1.10:5 > 203.0.113.255:53", "eth0 tcp 192.168.1.11:5 > 203.0.113.255:53 syn",
         sysctls={"net.ipv4.conf.all.bc_forwarding": 1, "net.ipv4.conf.eth0.bc_forwarding": 1, "net.ipv4.ip_default_ttl": 77})

NO_REPLY = "-A OUTPUT -p %s\n-A OUTPUT -p %s -m %s --%s-type echo-reply -j REJECT\n-A OUTPUT -p tcp -j REJECT\n-A INPUT -i lo -j REJECT"

scenario("no_error_about_own_reply", "the host's socket for ICMP is busy with the echo reply that is rejected; a reset's is another",
         NO_REPLY % ("icmp", "icmp", "icmp", "icmp"),
         "eth0 icmp 192.168.1.10 > 192.168.1.1 echo-request id=3", "eth0 tcp 192.168.1.11:4000 > 192.168.1.1:81 syn",
         "local icmp 203.0.113.1 > 203.0.113.1 echo-reply id=4", "local icmp 203.0.113.1 > 198.51.100.5 echo-reply id=5",
         "local icmp 203.0.113.1 > 192.168.1.1 echo-request id=6", local_delivery="stack", compare_ignore=BY_CHANCE)

scenario("v6_no_error_about_own_reply", "the same with IPv6", NO_REPLY % ("ipv6-icmp", "ipv6-icmp", "icmp6", "icmpv6"),
         "eth0 icmp6 2001:db8:1::10 > 2001:db8:1::1 echo-request6 id=3", "eth0 tcp [2001:db8:1::11]:4000 > [2001:db8:1::1]:81 syn",
         "local icmp6 2001:db8:1::1 > 2001:db8:2::1 echo-reply6 id=4", "local icmp6 2001:db8:1::1 > 2001:db8:5::5 echo-reply6 id=5",
         "local icmp6 2001:db8:1::1 > 2001:db8:2::1 echo-request6 id=6", v6=True, local_delivery="stack")

scenario("host_tells_the_time", "timestamp requests are answered even where echo requests are not; to many, on request",
         "-A OUTPUT -p icmp -m icmp --icmp-type timestamp-reply\n-A INPUT -p icmp -m conntrack --ctstate INVALID",
         "eth0 icmp 192.168.1.10 > 192.168.1.1 timestamp-request id=3 zeros=12", "eth0 icmp 192.168.1.10 > 192.168.1.1 13/1 id=3 zeros=40",
         "eth0 icmp 192.168.1.11 > 192.168.1.1 timestamp-request id=3 zeros=3", "eth0 icmp 192.168.1.11 > 192.168.1.1 13/0 id=4 zeros=4",
         "eth0 icmp 192.168.1.12 > 192.168.1.255 timestamp-request id=3 zeros=12", "eth0 icmp 192.168.1.13 > 192.168.1.1 echo-request id=3",
         "eth0 icmp 192.168.1.14 > 192.168.1.1 timestamp-request id=3 zeros=12 options=0707040000000000 tos=9",
         "eth0 icmp 192.168.1.15 > 192.168.1.1 timestamp-request id=3 zeros=12 bad-checksum",
         "local icmp 203.0.113.1 > 192.168.1.1 timestamp-request id=3 zeros=12", local_delivery="stack",
         sysctls={"net.ipv4.icmp_echo_ignore_all": 1, "net.ipv4.icmp_echo_ignore_broadcasts": 0})

scenario("set_of_cut_headers", "only a whole header has ports for a set", {
    "mangle": "-A FORWARD -j SET --add-set ports dst,src,dst\n-A FORWARD -m set --match-set any dst,src"},
    *["eth0 " + text % (n, n) for n, text in enumerate(
        "proto=%s 192.168.1.1%%d > 198.51.100.5%%d hex=%s" % (protocol, ("0bb80035" + "00" * 30)[:2 * size])
        for protocol, sizes in ((17, (7, 8)), (6, (19, 20)), (132, (11, 12)), (136, (7, 8)), (1, (7, 8))) for size in sizes)],
    sets="create ports hash:ip,port,ip family inet hashsize 64 maxelem 64\ncreate any hash:ip,port family inet hashsize 64 maxelem 64\n")

scenario("connlimit_of_invalid", "an invalid packet is listed by its own tuple, whatever connection has it",
         "-A FORWARD -m conntrack --ctstate INVALID\n-A FORWARD -p tcp -m connlimit --connlimit-upto 1 --connlimit-mask 0",
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 syn seq=1", "eth1 tcp 198.51.100.5:80 > 192.168.1.10:4000 fin syn seq=9",
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 fin syn seq=1", "eth1 tcp 198.51.100.5:80 > 192.168.1.10:4000 syn ack seq=9 ack=2")

scenario("v6_own_groups_and_npt", "DNPT in PREROUTING changes what leaves with the copy that comes back, too", {
    "mangle": "-A PREROUTING -p udp --dport 1 -j DNPT --src-pfx 2001:db8:5::/64 --dst-pfx 2001:db8:1::/64\n"
              "-A PREROUTING -p udp --dport 2 -j DNPT --src-pfx 2001:db8:5::/64 --dst-pfx fd12:db8:1::/64\n"
              "-A PREROUTING -p udp --dport 4 -j DNPT --src-pfx ff02::/64 --dst-pfx ff05::/64\n"
              "-A INPUT -p udp\n-A POSTROUTING -p udp"},
    *["local udp [2001:db8:2::1]:5 > [ff02::1]:%d" % port for port in (1, 2, 4, 5)], v6=True)

scenario("error_about_own_options", "options that the host carries back are echoed in an error about its reset",
         "-A OUTPUT -p tcp -j REJECT --reject-with icmp-host-unreachable",
         *["eth0 tcp 192.168.1.%d:4000 > 192.168.1.1:81 syn options=%s" % (n, options) for n, options in (
             (10, "0707040000000000"), (11, "440c0d010000000000000000"), (12, "44080500000000000707040000000000"), (13, "070b0400000000000000000000"))],
         local_delivery="stack")

scenario("v6_hop_limit_of_device", "what the host sends has the hop limit of the device it leaves by",
         "-A INPUT -p udp -j REJECT\n-A OUTPUT -p udp -j REJECT\n-A INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset",
         "eth0 icmp6 2001:db8:1::10 > 2001:db8:1::1 echo-request6 id=3", "eth1 icmp6 2001:db8:2::10 > 2001:db8:1::1 echo-request6 id=3",
         "eth0 udp [2001:db8:1::10]:5 > [2001:db8:1::1]:53", "eth0 udp [2001:db8:1::10]:5 > [2001:db8:5::1]:53 hop=1",
         "eth0 tcp [2001:db8:1::11]:4000 > [2001:db8:1::1]:80 syn", "eth0 tcp [2001:db8:1::11]:4000 > [2001:db8:1::1]:81 syn",
         "eth1 tcp [2001:db8:2::11]:4000 > [2001:db8:2::1]:80 syn", "local udp [2001:db8:1::1]:5 > [2001:db8:5::1]:53",
         v6=True, local_delivery="stack", sysctls={"net.ipv6.conf.all.hop_limit": 77, "net.ipv6.conf.eth0.hop_limit": 33})

scenario("v6_no_error_to_anycast", "an error is for one host: not for anycast addresses, nor for that of a network on a link",
         "-A FORWARD -j REJECT\n-A OUTPUT -p ipv6-icmp",
         *["%s udp [%s]:5 > [%s]:53" % (device, source, target) for device, source in (
             ("eth1", "2001:db8:2::"), ("eth1", "2001:db8:7::"), ("eth1", "2001:db8:5::"), ("eth1", "2001:db8:7::9"))
           for target in ("2001:db8:1::1", "2001:db8:1::10")],
         v6=True, local_delivery="stack", host=dict(GATEWAY6, routes=GATEWAY6["routes"] + ["2001:db8:7::/64 dev eth1"]))

scenario("error_to_a_broadcast", "the sender's address is a broadcast of another link: the error comes back, too",
         "-A OUTPUT -p icmp\n-A INPUT -p icmp", "eth0 udp 203.0.113.255:5 > 192.168.1.11:53 ttl=1",
         sysctls={"net.ipv4.conf.all.rp_filter": 0})

scenario("v6_set_without_next_header", "what has no next header has no protocol for a set", "-A FORWARD -j SET --add-set seen dst,dst",
         "eth0 proto=59 2001:db8:1::10 > 2001:db8:5::5", "eth0 proto=51 2001:db8:1::10 > 2001:db8:5::6 hex="
         "3b0400000000000100000000000000000000000000000000", "eth0 proto=89 2001:db8:1::10 > 2001:db8:5::7",
         v6=True, sets="create seen hash:net,port family inet6 hashsize 64 maxelem 64\n")
