"""The host's sockets: which of them takes a packet, what its stack answers, SYNPROXY's connections."""
from define import GATEWAY, GATEWAY6, scenario, step

CLIENT = "192.168.1.10:6000"


def opened(name, proto, address, port, **more):
    return {"socket": dict({"name": name, "proto": proto, "bind": [address, port], "listen": proto == "tcp" and "connect" not in more}, **more)}


# The mark tells which socket was found.
CHOICE = """-A PREROUTING -m socket --nowildcard --restore-skmark
            -A PREROUTING -m mark --mark 1
            -A PREROUTING -m mark --mark 2
            -A PREROUTING -m mark --mark 3
            -A PREROUTING -m mark --mark 4"""

scenario("socket_of_several", "of several sockets on a port: the address before any, the device, the peer, IPv4 before IPv6, the newest",
         {"mangle": CHOICE},
         opened("tcp-one", "tcp", "192.168.1.1", 80, mark=2), opened("tcp-other", "tcp", "0.0.0.0", 81, mark=4, device="eth1"),
         opened("tcp-device", "tcp", "0.0.0.0", 81, mark=1, device="eth0"), opened("tcp-six", "tcp", "::", 82, mark=2),
         opened("tcp-six-only", "tcp", "::", 83, mark=3, v6only=True),
         opened("udp-old", "udp", "0.0.0.0", 53, mark=1), opened("udp-new", "udp", "0.0.0.0", 53, mark=2),
         opened("udp-device", "udp", "0.0.0.0", 54, mark=1, device="eth1"), opened("udp-all", "udp", "0.0.0.0", 54, mark=2),
         opened("udp-one", "udp", "192.168.1.1", 55, mark=1), opened("udp-peer", "udp", "192.168.1.1", 55, mark=2, connect=["192.168.1.10", 6000]),
         opened("udp-six", "udp", "::", 56, mark=3), opened("udp-four", "udp", "0.0.0.0", 56, mark=4, device="eth1"),
         *["eth0 tcp %s > 192.168.1.1:%d syn" % (CLIENT, port) for port in (80, 81, 82, 83)],
         "eth0 tcp %s > 203.0.113.1:80 syn" % CLIENT, "eth1 tcp 203.0.113.7:6000 > 203.0.113.1:81 syn",
         *["eth0 udp %s > 192.168.1.1:%d" % (CLIENT, port) for port in (53, 54, 55, 56)],
         "eth1 udp 203.0.113.7:6000 > 203.0.113.1:54", "eth1 udp 203.0.113.7:6000 > 203.0.113.1:56",
         "eth0 udp 192.168.1.11:6000 > 192.168.1.1:55", "eth0 udp 192.168.1.10:6001 > 192.168.1.1:55",
         compare_ignore=["/packet$"])

scenario("socket_early", "a connection's socket is found before routing: then its packets are not forwarded",
         {"mangle": "-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 1\n-A INPUT -m socket --transparent\n-A FORWARD -p tcp"},
         opened("far", "tcp", "198.51.100.5", 80, connect=["192.168.1.10", 6000], established={"seq": 100, "ack": 200}, transparent=True),
         opened("far2", "tcp", "198.51.100.5", 81, connect=["192.168.1.10", 6000], established={"seq": 100, "ack": 200}, transparent=True),
         opened("udp", "udp", "198.51.100.5", 81, connect=["192.168.1.10", 6000], transparent=True),
         "eth0 tcp %s > 198.51.100.5:80 ack seq=200 ack=100" % CLIENT, "eth0 tcp %s > 198.51.100.5:81 ack seq=200 ack=100" % CLIENT,
         "eth0 udp %s > 198.51.100.5:81" % CLIENT, "eth0 udp 192.168.1.10:6001 > 198.51.100.5:81", "eth0 tcp 192.168.1.10:6001 > 198.51.100.5:81 ack seq=200 ack=100",
         host=dict(GATEWAY, rules=["fwmark 1 lookup 100"], routes=GATEWAY["routes"] + ["local default dev lo table 100"]))

