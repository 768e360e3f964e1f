"""What random packets showed: each of these once differed between the simulator and the kernel."""
from define import GATEWAY6, scenario

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
