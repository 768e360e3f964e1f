// Matches that do not mean what they seem to, conntrack's conditions and what comes too late: the branches of these checks.
#include <doctest/doctest.h>

#include "parser/host_toml.hh"
#include "tests/lint/linted.hh"

using namespace fwsim;

namespace {

// "filter/INPUT/1 text\n" for each finding of the check.
std::string found(const char* check, const std::string& rules, const std::string& host = "", std::optional<Family> family = {}) {
  const HostText text = parse_host_toml(host, "host.toml", [](const std::string&) { return std::optional<std::string>("create pair hash:ip,port\ncreate six hash:ip family inet6\ncreate one hash:ip\n"); });
  REQUIRE(text.diagnostics.empty());
  const test::Linted linted(rules, {.only = {check}}, host.empty() ? nullptr : &text.host, family);
  std::string out;
  for (const Finding& f : linted.result.findings) out += f.place.name + " " + f.text + "\n";
  return out;
}
std::string filter(const std::string& rules) { return "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n"; }
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string router = "[interfaces.eth0]\naddresses = [\"192.0.2.1/24\"]\n[interfaces.eth1]\naddresses = [\"10.0.0.1/24\"]\n[sysctl]\n\"net.ipv4.ip_forward\" = 1\n";

}  // namespace

TEST_CASE("later fragments pass a negated port, unless the kernel puts them together or whole packets pass too") {
  const std::string rule = "-A FORWARD -i eth0 -p tcp -m multiport ! --dports 80,443 -j DROP\n";
  CHECK(found("FW620", filter(rule)) == "filter/FORWARD/policy lets in the later fragments of TCP packets that filter/FORWARD/1 (rules:5) stops: they have no ports that it could ask for\n");
  CHECK(found("FW620", filter(rule + "-A FORWARD -m conntrack --ctstate INVALID -j DROP\n")) == "");   // put together first
  CHECK(found("FW620", filter("-A FORWARD -i eth0 -f -j DROP\n" + rule)) == "");
  CHECK(found("FW620", filter("-A FORWARD -p tcp -m tcp --dport 23 -j DROP\n")) == "");                // all other ports are open anyway
  CHECK(found("FW620", filter("-A INPUT -i eth0 -p tcp -m tcp ! --dport 22 -j DROP\n")) == "");        // IPv4: INPUT sees whole packets only
  CHECK(has(found("FW620", filter("-A INPUT -i eth0 -p tcp -m tcp ! --dport 22 -j DROP\n"), "", Family::v6), "filter/INPUT/policy lets in"));
  CHECK(has(found("FW620", "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -f -j ACCEPT\nCOMMIT\n"), "filter/FORWARD/1 lets in the later fragments of TCP packets that filter/FORWARD/policy"));
}

TEST_CASE("INVALID packets are in none of the other states") {
  CHECK(found("FW621", filter("-A FORWARD -m conntrack ! --ctstate NEW -j ACCEPT\n")) == "filter/FORWARD/1 accepts INVALID packets too: they are in none of the states after '! --ctstate'\n");
  CHECK(found("FW621", filter("-A FORWARD -m conntrack ! --ctstate INVALID -j ACCEPT\n")) == "");
  CHECK(found("FW621", filter("-A FORWARD -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP\n")) == "");   // INVALID is to be dropped too
  CHECK(has(found("FW621", filter("-A FORWARD -m conntrack --ctstate INVALID,NEW --ctorigdst 192.0.2.7 -j DROP\n")), "matches every INVALID packet, whatever --ctorigdst it has"));
  CHECK(found("FW621", filter("-A FORWARD -m conntrack --ctstate NEW --ctorigdst 192.0.2.7 -j DROP\n")) == "");
  // No protocol of which conntrack finds packets wrong.
  CHECK(found("FW621", filter("-A FORWARD -p gre -m conntrack ! --ctstate NEW -j ACCEPT\n")) == "");
}