scenario("tproxy_ways", "TPROXY: to a waiting socket, to the connection itself, another port, UDP, none, not transparent",
         {"mangle": """-A PREROUTING -p tcp --dport 80 -j TPROXY --on-port 3128 --tproxy-mark 1/1
                       -A PREROUTING -p tcp --dport 81 -j TPROXY --on-port 0 --on-ip 192.168.1.1 --tproxy-mark 3/1
                       -A PREROUTING -p tcp --dport 82 -j TPROXY --on-port 3129 --tproxy-mark 1/1
                       -A PREROUTING -p udp --dport 53 -j TPROXY --on-port 5353 --on-ip 127.0.0.1 --tproxy-mark 1/1
                       -A PREROUTING -p udp --dport 54 -j TPROXY --on-port 5354 --tproxy-mark 1/1
                       -A PREROUTING -j MARK --set-mark 7
                       -A INPUT -m socket --transparent --nowildcard
                       -A INPUT -m mark --mark 1"""},
         opened("proxy", "tcp", "192.168.1.1", 3128, transparent=True), opened("same", "tcp", "192.168.1.1", 81, transparent=True),
         opened("plain", "tcp", "192.168.1.1", 3129), opened("dns", "udp", "127.0.0.1", 5353, transparent=True),
         opened("est", "tcp", "198.51.100.5", 80, connect=["192.168.1.10", 6000], established={"seq": 100, "ack": 200}, transparent=True),
         "eth0 tcp 192.168.1.11:6000 > 198.51.100.5:80 syn", "eth0 tcp %s > 198.51.100.5:80 ack seq=200 ack=100" % CLIENT,
         "eth0 tcp 192.168.1.11:6000 > 198.51.100.5:81 syn", "eth0 tcp 192.168.1.11:6000 > 198.51.100.5:82 syn",
         "eth0 udp 192.168.1.11:6000 > 198.51.100.5:53", "eth0 udp 192.168.1.11:6000 > 198.51.100.5:54",
         "eth0 tcp 192.168.1.11:6000 > 198.51.100.5:80 rst",
         host=dict(GATEWAY, rules=["fwmark 1 lookup 100"], routes=GATEWAY["routes"] + ["local default dev lo table 100"]))

WATCH = """-A OUTPUT -m owner --socket-exists
           -A OUTPUT -m owner --uid-owner 1000
           -A OUTPUT -m owner ! --uid-owner 1000
           -A OUTPUT -m conntrack --ctstate NEW
           -A OUTPUT -m conntrack --ctstate ESTABLISHED
           -A OUTPUT -m conntrack --ctstate RELATED"""

scenario("host_answers", "the host's own stack: echo, closed ports, a listener's handshake, unknown protocols", WATCH,
         opened("web", "tcp", "192.168.1.1", 80, uid=1000), opened("dns", "udp", "0.0.0.0", 53),
         "eth0 icmp 192.168.1.10 > 192.168.1.1 echo-request data=abc", "eth0 icmp 192.168.1.10 > 192.168.1.255 echo-request",
         "eth0 udp %s > 192.168.1.1:53" % CLIENT, "eth0 udp %s > 192.168.1.1:54 data=hello" % CLIENT,
         "eth0 tcp %s > 192.168.1.1:81 syn tos=0x10" % CLIENT, "eth0 tcp %s > 192.168.1.1:81 ack ack=5" % CLIENT, "eth0 tcp %s > 192.168.1.1:81 rst" % CLIENT,
         "eth0 tcp 192.168.1.10:6001 > 192.168.1.1:81 syn fin data=xy", "eth0 tcp 192.168.1.10:6002 > 192.168.1.1:81 syn bad-checksum",
         "eth0 tcp 192.168.1.10:7000 > 192.168.1.1:80 syn mss=1460", "eth0 tcp 192.168.1.10:7000 > 192.168.1.1:80 syn mss=1460",
         step("eth0", "tcp 192.168.1.10:7000 > 192.168.1.1:80 ack seq=1001", ack_from="eth0"),
         "eth0 tcp 192.168.1.10:7001 > 192.168.1.1:80 syn mss=1400 wscale=5 topt=0402080a0000000100000000",
         "eth0 tcp 192.168.1.10:7002 > 192.168.1.1:80 ack ack=77", "eth0 tcp 192.168.1.10:7003 > 192.168.1.1:80 fin",
         "eth0 proto=200 192.168.1.10 > 192.168.1.1 data=abcd", "local udp 192.168.1.1:5 > 192.168.1.1:99",
         local_delivery="stack", compare_ignore=["/out/\\d+/(ip|packet)$", "/masked$"])

