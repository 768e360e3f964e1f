"""What routing does between the hooks: TTL, MTU, rp_filter, martians, marks and rules, odd routes."""
from define import GATEWAY, THREE, scenario, step
import packets

COUNT = {"mangle": "-A PREROUTING\n-A FORWARD\n-A INPUT\n-A POSTROUTING"}
UDP = "udp 192.168.1.10:5 > 198.51.100.5:53"

scenario("ttl_expires", "TTL 1 ends between PREROUTING and FORWARD, but is enough to be delivered", COUNT,
         "eth0 %s ttl=2" % UDP, "eth0 %s ttl=1" % UDP, "eth0 udp 192.168.1.10:5 > 192.168.1.1:53 ttl=1",
         "local udp 203.0.113.1:5 > 198.51.100.5:53 ttl=1")

scenario("mtu_fragments_or_refuses", "too large for the next link: split, or refused with DF", COUNT,
         "eth0 %s zeros=1400" % UDP, "eth0 %s df zeros=1400" % UDP, "eth0 %s df zeros=900" % UDP,
         host={"interfaces": [GATEWAY["interfaces"][0], dict(GATEWAY["interfaces"][1], mtu=1000)],
         "routes": GATEWAY["routes"]})

scenario("rp_filter_strict", "a source that is not reached by this interface", COUNT, "eth0 " + UDP, "eth1 " + UDP,
         "eth0 udp 198.51.100.5:5 > 203.0.113.1:53", sysctls={"net.ipv4.conf.all.rp_filter": 1})

scenario("rp_filter_loose", "loose: any route to the source will do", COUNT, "eth0 udp 198.51.100.5:5 > 203.0.113.1:53",
         "eth0 udp 10.66.0.1:5 > 203.0.113.1:53", sysctls={"net.ipv4.conf.all.rp_filter": 2},
         host={"interfaces": GATEWAY["interfaces"], "routes": GATEWAY["routes"] + ["blackhole 10.66.0.0/16"]})

scenario("martians", "sources and destinations that no host on a wire has", COUNT,
         "eth0 udp 127.0.0.1:5 > 198.51.100.5:53", "eth0 udp 224.0.0.1:5 > 198.51.100.5:53",
         "eth0 udp 240.0.0.1:5 > 198.51.100.5:53",
         "eth0 udp 192.168.1.10:5 > 127.0.0.1:53", "eth0 udp 192.168.1.1:5 > 198.51.100.5:53",
         "eth0 udp 0.0.0.0:5 > 198.51.100.5:53",
         "eth0 udp 192.168.1.10:5 > 0.0.0.0:53")

scenario("mark_chooses_table", "a mark of mangle PREROUTING and OUTPUT picks another routing table",
         {"mangle": "-A PREROUTING -p tcp -j MARK --set-mark 1\n-A OUTPUT -p tcp -j MARK --set-mark 1\n"
         "-A POSTROUTING -o eth2"},
         "eth0 " + UDP, "eth0 tcp 192.168.1.10:5 > 198.51.100.5:80 syn",
         "local tcp 203.0.113.1:5 > 198.51.100.5:80 syn",
         "local udp 203.0.113.1:5 > 198.51.100.5:53",
         host=dict(THREE, routes=THREE["routes"] + ["default via 10.10.0.254 dev eth2 table 100"],
         rules=["fwmark 0x1 lookup 100"]))

scenario("odd_routes", "blackhole, unreachable, prohibit and no route at all",
         COUNT,
         *["eth0 udp 192.168.1.10:5 > %s:53" % target
         for target in ("10.66.0.1", "10.67.0.1", "10.68.0.1", "172.16.0.1")],
         host={"interfaces": GATEWAY["interfaces"],
         "routes": ["blackhole 10.66.0.0/16", "unreachable 10.67.0.0/16", "prohibit 10.68.0.0/16"]})

scenario("no_forwarding", "a host that does not forward", COUNT, "eth0 " + UDP,
         "eth0 udp 192.168.1.10:5 > 203.0.113.1:53",
         sysctls={"net.ipv4.ip_forward": 0})

scenario("broadcast_and_multicast", "group addresses from the wire, and frames for others",
         {"mangle": "-A PREROUTING -m pkttype --pkt-type broadcast\n-A PREROUTING -m pkttype --pkt-type multicast\n"
         "-A PREROUTING -m pkttype --pkt-type unicast\n-A INPUT\n-A FORWARD"},
         step("eth0", "udp 192.168.1.10:5 > 192.168.1.255:53", dst_mac="ff:ff:ff:ff:ff:ff"),
         step("eth0", "udp 192.168.1.10:5 > 255.255.255.255:53", dst_mac="ff:ff:ff:ff:ff:ff"),
         step("eth0", "udp 192.168.1.10:5 > 224.0.0.1:53", dst_mac="01:00:5e:00:00:01"),
         step("eth0", "udp 192.168.1.10:5 > 198.51.100.5:53", dst_mac="ff:ff:ff:ff:ff:ff"),
         step("eth0", "udp 192.168.1.10:5 > 198.51.100.5:53", dst_mac="02:99:99:99:99:99"))

scenario("local_broadcast_loops", "an own broadcast leaves and comes back", COUNT,
         step("local", "udp 192.168.1.1:5 > 192.168.1.255:53"),
         step("local", "udp 192.168.1.1:5 > 224.0.0.251:5353", bind="eth0"))

scenario("malformed_headers", "wrong IP checksum, cut L4 headers",
         {"filter": "-A FORWARD -p tcp --dport 80 -j ACCEPT\n-A FORWARD -p udp --dport 53 -j ACCEPT\n-A FORWARD"},
         "eth0 %s bad-ip-checksum" % UDP, step("eth0", packets.ipv4("192.168.1.10", "198.51.100.5", 6, bytes(8))),
         step("eth0", packets.ipv4("192.168.1.10", "198.51.100.5", 17, bytes(3))),
         step("eth0", packets.ipv4("192.168.1.10", "198.51.100.5", 17, b"")))