TEST_CASE("an overlap of rules that look into packets is a possible one") {
  CHECK(has(found("FW113", filter("-A INPUT -p tcp -m u32 --u32 \"0x6&0xff=0x1\" -j DROP\n-A INPUT -m length --length 100:200 -j ACCEPT\n")), "may overlap filter/INPUT/1"));
  CHECK(has(found("FW113", filter("-A INPUT -p tcp -j DROP\n-A INPUT -m length --length 100:200 -j ACCEPT\n")), "overlaps filter/INPUT/1"));
  CHECK(has(found("FW101", filter("-A INPUT -m length --length 0:200 -j DROP\n-A INPUT -m length --length 100:150 -j ACCEPT\n")), "filter/INPUT/2 never matches"));
}

TEST_CASE("types that no IPv4 address has") {
  CHECK(has(found("FW622", filter("-A INPUT -m addrtype ! --src-type UNREACHABLE -j DROP\n-A FORWARD -m addrtype ! --src-type UNREACHABLE -j DROP\n")), "always true in IPv4: only the local routing table is looked into; so does filter/FORWARD/1"));
  CHECK(found("FW622", filter("-A INPUT -m addrtype --dst-type ANYCAST -j DROP\n"), "routes = [\"anycast 192.0.2.9 dev eth0 table local\"]\n" + router) == "");
  CHECK(found("FW622", filter("-A INPUT -m addrtype --dst-type ANYCAST -j DROP\n"), "", Family::v6) == "");
}

TEST_CASE("texts in packets") {
  const auto string = [](const std::string& before, const std::string& after) { return filter(before + "-m string --string badword --algo bm " + after + "\n"); };
  CHECK(found("FW623", string("-A FORWARD -p tcp ", "--to 40 -j DROP")) == "filter/FORWARD/1 looks at the headers only: its data begin at offset 40, and it searches up to 40\n");
  CHECK(has(found("FW623", string("-A FORWARD -p tcp ", "--to 400 -j DROP")), "stops a packet that holds a text"));
  CHECK(has(found("FW623", string("-A FORWARD -p tcp -m conntrack --ctstate NEW ", "-j DROP")), "sees the first packets of TCP connections only"));
  CHECK(has(found("FW623", string("-A FORWARD -p udp -m conntrack --ctstate NEW ", "-j DROP")), "stops a packet that holds a text"));
  CHECK(found("FW623", string("-A FORWARD -p tcp ", "-j LOG")) == "");
  CHECK(has(found("FW624", filter("-A INPUT -p tcp -m string ! --string GET --algo bm -j REJECT\n")), "stops the SYN of each TCP connection too"));
  CHECK(found("FW624", filter("-A INPUT -p udp -m string ! --string GET --algo bm -j DROP\n")) == "");
  CHECK(found("FW624", filter("-A INPUT -m u32 ! --u32 \"0x6&0xff=0x1\" -j DROP\n")) == "");   // in every header
  CHECK(has(found("FW624", filter("-A INPUT -m u32 ! --u32 \"0x0>>0x16&0x3c@0xc=0x47455420\" -j ACCEPT\n")), "accepts packets too that are too short"));
}

TEST_CASE("times") {
  const auto time = [](const std::string& words) { return found("FW625", filter("-A FORWARD -m time " + words + " -j DROP\n")); };
  CHECK(time("--timestart 08:00 --timestop 18:00") == "filter/FORWARD/1 means 08:00-18:00 in UTC, not in local time\n");
  CHECK(time("--timestart 08:00 --timestop 18:00 --kerneltz") == "");
  CHECK(time("--weekdays Sat,Sun") == "filter/FORWARD/1 means its days in UTC, not in local time\n");
  CHECK(time("--datestart 2030-01-01 --datestop 2030-12-31") == "filter/FORWARD/1 ends as the day of its --datestop begins: a date without a time means 00:00:00\n");
  CHECK(time("--datestart 2030-01-01 --datestop 2030-12-31T23:59:59") == "");
  CHECK(has(time("--timestart 22:00 --timestop 06:00 --weekdays Fri"), "each of its days has two pieces, 00:00-06:00 and 22:00-24:00"));
  CHECK(time("--timestart 22:00 --timestop 06:00 --kerneltz") == "");
}

