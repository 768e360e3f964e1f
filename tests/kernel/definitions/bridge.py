"""Frames on a bridge with br_netfilter: what the recorded scenarios of others do not ask."""
from define import scenario, step
import packets

ONE, TWO, THREE, BRIDGE = "02:aa:00:00:00:01", "02:aa:00:00:00:02", "02:aa:00:00:00:03", "02:00:00:00:00:01"


def host(**p3):
    return {"interfaces": [dict({"name": "br0", "kind": "bridge", "args": "mcast_snooping 0", "arp": True, "mac": BRIDGE,
                                 "addresses": ["192.168.1.1/24"]}),
                           {"name": "p1", "master": "br0"}, {"name": "p2", "master": "br0"}, dict({"name": "p3", "master": "br0"}, **p3),
                           {"name": "eth1", "addresses": ["203.0.113.1/24"]}],
            "routes": ["default via 203.0.113.254 dev eth1", "unreachable 10.9.0.0/16"],
            "neighbours": [{"ip": "192.168.1.1%d" % n, "mac": mac, "dev": "br0"} for n, mac in ((1, ONE), (2, TWO), (3, THREE))]}


CALL = {"net.bridge.bridge-nf-call-iptables": 1}
CALL6 = {"net.bridge.bridge-nf-call-ip6tables": 1}
KNOWN = [{"cmd": ["bridge", "fdb", "replace", mac, "dev", port, "master", "static"]} for mac, port in ((ONE, "p1"), (TWO, "p2"))]


def frame(port, source, target, packet):
    return step(port, packet, src_mac=source, dst_mac=target)


def udp(source, target, ports, more=""):
    return "udp 192.168.1.%s:%d > 192.168.1.%s:%d df data=hello %s" % (source, ports[0], target, ports[1], more)


scenario("bridge_dnat", "DNAT of bridged frames: to a station, to the host, routed, to nowhere; replies; MASQUERADE", {
    "nat": """-A PREROUTING -p udp --dport 1000 -j DNAT --to-destination 192.168.1.12
              -A PREROUTING -p udp --dport 1001 -j REDIRECT --to-ports 9
              -A PREROUTING -p udp --dport 1002 -j DNAT --to-destination 198.51.100.5
              -A PREROUTING -p udp --dport 1003 -j DNAT --to-destination 10.9.0.1
              -A PREROUTING -p udp --dport 1004 -j DNAT --to-destination 127.0.0.1
              -A INPUT -p udp --dport 7 -j SNAT --to-source 192.168.1.99
              -A POSTROUTING -p udp --dport 2000 -j MASQUERADE""",
    "filter": """-A INPUT -m physdev --physdev-in p1
                 -A FORWARD -m physdev --physdev-is-bridged
                 -A FORWARD -p udp --dport 7 -j DROP"""},
    *KNOWN, frame("p1", ONE, THREE, udp("11", "13", (1, 1000))), frame("p2", TWO, ONE, udp("12", "11", (1000, 1))),
    *[frame("p1", ONE, THREE, udp("11", "13", (1, port))) for port in (1001, 1002, 1003, 1004)],
    frame("p1", ONE, TWO, udp("11", "12", (5, 2000))), frame("p2", TWO, BRIDGE, udp("12", "1", (2000, 5))),
    frame("p1", ONE, "ff:ff:ff:ff:ff:ff", udp("11", "255", (4, 7))), frame("p1", ONE, "ff:ff:ff:ff:ff:ff", udp("11", "255", (4, 9))),
    host=host(), sysctls=CALL)

