// Whether any packet comes to a rule: each "yes" is confirmed by a packet in the simulator.
#include "tests/lint/analysed.hh"

using namespace fwsim;
using fwsim::test::analyse;

TEST_CASE("a rule after one that covers it is never reached") {
  const auto a = analyse(R"(*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -s 10.1.2.0/24 -p tcp -m tcp --dport 22 -j DROP
-A INPUT -s 10.1.2.0/24 -p tcp -m tcp --dport 20:23 -j DROP
-A INPUT -i lo -j ACCEPT
COMMIT
)");
  CHECK(a.reach("filter/INPUT/1") == "yes");
  CHECK(a.reach("filter/INPUT/2") == "never");
  CHECK(a.explorer().reach(a.id("filter/INPUT/2")).by == std::vector{a.id("filter/INPUT/1")});
  CHECK(a.reach("filter/INPUT/3") == "yes");
  CHECK(a.reach("filter/INPUT/4") == "yes");
  CHECK(a.reach("filter/INPUT/5") == "yes");
  CHECK(a.reach("filter/FORWARD/1") == "yes");
}

TEST_CASE("rules that only together cover one") {
  const auto a = analyse(R"(*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p udp -m udp --dport 0:999 -j DROP
-A INPUT -p udp -m udp --dport 1000:65535 -j ACCEPT
-A INPUT -p udp -m udp --dport 500:2000 -j ACCEPT
-A INPUT -p udp -j DROP
-A INPUT -p tcp ! --syn -j DROP
COMMIT
)");
  CHECK(a.reach("filter/INPUT/3") == "never");
  // What is left of UDP is too short for a header, and that is dropped by the first match; fragments
  // have been put together.
  CHECK(a.reach("filter/INPUT/4") == "never");
  CHECK(a.reach("filter/INPUT/5") == "yes");
}

TEST_CASE("marks, translation and states are seen across tables") {
  const auto a = analyse(R"(*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x1/0xff
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.1.5:80
-A POSTROUTING -o eth0 -j MASQUERADE
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -d 192.168.1.5/32 -p tcp -m tcp --dport 8080 -m conntrack --ctstate NEW -i eth0 -j ACCEPT
-A FORWARD -d 192.168.1.5/32 -p tcp -m tcp --dport 80 -j ACCEPT
-A FORWARD -m mark --mark 0x1/0xff -p tcp -j ACCEPT
-A FORWARD -m mark --mark 0x1/0xff -p udp -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED -j DROP
-A FORWARD -p tcp -m tcp --tcp-flags SYN,ACK SYN,ACK -m conntrack --ctstate NEW -j DROP
-A FORWARD -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP
COMMIT
)");
  CHECK(a.reach("filter/FORWARD/1") == "yes");
  CHECK(a.reach("filter/FORWARD/2") == "yes");
  CHECK(a.reach("filter/FORWARD/3") == "never");   // DNAT has made it port 80
  CHECK(a.reach("filter/FORWARD/4") == "yes");
  CHECK(a.reach("filter/FORWARD/5") == "yes");
  CHECK(a.reach("filter/FORWARD/6") == "maybe");   // only TCP is marked, but a packet may have come with a mark
  CHECK(a.reach("filter/FORWARD/7") == "never");
  CHECK(a.reach("filter/FORWARD/8") == "never");   // conntrack calls it INVALID
  CHECK(a.reach("filter/FORWARD/9") == "yes");     // picked up in its middle
  CHECK(a.reach("nat/POSTROUTING/1") == "yes");
}

TEST_CASE("user chains: jumps, goto, RETURN") {
  const auto a = analyse(R"(*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:dead - [0:0]
:services - [0:0]
:trusted - [0:0]
-A INPUT -s 10.0.0.0/8 -j trusted
-A INPUT -s 10.0.0.0/8 -p udp -j ACCEPT
-A INPUT -i eth1 -g services
-A INPUT -i eth1 -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A services -p icmp -j DROP
-A services -p tcp -m tcp --dport 443 -j ACCEPT
-A trusted -p tcp -j RETURN
-A trusted -j DROP
-A dead -j ACCEPT
COMMIT
)");
  CHECK(a.reach("filter/trusted/2") == "yes");
  CHECK(a.reach("filter/INPUT/2") == "never");      // only TCP comes back from trusted
  CHECK(a.reach("filter/INPUT/4") == "never");      // goto does not come back
  CHECK(a.reach("filter/services/2") == "yes");
  CHECK(a.reach("filter/INPUT/5") == "yes");
  CHECK(a.reach("filter/dead/1") == "never");
  CHECK(a.explorer().hooks_of_chain(TableId::filter, a.id("filter/dead/1").chain) == 0);
}