TEST_CASE("a hashlimit by default forgets after one unit of its rate") {
  const auto limit = [](const std::string& rate, const std::string& target) {
    return found("FW628", filter("-A INPUT -m hashlimit --hashlimit-upto " + rate + " --hashlimit-mode srcip --hashlimit-name a " + target + "\n"));
  };
  CHECK(limit("1/minute", "-j ACCEPT") ==
        "filter/INPUT/1 forgets a sender after 60 s without packets, long before its burst is full again (300 s): who pauses that long gets 5 packets each time, 5 times the rate of 1/min\n");
  CHECK(limit("3/minute", "-j ACCEPT") == "");
  CHECK(limit("1/minute", "-j LOG") == "");
}

TEST_CASE("routing asks for marks before FORWARD") {
  const auto mangle = [](const std::string& rules) { return "*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n"; };
  const std::string host = "rules = [\"fwmark 1 lookup 100\", \"tos 0x10 lookup 101\"]\n" + router;
  CHECK(has(found("FW641", mangle("-A FORWARD -j MARK --set-mark 1\n"), host), "mangle/FORWARD/1 sets the mark 0x1, which a routing rule of this host asks for, when the packet has been routed already"));
  CHECK(found("FW641", mangle("-A FORWARD -j MARK --set-mark 1\n-A OUTPUT -j MARK --set-mark 1\n"), host) == "");
  CHECK(found("FW641", mangle("-A FORWARD -j MARK --set-mark 2\n"), host) == "");
  CHECK(found("FW641", mangle("-A PREROUTING -j CONNMARK --restore-mark\n-A FORWARD -j MARK --set-mark 1\n-A FORWARD -j CONNMARK --save-mark\n"), host) == "");   // for the next packets
  CHECK(has(found("FW641", mangle("-A FORWARD -j TOS --set-tos 0x10/0xff\n"), host), "sets the TOS 0x10"));
  CHECK(has(found("FW641", "*raw\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j MARK --set-mark 1\nCOMMIT\n", host), "when the packet has been routed already"));
  CHECK(has(found("FW641", "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j MARK --set-mark 1\nCOMMIT\n" + filter("-A INPUT -m conntrack --ctstate INVALID -j DROP\n"), host), "of the first packet of each connection only"));
}

