// What lint says of rulesets that people publish, and of those that other linters get wrong.
#include <doctest/doctest.h>

#include "tests/lint/linted.hh"

using namespace fwsim;
using fwsim::test::Linted;

namespace {

std::string filter(const std::string& rules, const std::string& chains = ":INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n") {
  return "*filter\n" + chains + rules + "COMMIT\n";
}

// What is never reached, or of no effect.
const LintOptions about_rules{.only = {"FW101", "FW102", "FW103", "FW104", "FW105", "FW106", "FW107", "FW108", "FW109", "FW110", "FW111"}};

// Rules said to be dead or without effect.
std::string dead(const std::string& rules) {
  return Linted(filter(rules), {.only = {"FW101", "FW102", "FW103", "FW104", "FW107", "FW108", "FW111"}}).text();
}

}  // namespace

TEST_CASE("the EC2 recipe: who is not root reaches the metadata service all the same") {
  const Linted linted(filter("-A INPUT -i lo -j ACCEPT\n"
                             "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
                             "-A INPUT -m conntrack --ctstate INVALID -j DROP\n"
                             "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
                             "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
                             "-A OUTPUT -d 169.254.169.254/32 -j ACCEPT\n"
                             "-A OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j DROP\n"
                             "-A INPUT -m limit --limit 5/min -j LOG --log-prefix \"FW-DROP: \"\n"
                             "-A INPUT -j DROP\n"), {.only = {"shadowed"}});
  CHECK(linted.text() == "FW101 filter/OUTPUT/2 by filter/OUTPUT/1\n");
  REQUIRE(linted.result.findings.size() == 1);
  CHECK(linted.result.findings[0].text == "never matches: filter/OUTPUT/1 (rules:10) takes all its packets first; it says ACCEPT, this rule DROP");
}

TEST_CASE("the port knocking recipe: none of its chains is ever used") {
  const Linted linted(filter("-A INPUT -p tcp -m tcp --dport 1111 -m recent --set --name knock1 -j DROP\n"
                             "-A INPUT -p tcp -m tcp --dport 2222 -m recent --rcheck --name knock1 -m recent --set --name knock2 -j DROP\n"
                             "-A INPUT -p tcp -m tcp --dport 3333 -m recent --rcheck --name knock2 -m recent --set --name knock3 -j DROP\n"
                             "-A INPUT -p tcp -m tcp --dport 22 -m recent --rcheck --seconds 10 --name knock3 -j ACCEPT\n"
                             "-A INPUT -p tcp -m tcp --dport 22 -j DROP\n",
                             ":INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:KNOCK1 - [0:0]\n:KNOCK2 - [0:0]\n:KNOCK3 - [0:0]\n:KNOCKSSH - [0:0]\n"), about_rules);
  CHECK(linted.text() == "FW105 filter/KNOCK1\nFW105 filter/KNOCK2\nFW105 filter/KNOCK3\nFW105 filter/KNOCKSSH\n");
}

TEST_CASE("never false: what other linters report, and is not so") {
  // Fragments only, not everything on the device.
  CHECK(Linted("*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i wlan0 -f -j DROP\n-A INPUT -i wlan0 -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -i wlan0 -j DROP\nCOMMIT\n",
               {.only = {"shadowed", "repeated"}}).text() == "");
  // Conditions by matches.
  CHECK(dead("-A INPUT -m state --state NEW -j ACCEPT\n-A INPUT -p udp -j ACCEPT\n") == "");
  CHECK(dead("-A INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n") == "");
  CHECK(dead("-A INPUT -m limit --limit 1/sec -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n") == "");
  CHECK(dead("-A INPUT -m set --match-set friends src -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n") == "");
  // Targets that do not end.
  CHECK(dead("-A INPUT -j LOG\n-A INPUT -j MARK --set-xmark 0x1/0xffffffff\n-A INPUT -j SET --add-set seen src\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n") == "");
  // RETURN and goto let traffic by.
  const std::string chains = ":INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n";
  CHECK(Linted(filter("-A INPUT -j A\n-A INPUT -p tcp -j ACCEPT\n-A A -s 10.0.0.0/8 -j RETURN\n-A A -j DROP\n", chains), {.only = {"shadowed", "repeated"}}).text() == "");
  CHECK(Linted(filter("-A INPUT -j A\n-A INPUT -p tcp -j ACCEPT\n-A A -s 10.0.0.0/8 -g B\n-A A -j DROP\n-A B -p udp -j DROP\n", chains), {.only = {"shadowed", "repeated"}}).text() == "");
  // Negation.
  CHECK(dead("-A INPUT ! -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 10.1.0.0/16 -j ACCEPT\n") == "");
  // A chain is judged with its callers: only TCP comes there.
  CHECK(Linted(filter("-A INPUT -p tcp -j A\n-A A -p tcp -j DROP\n-A A -j ACCEPT\n", chains), {.only = {"shadowed"}}).text() == "FW101 filter/A/2 by filter/A/1\n");
}

TEST_CASE("rules that several others leave nothing for") {
  CHECK(dead("-A INPUT -s 10.0.0.0/9 -j DROP\n-A INPUT -s 192.168.0.0/16 -j DROP\n-A INPUT -s 10.128.0.0/9 -j DROP\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n") ==
        // Without 1 or 3, rule 4 would accept what they drop; without 2 the policy drops it.
        "FW103 filter/INPUT/2 by filter/INPUT/policy\n"
        "FW101 filter/INPUT/4 by filter/INPUT/1, filter/INPUT/3\n");
}

TEST_CASE("an empty ruleset, and tables without rules") {
  CHECK(Linted("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", about_rules).text() == "");
  CHECK(Linted("").text() == "");
}