scenario("bridge_stations", "stations that move, share a port or have addresses of the host", {
    "filter": "-A INPUT -m pkttype --pkt-type unicast\n-A FORWARD -m pkttype --pkt-type unicast\n-A FORWARD -m pkttype --pkt-type broadcast",
    "raw": "-A PREROUTING -m pkttype --pkt-type unicast"},
    *KNOWN, frame("p1", ONE, ONE, udp("11", "11", (6, 9))), frame("p1", ONE, "02:00:00:00:00:03", udp("11", "1", (6, 9))),
    frame("p1", ONE, "02:00:00:00:00:02", udp("11", "1", (6, 10))), frame("p1", TWO, THREE, udp("12", "13", (6, 11))),
    frame("p3", THREE, TWO, udp("13", "12", (6, 11))), frame("p1", "01:00:5e:00:00:09", THREE, udp("12", "13", (6, 12))),
    frame("p2", "02:aa:00:00:00:09", ONE, udp("19", "11", (6, 12))), frame("p1", ONE, "02:aa:00:00:00:09", udp("11", "19", (6, 12))),
    host=host(), sysctls=CALL)

scenario("bridge_small_port", "a port with a smaller MTU: bridged packets are taken apart", "-A FORWARD -m conntrack --ctstate NEW",
         *KNOWN, {"cmd": ["bridge", "fdb", "replace", THREE, "dev", "p3", "master", "static"]},
         frame("p1", ONE, THREE, "udp 192.168.1.11:5 > 192.168.1.13:9 zeros=1400"),
         frame("p1", ONE, THREE, "udp 192.168.1.11:5 > 192.168.1.13:9 zeros=900"),
         *[frame("p1", ONE, THREE, p) for p in packets.fragments(packets.packet("udp 192.168.1.11:5 > 192.168.1.13:53 id=9 zeros=600"), 256)],
         host=host(mtu=1000), sysctls=CALL)

V6 = {"interfaces": [{"name": "br0", "kind": "bridge", "args": "mcast_snooping 0", "arp": True, "mac": BRIDGE, "addresses": ["2001:db8:1::1/64"]},
                     {"name": "p1", "master": "br0"}, {"name": "p2", "master": "br0"}, {"name": "p3", "master": "br0"},
                     {"name": "eth1", "addresses": ["2001:db8:2::1/64"]}],
      "routes": ["2001:db8:5::/48 via 2001:db8:2::fe dev eth1"],
      "neighbours": [{"ip": "2001:db8:1::1%d" % n, "mac": mac, "dev": "br0"} for n, mac in ((1, ONE), (2, TWO), (3, THREE))]}
RULES6 = {
    "filter": """-A INPUT -m physdev --physdev-in p1
                 -A FORWARD -i br0 -m physdev --physdev-is-bridged
                 -A FORWARD -m physdev --physdev-out p2
                 -A FORWARD -m conntrack --ctstate UNTRACKED
                 -A FORWARD -p udp --dport 8 -j REJECT
                 -A FORWARD -p tcp --dport 80 -j REJECT --reject-with tcp-reset""",
    "nat": "-A PREROUTING -p udp --dport 1000 -j DNAT --to-destination 2001:db8:1::12"}


def steps6():
    def to(last, words):
        return "udp [2001:db8:1::11]:5 > [2001:db8:1::%s]:%s data=hello" % (last, words)
    return [*KNOWN, frame("p1", ONE, TWO, to("12", "9")), frame("p1", ONE, TWO, to("12", "8")),
            frame("p1", ONE, TWO, "tcp [2001:db8:1::11]:5 > [2001:db8:1::12]:80 syn"), frame("p1", ONE, THREE, to("13", "9")),
            frame("p1", ONE, THREE, to("13", "1000")), frame("p1", ONE, BRIDGE, to("1", "9")),
            frame("p1", ONE, BRIDGE, "udp [2001:db8:1::11]:5 > [2001:db8:5::5]:9 data=hello"),
            frame("p1", ONE, "33:33:00:00:00:05", "udp [2001:db8:1::11]:5 > [ff02::5]:9 hop=1 data=hello")]


scenario("bridge_ipv6", "the same of IPv6, with and without bridge-nf-call-ip6tables", RULES6, *steps6(), v6=True, host=V6, sysctls=CALL6)
scenario("bridge_ipv6_unseen", "bridged IPv6 that no rule sees", RULES6, *steps6(), v6=True, host=V6,
         sysctls={"net.bridge.bridge-nf-call-ip6tables": 0})
