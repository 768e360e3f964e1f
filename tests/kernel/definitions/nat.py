"""Address translation: both directions, the kinds of targets, errors about translated packets."""
from define import THREE, scenario, step
import packets

scenario("dnat_port_forward", "a port forwarded to a server, its answers come from the public address",
         {"nat": "-A PREROUTING -i eth1 -p tcp --dport 8080 -j DNAT --to-destination 192.168.1.10:80"},
         "eth1 tcp 198.51.100.5:4000 > 203.0.113.1:8080 syn seq=1",
         "eth0 tcp 192.168.1.10:80 > 198.51.100.5:4000 syn ack seq=9 ack=2",
         "eth1 tcp 198.51.100.5:4000 > 203.0.113.1:8080 ack seq=2 ack=10",
         "eth1 tcp 198.51.100.5:4000 > 203.0.113.1:8081 syn")

scenario("dnat_hairpin", "a client of the same network needs SNAT too",
         {"nat": """-A PREROUTING -d 203.0.113.1/32 -p tcp --dport 80 -j DNAT --to-destination 192.168.1.10
                    -A POSTROUTING -s 192.168.1.0/24 -d 192.168.1.10/32 -j MASQUERADE"""},
         "eth0 tcp 192.168.1.11:4000 > 203.0.113.1:80 syn seq=1",
         "eth0 tcp 192.168.1.10:80 > 192.168.1.1:4000 syn ack seq=7 ack=2")

scenario("masquerade_follows_interface", "the address of the interface by which the packet leaves",
         {"nat": "-A POSTROUTING ! -o eth0 -j MASQUERADE"},
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53", "eth0 udp 192.168.1.10:5 > 10.10.0.20:53",
         "eth2 udp 10.10.0.20:53 > 10.10.0.1:5", "local udp 10.10.0.1:9 > 198.51.100.5:53", host=THREE)

scenario("redirect_to_host", "REDIRECT to a port of the firewall, from the wire and from itself",
         {"nat": "-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 3128\n"
         "-A OUTPUT -p udp --dport 53 -j REDIRECT"},
         "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80 syn seq=1",
         "local tcp 192.168.1.1:3128 > 192.168.1.10:4000 syn ack seq=4 ack=2",
         "local udp 203.0.113.1:9 > 198.51.100.5:53")

scenario("netmap_both_ways", "a whole network mapped to another, host part kept",
         {"nat": "-A PREROUTING -d 203.0.113.0/24 -i eth1 -j NETMAP --to 10.10.0.0/24\n"
         "-A POSTROUTING -s 10.10.0.0/24 -o eth1 -j NETMAP --to 203.0.113.0/24"},
         "eth1 udp 198.51.100.5:1 > 203.0.113.20:2", "eth2 udp 10.10.0.20:2 > 198.51.100.5:1",
         "eth2 udp 10.10.0.33:7 > 198.51.100.5:1", host=THREE)

scenario("snat_same_port_kept", "two clients with different ports keep them behind one address",
         {"nat": "-A POSTROUTING -o eth1 -j SNAT --to-source 203.0.113.7"},
         "eth0 udp 192.168.1.10:5000 > 198.51.100.5:53", "eth0 udp 192.168.1.11:5001 > 198.51.100.5:53",
         "eth1 udp 198.51.100.5:53 > 203.0.113.7:5001", "eth1 udp 198.51.100.5:53 > 203.0.113.7:5000",
         "eth1 udp 198.51.100.5:53 > 203.0.113.7:5002")

scenario("snat_port_range", "a port outside the range is moved to the only one in it",
         {"nat": "-A POSTROUTING -p udp -j SNAT --to-source 203.0.113.7:6000"},
         "eth0 udp 192.168.1.10:5000 > 198.51.100.5:53", "eth1 udp 198.51.100.5:53 > 203.0.113.7:6000",
         "eth0 udp 192.168.1.10:5001 > 198.51.100.5:53",
         "eth0 udp 192.168.1.10:5001 > 198.51.100.6:53")

scenario("dnat_local_output", "the host's own packets are routed anew behind DNAT in OUTPUT",
         {"nat": "-A OUTPUT -d 198.51.100.9/32 -j DNAT --to-destination 192.168.1.10",
         "filter": "-A OUTPUT -o eth1\n-A OUTPUT -o eth0"},
         "local udp 203.0.113.1:9 > 198.51.100.9:53", "eth0 udp 192.168.1.10:53 > 203.0.113.1:9",
         "local udp 203.0.113.1:9 > 198.51.100.5:53")

scenario("nat_input_snat_source", "SNAT in INPUT changes the source of what is delivered",
         {"nat": "-A INPUT -p udp --dport 53 -j SNAT --to-source 192.168.1.200",
         "filter": "-A INPUT -s 192.168.1.10/32"},
         "eth0 udp 192.168.1.10:5 > 192.168.1.1:53", "local udp 192.168.1.1:53 > 192.168.1.200:5")

LEFT = packets.packet("udp 203.0.113.1:5 > 198.51.100.5:53 ttl=63")
scenario("nat_icmp_error_inside", "an error about a masqueraded packet is translated inside and outside",
         {"nat": "-A POSTROUTING -o eth1 -j MASQUERADE"},
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53",
         step("eth1", packets.error("icmp 203.0.113.254 > 203.0.113.1 11/0", LEFT)),
         step("eth1", packets.error("icmp 198.51.100.5 > 203.0.113.1 3/3", LEFT)))

scenario("nat_echo_id", "an echo through SNAT and its answer", {"nat": "-A POSTROUTING -o eth1 -j MASQUERADE"},
         "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request id=77",
         "eth1 icmp 198.51.100.5 > 203.0.113.1 echo-reply id=77",
         "eth1 icmp 198.51.100.5 > 203.0.113.1 echo-reply id=78")