scenario("v6_host_answers", "the same with IPv6", WATCH,
         opened("web", "tcp", "2001:db8:1::1", 80, uid=1000), opened("dns", "udp", "::", 53),
         "eth0 icmp6 2001:db8:1::10 > 2001:db8:1::1 echo-request data=abc",
         "eth0 udp [2001:db8:1::10]:6000 > [2001:db8:1::1]:53", "eth0 udp [2001:db8:1::10]:6000 > [2001:db8:1::1]:54 data=hello",
         "eth0 tcp [2001:db8:1::10]:6000 > [2001:db8:1::1]:81 syn", "eth0 tcp [2001:db8:1::10]:6000 > [2001:db8:1::1]:81 ack ack=5",
         "eth0 tcp [2001:db8:1::10]:7000 > [2001:db8:1::1]:80 syn mss=1440",
         step("eth0", "tcp [2001:db8:1::10]:7000 > [2001:db8:1::1]:80 ack seq=1001", ack_from="eth0"),
         "eth0 proto=200 2001:db8:1::10 > 2001:db8:1::1 data=abcd",
         v6=True, local_delivery="stack", compare_ignore=["/out/\\d+/(ip|packet)$", "/masked$"])

PROXY = "-A %s -p tcp --dport 80 -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --mss 1460 --wscale 7 --sack-perm --timestamp --ecn\n" \
        "-A %s -m conntrack --ctstate INVALID -j DROP\n-A %s -m conntrack --ctstate NEW,ESTABLISHED"
UNTRACKED = "-A PREROUTING -i eth1 -p tcp --dport 80 --tcp-flags FIN,SYN,RST,ACK SYN -j CT --notrack"
STRICT = {"net.netfilter.nf_conntrack_tcp_loose": 0}
CHANCE = ["/packet$", "/ip$"]
OFFER = "mss=1400 topt=0402080a0000100000000000" + "01030309"

scenario("synproxy_timestamps", "the client's options come back in the echoed time; the server's clock is shifted; a cookie repeated while the server is silent",
         {"raw": UNTRACKED, "filter": PROXY % (("FORWARD",) * 3)},
         "eth1 tcp 198.51.100.5:1000 > 192.168.1.10:80 syn " + OFFER,
         step("eth1", "tcp 198.51.100.5:1000 > 192.168.1.10:80 ack seq=1001 topt=0101080a0000100100000000", ack_from="eth1"),
         step("eth1", "tcp 198.51.100.5:1000 > 192.168.1.10:80 ack seq=1000 topt=0101080a0000100100000000", comment="keep-alive, wrong cookie"),
         "eth0 tcp 192.168.1.10:80 > 198.51.100.5:1000 syn ack seq=7000 ack=1001 mss=1460 wscale=4 topt=0402080a0002000000001001",
         step("eth1", "tcp 198.51.100.5:1000 > 192.168.1.10:80 ack psh seq=1001 data=GET topt=0101080a0000100200000000", ack_from="eth1"),
         "eth0 tcp 192.168.1.10:80 > 198.51.100.5:1000 ack psh seq=7001 ack=1004 data=200-OK topt=0101080a0002000100001002",
         "eth0 tcp 192.168.1.10:80 > 198.51.100.5:1000 rst ack seq=7007 ack=1004",
         "eth1 tcp 198.51.100.5:1001 > 192.168.1.10:80 syn ece cwr " + OFFER,
         step("eth1", "tcp 198.51.100.5:1001 > 192.168.1.10:80 ack seq=1001 topt=0101080a0000100100000000", ack_from="eth1"),
         "eth1 tcp 198.51.100.5:1002 > 192.168.1.10:80 syn",
         step("eth1", "tcp 198.51.100.5:1002 > 192.168.1.10:80 ack seq=1002", ack_from="eth1", comment="the cookie of another number"),
         host=dict(GATEWAY), sysctls=STRICT, compare_ignore=CHANCE)

