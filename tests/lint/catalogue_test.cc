// Every entry of the catalogues of faults is found by a check, or it is said where it is found instead.
#include <doctest/doctest.h>

#include <cctype>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "lint/check.hh"
#include "lint/elsewhere.hh"
#include "parser/parse.hh"
#include "tests/shared.hh"

using namespace fwsim;

namespace {


// "- A01 text", "K01 text. K02 text." below "### A. Title", up to the next part of the page.
std::set<std::string> ids_of_checks(std::istream& in) {
  std::set<std::string> ids;
  char letter = 0;
  for (std::string line; std::getline(in, line) && line.rfind("## Compliance", 0) != 0;) {
    if (line.rfind("### ", 0) == 0) letter = line[4];
    if (letter == 0 || line.rfind("### ", 0) == 0) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;)
      if (word.size() == 3 && word[0] == letter && std::isdigit(static_cast<unsigned char>(word[1])) && std::isdigit(static_cast<unsigned char>(word[2]))) ids.insert(word);
  }
  return ids;
}

// "| A1 | E | ..."
std::set<std::string> ids_of_traps(std::istream& in) {
  std::set<std::string> ids;
  for (std::string line; std::getline(in, line);)
    if (line.size() > 3 && line.rfind("| ", 0) == 0 && std::isdigit(static_cast<unsigned char>(line[3]))) ids.insert("traps:" + line.substr(2, line.find(' ', 2) - 2));
  return ids;
}

}  // namespace

TEST_CASE("no fault is both found and said to be found elsewhere") {
  std::set<std::string_view> covered, said;
  for (const CatalogueEntry& entry : catalogue()) {
    INFO(entry.id);
    CHECK(entry.checks.empty() != entry.where.empty());
    CHECK(said.insert(entry.id).second);
  }
  std::size_t rows = 0;
  for (const Elsewhere& e : elsewhere()) rows += static_cast<std::size_t>(std::count(e.ids.begin(), e.ids.end(), ' ')) + 1;
  std::size_t uncovered = 0;
  for (const CatalogueEntry& entry : catalogue()) uncovered += entry.checks.empty();
  CHECK(rows == uncovered);   // none stands there twice
}

TEST_CASE("every entry of the catalogues is accounted for") {
  const std::string checks = test::shared("checks.md"), traps = test::shared("semantics/traps.md");
  if (checks.empty() || traps.empty()) return;
  std::ifstream one(checks), two(traps);
  std::set<std::string> ids = ids_of_checks(one);
  CHECK(ids.size() > 200);
  ids.merge(ids_of_traps(two));
  CHECK(ids.size() > 330);
  std::set<std::string> known;
  for (const CatalogueEntry& entry : catalogue()) {
    INFO(entry.id, " is in no catalogue");
    CHECK(ids.contains(std::string(entry.id)));
    known.insert(std::string(entry.id));
  }
  for (const std::string& id : ids) {
    INFO(id, " is found by no check, and lint/elsewhere.cc says nothing of it");
    CHECK(known.contains(id));
  }
}

TEST_CASE("what is said to be refused when a file is read is refused") {
  struct Case {
    std::string_view ids, rules, fault;
  };
  const Case cases[] = {
      {"A20", "*filter\n-A INPUT -j NOWHERE\nCOMMIT\n", "unknown-target"},
      {"A21 traps:A6", "*filter\n:A - [0:0]\n-A INPUT -j A\n-A A -j A\nCOMMIT\n", "loop"},
      {"M01", "*nat\n-A PREROUTING -j SNAT --to-source 1.2.3.4\nCOMMIT\n", "wrong-hook"},
      {"M01 traps:D11", "*nat\n-A POSTROUTING -j DNAT --to-destination 1.2.3.4\nCOMMIT\n", "wrong-hook"},
      {"M07 traps:D11", "*nat\n-A INPUT -j MASQUERADE\nCOMMIT\n", "wrong-hook"},
      {"M02", "*filter\n-A INPUT ! -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n", "bad-options"},
      {"M03", "*mangle\n-A PREROUTING -j TPROXY --on-port 80\nCOMMIT\n", "needs-protocol"},
      {"M04 traps:E29", "*mangle\n-A FORWARD -p tcp -j TCPMSS --clamp-mss-to-pmtu\nCOMMIT\n", "bad-options"},
      {"M05 M09 traps:C9", "*filter\n:A - [0:0]\n-A INPUT -j A\n-A OUTPUT -j A\n-A A -m owner --uid-owner 0 -j ACCEPT\nCOMMIT\n", "wrong-hook"},
      {"M06", "*nat\n-A POSTROUTING -p tcp -j REDIRECT --to-ports 80\nCOMMIT\n", "wrong-hook"},
      {"M07", "*filter\n-A INPUT -j NOTRACK\nCOMMIT\n", "wrong-table"},
      {"M08", "*filter\n-A OUTPUT -i eth0 -j DROP\nCOMMIT\n", "interface-direction"},
      {"M10", "*filter\n-A INPUT -p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16 -j ACCEPT\nCOMMIT\n", "bad-value"},
      {"M11 traps:E12", "*filter\n-A INPUT --dport 80 -j ACCEPT\nCOMMIT\n", "unknown-option"},
      {"M12", "*filter\n-A INPUT -i abcdefghijklmnopq -j DROP\nCOMMIT\n", "bad-interface"},
      {"M14", "*filter\n-A INPUT ! -p all -j DROP\nCOMMIT\n", "bad-protocol"},
      {"M15 traps:E62", "*filter\n-A OUTPUT -m physdev --physdev-out eth0 -j DROP\nCOMMIT\n", "wrong-hook"},
      {"M16", "*filter\n-A INPUT -m conntrack -j DROP\nCOMMIT\n", "missing-option"},
      {"M17", "*filter\n-A INPUT -j DROP\n", "missing-commit"},
      {"M17", "*filter\n:A DROP [0:0]\nCOMMIT\n", "policy-of-user-chain"},
      {"M19", "# iptables-save\n*filter\n-A INPUT -p icmp -m icmp6 --icmpv6-type 1 -j DROP\nCOMMIT\n", "other-family"},
      {"M20", "*filter\n-A INPUT -m nosuchmatch --foo -j DROP\nCOMMIT\n", "unsupported"},
      {"L06", "*filter\n-A INPUT -m recent --update --hitcount 70000 -j DROP\nCOMMIT\n", "bad-value"},
      {"E13 traps:D14", "*nat\n-A PREROUTING -j DROP\nCOMMIT\n", "nat-filtering"},
      {"G12", "*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1:80000\nCOMMIT\n", "bad-value"},
      {"F10 traps:E36", "*filter\n-A INPUT -s www.example.com -j DROP\nCOMMIT\n", "bad-address"},
      {"traps:B15", "*raw\n-A PREROUTING -j CT --helper ftp\nCOMMIT\n", "bad-options"},
      {"traps:E7", "*filter\n-A INPUT -m limit --limit 3/day -j ACCEPT\nCOMMIT\n", "bad-options"},
      {"traps:E15", "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -s fd00::/8 -p 44 -j ACCEPT\nCOMMIT\n", "extension-header-protocol"},
      {"traps:E23", "*filter\n-A OUTPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT\nCOMMIT\n", "wrong-hook"},
  };
  for (const Case& c : cases) {
    INFO(c.ids, "\n", c.rules);
    bool found = false;
    std::string all;
    for (const Diagnostic& d : parse_ruleset(c.rules, {.file = "rules"}).diagnostics) {
      found = found || d.id == c.fault;
      all += d.id + " ";
    }
    INFO(all);
    CHECK(found);
  }
}