TEST_CASE("zones of both directions, of one, and of what is translated") {
  const auto raw = [](const std::string& rules, const std::string& more = "") { return "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + rules + "COMMIT\n" + more; };
  CHECK(has(found("FW713", raw("-A PREROUTING -i eth1 -j CT --zone 7\n")), "raw/PREROUTING/1 puts packets of one direction into zone 7: their answers, which come by other devices or from this host, are in no zone"));
  CHECK(has(found("FW713", raw("-A OUTPUT -p udp -m udp --dport 53 -j CT --zone 7\n")), "raw/OUTPUT/1"));
  CHECK(found("FW713", raw("-A OUTPUT -p udp -m udp --dport 53 -j CT --zone 7\n-A PREROUTING -p udp -m udp --sport 53 -j CT --zone 7\n")) == "");
  CHECK(found("FW713", raw("-A PREROUTING -j CT --zone 7\n")) == "");
  CHECK(found("FW713", raw("-A PREROUTING -s 10.0.0.0/8 -d 10.0.0.0/8 -j CT --zone 7\n")) == "");
  CHECK(has(found("FW713", raw("-A PREROUTING -s 10.0.0.0/8 -j CT --zone 7\n-A PREROUTING -d 172.16.0.0/12 -j CT --zone 7\n")), "raw/PREROUTING/1"));
  CHECK(found("FW713", raw("-A PREROUTING -i eth1 -j CT --zone-orig 7\n")) == "");
  const std::string both = "-A OUTPUT -p udp -m udp --dport 53 -j CT --zone 7\n-A OUTPUT -p udp -m udp --sport 15053 -j CT --zone 7\n";
  CHECK(found("FW713", raw(both, "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 15053\nCOMMIT\n")) == "");
  CHECK(has(found("FW713", raw(both)), "raw/OUTPUT/1"));
}

TEST_CASE("in the raw table every packet is INVALID") {
  CHECK(has(found("FW714", "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m state ! --state NEW -j DROP\nCOMMIT\n"), "'! --state NEW' is true of all packets here"));
  CHECK(has(found("FW714", "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate NEW -j DROP\nCOMMIT\n"), "'--ctstate NEW' is true of nothing but what this host sends over lo"));
  const std::string device = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i eth0 -m conntrack --ctstate NEW -j DROP\nCOMMIT\n";
  CHECK(found("FW714", device) == "");
  CHECK(has(found("FW101", device), "raw/PREROUTING/1 never matches"));
  CHECK(found("FW714", "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j CT --notrack\n-A PREROUTING -m conntrack --ctstate UNTRACKED -j ACCEPT\nCOMMIT\n") == "");
}

TEST_CASE("what SYNPROXY needs") {
  const auto proxy = [](const std::string& state, bool untracked, const std::string& host = "") {
    return found("FW715", std::string(untracked ? "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 80 --syn -j CT --notrack\nCOMMIT\n" : "") +
                              filter("-A FORWARD -p tcp -m tcp --dport 80 " + state + " -j SYNPROXY --sack-perm --mss 1460\n"), host);
  };
  CHECK(proxy("-m conntrack --ctstate INVALID,UNTRACKED", true) == "");
  CHECK(has(proxy("-m conntrack --ctstate INVALID,UNTRACKED", false), "protects nothing"));
  CHECK(has(proxy("-m conntrack --ctstate UNTRACKED", true), "never sees the ACK that a client sends then"));
  CHECK(has(proxy("", true), "takes the packets of connections that are made already"));
  CHECK(has(proxy("-m conntrack --ctstate INVALID,UNTRACKED", true, router + "\"net.netfilter.nf_conntrack_tcp_loose\" = 1\n"), "nf_conntrack_tcp_loose is on"));
  CHECK(proxy("-m conntrack --ctstate INVALID,UNTRACKED", true, router + "\"net.netfilter.nf_conntrack_tcp_loose\" = 0\n") == "");
}

TEST_CASE("an estimator of another table, or of none") {
  const std::string asks = "-A INPUT -m rateest --rateest a --rateest-gt --rateest-bps 1mbit -j DROP\n", makes = "-A INPUT -j RATEEST --rateest-name a --rateest-interval 250ms --rateest-ewmalog 500ms\n";
  CHECK(has(found("FW630", filter(asks)), "which no rule of this ruleset makes"));
  CHECK(found("FW630", filter(makes + asks)) == "");
  CHECK(has(found("FW630", filter(asks + makes)), "is made later, by filter/INPUT/2"));
}

TEST_CASE("source routes are followed where a device follows them") {
  const std::string all = router + "\"net.ipv4.conf.all.accept_source_route\" = 1\n";
  CHECK(has(found("FW705", filter(""), all), "accept_source_route is 1 (senders choose the way)"));
  CHECK(found("FW705", filter(""), all + "\"net.ipv4.conf.eth0.accept_source_route\" = 0\n\"net.ipv4.conf.eth1.accept_source_route\" = 0\n") == "");
}

TEST_CASE("routing headers are a router's matter") {
  const std::string rule = "-A FORWARD -s 2001:db8::/32 -p tcp -m tcp --dport 443 -j ACCEPT\n", head = "*filter\n:FORWARD DROP [0:0]\n";
  CHECK(has(found("FW632", head + rule + "COMMIT\n", "", Family::v6), "filter/FORWARD/1 forwards packets with a routing header of type 0"));
  CHECK(found("FW632", head + "-A FORWARD -m ipv6header --header route --soft -j DROP\n" + rule + "COMMIT\n", "", Family::v6) == "");
  CHECK(found("FW632", filter(""), "", Family::v6) == "");   // everything is forwarded
}