TEST_CASE("what depends on a match with memory is maybe") {
  const auto a = analyse(R"(*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p icmp -m limit --limit 1/sec -j ACCEPT
-A INPUT -p icmp -j DROP
-A INPUT -p icmp -m limit --limit 1/sec -j ACCEPT
-A INPUT -p tcp -m string --string "x" --algo bm -j DROP
-A INPUT -p tcp -m string --string "x" --algo bm -j ACCEPT
COMMIT
)");
  CHECK(a.reach("filter/INPUT/2") == "maybe");
  CHECK(a.reach("filter/INPUT/3") == "never");
  CHECK(a.reach("filter/INPUT/5") == "never");
}

TEST_CASE("IPv6, and what the kernel drops by itself") {
  const auto a = analyse(R"(*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT
-A INPUT -s ::1/128 ! -i lo -j DROP
-A INPUT -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
-A INPUT -p ipv6-icmp -m conntrack --ctstate UNTRACKED -j ACCEPT
COMMIT
)", Family::v6);
  CHECK(a.reach("filter/INPUT/1") == "yes");
  CHECK(a.reach("filter/INPUT/2") == "never");
  CHECK(a.explorer().reach(a.id("filter/INPUT/2")).by_laws);
  CHECK(a.reach("filter/INPUT/3") == "yes");
  CHECK(a.reach("filter/INPUT/4") == "yes");
}

TEST_CASE("packets with a past: marks from a tunnel, what loops back, answers of a known connection") {
  const auto l2tp = analyse(R"(*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p esp -j MARK --set-xmark 0x1/0xffffffff
-A PREROUTING -i lo -p tcp -m mark --mark 0x2 -j TPROXY --on-port 1080 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0
-A PREROUTING -j MARK --set-xmark 0x8/0xffffffff
-A PREROUTING -m mark --mark 0x1 -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
)");
  // The packet that ESP carried keeps the mark.
  CHECK(l2tp.reach("mangle/PREROUTING/2") == "maybe");
  CHECK(l2tp.reach("mangle/PREROUTING/4") == "never");
  const auto raw = analyse(R"(*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A PREROUTING ! -i lo -m conntrack --ctstate NEW,ESTABLISHED -j DROP
-A PREROUTING -m conntrack --ctstate NEW,ESTABLISHED -j DROP
-A OUTPUT -p icmp -m conntrack --ctstate RELATED -j DROP
-A OUTPUT -m conntrack --ctstate ESTABLISHED -j DROP
COMMIT
)");
  CHECK(raw.reach("raw/PREROUTING/1") == "never");
  CHECK(raw.reach("raw/PREROUTING/2") == "maybe");
  CHECK(raw.reach("raw/OUTPUT/1") == "maybe");
  CHECK(raw.reach("raw/OUTPUT/2") == "never");
  constexpr std::string_view filter = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
                                      "-A OUTPUT -p tcp -m conntrack --ctstate RELATED -j ACCEPT\n";
  CHECK(analyse(std::string(filter) + "-A INPUT -p tcp -j REJECT\nCOMMIT\n").reach("filter/OUTPUT/1") == "never");
  const auto resets = analyse(std::string(filter) + "-A INPUT -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n");
  CHECK(resets.explorer().reach(resets.id("filter/OUTPUT/1")).answer == Explorer::Reached::Answer::yes);   // no question makes such a packet
}

TEST_CASE("a packet is as long as what it carries") {
  const auto a = analyse(R"(*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m length --length 0:47 -m conntrack --ctstate RELATED -j ACCEPT
-A INPUT -m length --length 0:56 -m conntrack --ctstate RELATED -j ACCEPT
-A INPUT -p tcp -m length --length 0:39 -m conntrack --ctstate NEW -j ACCEPT
-A FORWARD -m length --length 9000:65535 -j DROP
COMMIT
)");
  CHECK(a.reach("filter/INPUT/1") == "never");
  CHECK(a.reach("filter/INPUT/2") == "yes");
  CHECK(a.reach("filter/INPUT/3") == "never");
  CHECK(a.reach("filter/FORWARD/1") == "yes");
}

TEST_CASE("what is translated away from the sender's own address is delivered") {
  const auto a = analyse(R"(*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -s 192.0.2.7/32 -d 192.0.2.7/32 -j DNAT --to-destination 10.1.2.3
-A PREROUTING -j DNAT --to-destination 192.0.2.7
-A INPUT -d 192.0.2.0/24 -j ACCEPT
COMMIT
)");
  CHECK(a.reach("nat/INPUT/2") == "yes");
}