scenario("synproxy_tracked", "without NOTRACK the SYN's own connection is answered, and forgotten",
         "-A FORWARD -p tcp --dport 80 -m conntrack --ctstate NEW,INVALID -j SYNPROXY --mss 1460\n-A FORWARD -j ACCEPT\n"
         "-A OUTPUT -m conntrack --ctstate ESTABLISHED\n-A OUTPUT -m conntrack --ctstate NEW",
         "eth1 tcp 198.51.100.5:1000 > 192.168.1.10:80 syn mss=1400",
         step("eth1", "tcp 198.51.100.5:1000 > 192.168.1.10:80 ack seq=1001", ack_from="eth1"),
         "eth0 tcp 192.168.1.10:80 > 198.51.100.5:1000 syn ack seq=7000 ack=1001 mss=1460", sysctls=STRICT, compare_ignore=CHANCE)

scenario("synproxy_input", "SYNPROXY for a service of the host itself",
         {"raw": UNTRACKED, "filter": PROXY % (("INPUT",) * 3)},
         opened("web", "tcp", "203.0.113.1", 80),
         "eth1 tcp 203.0.113.7:1000 > 203.0.113.1:80 syn mss=1400",
         step("eth1", "tcp 203.0.113.7:1000 > 203.0.113.1:80 ack seq=1001", ack_from="eth1"),
         step("local", "tcp 203.0.113.1:80 > 203.0.113.7:1000 syn ack seq=7000 ack=1001 mss=1460", comment="the service accepts"),
         step("eth1", "tcp 203.0.113.7:1000 > 203.0.113.1:80 ack psh seq=1001 data=GET", ack_from="eth1"),
         step("eth1", "tcp 203.0.113.7:1001 > 203.0.113.1:80 ack seq=1001 ack=4711", comment="wrong cookie"),
         sysctls=STRICT, compare_ignore=CHANCE)

scenario("v6_synproxy", "SYNPROXY with IPv6", {"raw": UNTRACKED, "filter": PROXY % (("FORWARD",) * 3)},
         "eth1 tcp [2001:db8:5::7]:1000 > [2001:db8:1::10]:80 syn mss=1400",
         step("eth1", "tcp [2001:db8:5::7]:1000 > [2001:db8:1::10]:80 ack seq=1001", ack_from="eth1"),
         "eth0 tcp [2001:db8:1::10]:80 > [2001:db8:5::7]:1000 syn ack seq=7000 ack=1001 mss=1440",
         step("eth1", "tcp [2001:db8:5::7]:1000 > [2001:db8:1::10]:80 ack psh seq=1001 data=GET", ack_from="eth1"),
         "eth0 tcp [2001:db8:1::10]:80 > [2001:db8:5::7]:1000 ack psh seq=7001 ack=1004 data=200-OK",
         step("eth1", "tcp [2001:db8:5::7]:1001 > [2001:db8:1::10]:80 ack seq=1001 ack=4711", comment="wrong cookie"),
         v6=True, sysctls=STRICT, compare_ignore=CHANCE)
