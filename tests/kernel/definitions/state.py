"""Connection tracking: states, windows, errors, untracked packets, marks, limits by connection."""
from define import scenario, step
import packets

STATES = "\n".join("-A FORWARD -m conntrack --ctstate %s" % state
         for state in ("NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"))
OUT, BACK = "tcp 192.168.1.10:4000 > 198.51.100.5:80 ", "tcp 198.51.100.5:80 > 192.168.1.10:4000 "
OPENED = ("eth0 " + OUT + "syn seq=100", "eth1 " + BACK + "syn ack seq=500 ack=101",
         "eth0 " + OUT + "ack seq=101 ack=501")

scenario("ct_handshake_and_close", "the states of a connection from SYN to the last ACK", STATES, *OPENED,
         "eth0 " + OUT + "ack psh seq=101 ack=501 data=hello", "eth1 " + BACK + "ack seq=501 ack=106",
         "eth0 " + OUT + "fin ack seq=106 ack=501", "eth1 " + BACK + "fin ack seq=501 ack=107",
         "eth0 " + OUT + "ack seq=107 ack=502")

scenario("ct_reset", "a reset inside the window closes, one far outside is invalid", STATES, *OPENED,
         "eth1 " + BACK + "rst seq=900501", "eth1 " + BACK + "rst seq=501", "eth0 " + OUT + "ack seq=101 ack=501")

scenario("ct_out_of_window", "data beyond the window, acknowledgement of what was not sent, an old retransmission",
         STATES, *OPENED,
         "eth0 " + OUT + "ack seq=300101 ack=501 data=far", "eth1 " + BACK + "ack seq=501 ack=90000",
         "eth0 " + OUT + "ack seq=50 ack=501 data=old",
         "eth1 " + BACK + "ack seq=501 ack=101")

scenario("ct_bad_flags", "flags that no TCP sends are invalid", STATES,
         "eth0 " + OUT + "syn fin", "eth0 " + OUT + "fin psh urg", "eth0 tcp 192.168.1.10:4000 > 198.51.100.5:80",
         "eth0 " + OUT + "syn rst",
         "eth0 " + OUT + "syn ack")

scenario("ct_pickup", "a connection met in its middle is new and goes on", STATES,
         "eth0 " + OUT + "ack seq=700 ack=900 data=mid", "eth1 " + BACK + "ack seq=900 ack=703",
         "eth0 " + OUT + "fin ack seq=703 ack=900")

scenario("ct_no_pickup", "without tcp_loose only a SYN opens", STATES,
         "eth0 " + OUT + "ack seq=700 ack=900 data=mid", *OPENED, sysctls={"net.netfilter.nf_conntrack_tcp_loose": 0})

scenario("ct_bad_checksums", "a wrong checksum is invalid; UDP without one is not", STATES,
         "eth0 " + OUT + "syn bad-checksum", "eth0 udp 192.168.1.10:5 > 198.51.100.5:53 bad-checksum",
         "eth0 udp 192.168.1.10:6 > 198.51.100.5:53 no-checksum",
         "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request bad-checksum")

scenario("ct_udp_states", "NEW until the answer comes, the other way too", STATES,
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53", "eth0 udp 192.168.1.10:5 > 198.51.100.5:53",
         "eth1 udp 198.51.100.5:53 > 192.168.1.10:5",
         "eth0 udp 192.168.1.10:5 > 198.51.100.5:53", "eth1 udp 198.51.100.5:54 > 192.168.1.10:5")

scenario("ct_icmp_echo", "an echo is answered once by id; an answer nobody asked for is invalid", STATES,
         "eth0 icmp 192.168.1.10 > 198.51.100.5 echo-request id=7",
         "eth1 icmp 198.51.100.5 > 192.168.1.10 echo-reply id=7",
         "eth1 icmp 198.51.100.5 > 192.168.1.10 echo-reply id=8", "eth1 icmp 198.51.100.5 > 192.168.1.10 5/1 id=7")

ASKED = packets.packet("udp 192.168.1.10:5 > 198.51.100.5:53")
scenario("ct_icmp_errors", "an error about a known packet is related, about an unknown one invalid", STATES,
         step("eth0", ASKED),
         step("eth1", packets.error("icmp 203.0.113.254 > 192.168.1.10 3/1", ASKED)),
         step("eth1", packets.error("icmp 203.0.113.254 > 192.168.1.11 3/1", ASKED)),
         step("eth1",
         packets.error("icmp 203.0.113.254 > 192.168.1.10 11/0",
         packets.packet("udp 192.168.1.10:6 > 198.51.100.5:53"))),
         step("eth1", packets.error("icmp 203.0.113.254 > 192.168.1.10 3/1", ASKED, limit=22)))

scenario("ct_notrack", "untracked packets have no connection",
         {"raw": "-A PREROUTING -p udp -j CT --notrack", "filter": STATES},
         step("eth0", ASKED), "eth1 udp 198.51.100.5:53 > 192.168.1.10:5", "eth0 " + OUT + "syn")

scenario("ct_zones", "the same addresses in two zones are two connections",
         {"raw": "-A PREROUTING -s 192.168.1.10/32 -j CT --zone 7\n-A PREROUTING -d 192.168.1.10/32 -j CT --zone 7",
         "filter": STATES},
         step("eth0", ASKED), "eth1 udp 198.51.100.5:53 > 192.168.1.10:5", "eth0 udp 192.168.1.11:5 > 198.51.100.5:53")

scenario("connmark_saved_and_restored", "a mark set on the first packet comes back on the answer",
         {"mangle": """-A PREROUTING -j CONNMARK --restore-mark
                       -A PREROUTING -m mark --mark 0x9 -j ACCEPT
                       -A PREROUTING -p udp --dport 53 -j MARK --set-mark 0x9
                       -A PREROUTING -j CONNMARK --save-mark"""},
         step("eth0", ASKED), "eth1 udp 198.51.100.5:53 > 192.168.1.10:5", "eth0 udp 192.168.1.10:5 > 198.51.100.5:54")

scenario("connlimit_above", "the third connection of a source is refused",
         "-A FORWARD -p tcp --syn -m connlimit --connlimit-above 2 --connlimit-mask 32 --connlimit-saddr "
         "-j REJECT --reject-with tcp-reset",
         *["eth0 tcp 192.168.1.10:%d > 198.51.100.5:80 syn" % port for port in (4000, 4001, 4002)],
         "eth0 tcp 192.168.1.11:4000 > 198.51.100.5:80 syn")

scenario("connbytes_counts_itself", "a connection's packets and bytes include the packet asked about",
         """-A FORWARD -m connbytes --connbytes 2:2 --connbytes-mode packets --connbytes-dir both
            -A FORWARD -m connbytes --connbytes 100: --connbytes-mode bytes --connbytes-dir original
            -A FORWARD -m connbytes --connbytes 33:40 --connbytes-mode avgpkt --connbytes-dir both""",
         *["eth0 udp 192.168.1.10:5 > 198.51.100.5:53 data=hello"] * 3,
         "eth1 udp 198.51.100.5:53 > 192.168.1.10:5 data=hello")

scenario("connlabel_set", "a label set by one rule is there for the next packet",
         "-A FORWARD -m connlabel --label 5 -j ACCEPT\n-A FORWARD -p udp -m connlabel --label 5 --set",
         step("eth0", ASKED), step("eth0", ASKED))
