// The service matrix of small rulesets, as the table says it.
#include "lint/services.hh"

#include <doctest/doctest.h>

#include "parser/parse.hh"

using namespace fwsim;

namespace {

// One line a row: "input tcp 22 any: 10.0.0.0/8 by filter/INPUT/2 | ...", with ! where no packet was shown.
std::string told(const std::string& rules) {
  const Parsed parsed = parse_ruleset(rules, {.file = "r", .family = Family::v4});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  std::string out;
  for (const ServiceRow& row : find_services(parsed.ruleset, nullptr).rows) {
    out += std::string(way_name(row.way)) + " " + row.protocol + " " + (row.ports.empty() ? "any" : row.ports) + " " + (row.to.empty() ? "any" : row.to);
    if (!row.translated.empty()) out += " => " + row.translated;
    for (const ServiceSource& s : row.sources)
      out += (&s == &row.sources.front() ? ": " : " | ") + s.from + (s.may ? " may by " : " by ") + s.by.name + (s.packet.empty() ? "!" : "");
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("services: of the host, and through it after translation") {
  CHECK(told("*nat\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443\nCOMMIT\n"
             "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
             "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
             "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
             "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n"
             "-A INPUT -p udp -m udp --dport 53 -j ACCEPT\n"
             "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT\n"
             "-A FORWARD -i eth0 -d 10.0.0.5/32 -p tcp -m tcp --dport 8443 -j ACCEPT\n"
             "COMMIT\n") ==
        "input icmp type 8 any: anywhere may by filter/INPUT/5\n"
        "input tcp 22 any: 10.0.0.0/8 by filter/INPUT/2 | 192.0.2.0/24 by filter/INPUT/3\n"
        "input udp 53 any: anywhere by filter/INPUT/4\n"
        "forward tcp 8443 10.0.0.5: in eth0 by filter/FORWARD/1\n"
        "forward tcp 443 any => 10.0.0.5 port 8443: in eth0 by filter/FORWARD/1\n");
}

TEST_CASE("services: which port a translation takes is of no account") {
  CHECK(told("*nat\n-A POSTROUTING -o eth0 -j SNAT --to-source 192.0.2.1\nCOMMIT\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -i eth1 -o eth0 -j ACCEPT\nCOMMIT\n") ==
        "forward any any any: in eth1 out eth0 by filter/FORWARD/1\n");
}

TEST_CASE("services: nothing and everything") {
  CHECK(told("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n").empty());
  CHECK(told("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 25 -j DROP\nCOMMIT\n") ==
        "input all but tcp any any: anywhere by filter/INPUT/policy\n"
        "input tcp all but 25 any: anywhere by filter/INPUT/policy\n");
}
