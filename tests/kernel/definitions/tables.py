"""The packet's way: tables, hooks, verdicts, chains, policies."""
from define import THREE, scenario

SYN = "tcp 192.168.1.10:4000 > 198.51.100.5:80 syn"

scenario("tables_each_once", "every table counts a forwarded, a delivered and a sent packet where it stands",
         {table: "\n".join("-A %s -m comment --comment %s_%s" % (hook, table, hook) for hook in hooks.split())
         for table, hooks in {
             "raw": "PREROUTING OUTPUT", "mangle": "PREROUTING INPUT FORWARD OUTPUT POSTROUTING",
             "filter": "INPUT FORWARD OUTPUT",
             "security": "INPUT FORWARD OUTPUT"}.items()},
         "eth0 " + SYN, "eth0 udp 192.168.1.10:5 > 192.168.1.1:53", "local udp 203.0.113.1:5 > 198.51.100.5:53")

scenario("nat_hooks_once", "the nat chains see the first packet of a connection only",
         {"nat": """-A PREROUTING -p udp
                    -A POSTROUTING -p udp -j SNAT --to-source 203.0.113.9
                    -A OUTPUT -p udp
                    -A INPUT -p udp"""},
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53", "eth0 udp 192.168.1.10:5 > 198.51.100.5:53",
         "eth1 udp 198.51.100.5:53 > 203.0.113.9:5", "eth0 udp 192.168.1.10:6 > 192.168.1.1:53",
         "local udp 203.0.113.1:7 > 198.51.100.5:53")

scenario("goto_and_return", "a goto does not come back: RETURN goes on behind the last jump",
         """-A FORWARD -j one
            -A FORWARD -m comment --comment behind_one
            -A one -p tcp -g two
            -A one -m comment --comment not_for_tcp
            -A two -p tcp --dport 80 -j RETURN
            -A two -p tcp --dport 22 -j ACCEPT
            -A two -m comment --comment end_of_two""",
         "eth0 " + SYN, "eth0 tcp 192.168.1.10:4001 > 198.51.100.5:22 syn",
         "eth0 tcp 192.168.1.10:4002 > 198.51.100.5:23 syn",
         "eth0 udp 192.168.1.10:4003 > 198.51.100.5:53")

scenario("goto_from_builtin", "the end of a chain reached by goto from a built-in chain is the policy",
         """:FORWARD DROP
            -A FORWARD -p tcp -g only
            -A FORWARD -j ACCEPT
            -A only -p tcp --dport 22 -j ACCEPT""",
         "eth0 " + SYN, "eth0 tcp 192.168.1.10:4001 > 198.51.100.5:22 syn",
         "eth0 udp 192.168.1.10:4003 > 198.51.100.5:53")

scenario("nested_chains", "three jumps deep and back again, with the implicit RETURN counted",
         """-A FORWARD -j a
            -A FORWARD -p udp -j DROP
            -A a -j b
            -A a -p tcp
            -A b -j c
            -A b -p icmp -j ACCEPT
            -A c -p tcp -j RETURN
            -A c -p icmp""",
         "eth0 " + SYN, "eth0 udp 192.168.1.10:4003 > 198.51.100.5:53",
         "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request id=4")

scenario("return_to_policy", "RETURN in a built-in chain is the policy",
         """:FORWARD DROP
            -A FORWARD -p tcp -j RETURN
            -A FORWARD -j ACCEPT""",
         "eth0 " + SYN, "eth0 udp 192.168.1.10:4003 > 198.51.100.5:53")

scenario("policies_of_all_hooks", "DROP as policy of INPUT, FORWARD and OUTPUT",
         """:INPUT DROP
            :FORWARD DROP
            :OUTPUT DROP
            -A INPUT -p udp --dport 53 -j ACCEPT
            -A OUTPUT -p udp --dport 53 -j ACCEPT""",
         "eth0 " + SYN, "eth0 udp 192.168.1.10:5 > 192.168.1.1:53", "eth0 udp 192.168.1.10:5 > 192.168.1.1:54",
         "local udp 203.0.113.1:5 > 198.51.100.5:53", "local udp 203.0.113.1:5 > 198.51.100.5:54")

scenario("accept_is_per_table", "ACCEPT in one table does not keep the next from dropping",
         {"mangle": "-A FORWARD -j ACCEPT\n-A FORWARD -j DROP", "filter": "-A FORWARD -p udp -j DROP",
         "security": "-A FORWARD -p tcp -j DROP"},
         "eth0 " + SYN, "eth0 udp 192.168.1.10:4003 > 198.51.100.5:53",
         "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request")

scenario("raw_drop_before_conntrack", "what raw drops makes no connection",
         {"raw": "-A PREROUTING -p udp --dport 53 -j DROP", "filter": "-A FORWARD -m conntrack --ctstate NEW"},
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53", "eth0 udp 192.168.1.10:5 > 198.51.100.5:54")

scenario("rule_without_target", "a rule without target counts and the packet goes on",
         "-A FORWARD -p tcp\n-A FORWARD ! -s 192.168.1.10/32\n-A FORWARD -i eth0 -o eth1 -j DROP",
         "eth0 " + SYN, "eth0 tcp 192.168.1.11:4000 > 198.51.100.5:80 syn")

scenario("interface_wildcards", "eth+ and negated interfaces; -o of INPUT is nothing",
         """-A FORWARD -i eth+ -o eth2 -j ACCEPT
            -A FORWARD ! -i eth0 -j DROP
            -A FORWARD -i + -j ACCEPT""",
         "eth0 udp 192.168.1.10:1 > 10.10.0.20:2", "eth0 " + SYN, "eth1 udp 198.51.100.5:1 > 192.168.1.10:2",
         host=THREE)

scenario("loopback_passes_twice", "a packet to oneself leaves by lo and comes in by lo",
         {"filter": "-A INPUT -i lo\n-A OUTPUT -o lo",
         "mangle": "-A OUTPUT -j MARK --set-mark 5\n-A PREROUTING -m mark --mark 5"},
         "local udp 192.168.1.1:5 > 203.0.113.1:53", "local icmp 127.0.0.1 > 127.0.0.1 echo-request id=3")
