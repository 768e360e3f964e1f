// Questions about sets of packets: all, none, some; who is on which side, by what rule.
#include "lint/ask.hh"

#include <doctest/doctest.h>

#include "parser/parse.hh"

using namespace fwsim;

namespace {

RangeAnswer ask(const std::string& rules, const std::string& question, Family family = Family::v4) {
  const Parsed parsed = parse_ruleset(rules, {.file = "r", .family = family});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  QuestionFault fault;
  const auto traffic = read_traffic(question, fault);
  REQUIRE_MESSAGE(traffic, fault.text);
  return ask_all(parsed.ruleset, nullptr, *traffic);
}

// "some; passed filter/INPUT/1: from 10.0.0.0/8 | dropped filter/INPUT/3: ...", with ! where no packet was shown.
std::string told(const RangeAnswer& answer) {
  std::string out(share_name(answer.share));
  for (const AnsweredClass& c : answer.classes) {
    out += "; " + std::string(c.may ? "may be " : "") + std::string(piece_fate_name(c.fate)) + " " + c.by.name + (c.packet.empty() ? "!" : "") + ":";
    for (const PieceText& piece : c.pieces) out += " [" + piece.text + "]";
  }
  return out;
}

constexpr const char* stateful =
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -i eth0 -p tcp -m multiport --dports 80,443 -j ACCEPT\n"
    "-A INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 5/sec -j ACCEPT\n"
    "-A FORWARD -i eth1 -o eth0 -j ACCEPT\n"
    "COMMIT\n";

}  // namespace

TEST_CASE("ask: all, none and some") {
  CHECK(told(ask(stateful, "tcp 10.1.0.0/16 -> any:22")) == "all; passed filter/INPUT/2: [all of them]");
  CHECK(told(ask(stateful, "tcp any -> any:23")) == "none; dropped filter/INPUT/policy: [all of them]");
  CHECK(told(ask(stateful, "tcp any -> any:22")) ==
        "some; passed filter/INPUT/2: [from 10.0.0.0/8]; dropped filter/INPUT/policy: [from all but 10.0.0.0/8]");
  CHECK(told(ask(stateful, "tcp any -> any:79-81 in eth0")) ==
        "some; passed filter/INPUT/3: [to any port 80]; dropped filter/INPUT/policy: [to any port all but 80]");
}

TEST_CASE("ask: what hangs on a limit may pass") {
  CHECK(told(ask(stateful, "icmp any -> any type 8")) ==
        "may; may be passed filter/INPUT/4: [all of them]; may be dropped filter/INPUT/policy!: [all of them]");
}

TEST_CASE("ask: ways and states") {
  CHECK(told(ask(stateful, "any any -> any in eth1 out eth0")) == "all; passed filter/FORWARD/1: [all of them]");
  CHECK(told(ask(stateful, "any any -> any in eth0 out eth1")) == "none; dropped filter/FORWARD/policy: [all of them]");
  CHECK(told(ask(stateful, "tcp any -> any established")) == "all; passed filter/INPUT/1: [all of them]");
  CHECK(ask(stateful, "tcp any -> any:22").assumed.size() == 1);
  CHECK(ask(stateful, "tcp any -> any:22 in eth0 out eth1").assumed.empty());
}

TEST_CASE("ask: without connection tracking there is no state") {
  const char* rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n";
  CHECK(told(ask(rules, "udp any -> any:53")) == "all; passed filter/INPUT/1: [all of them]");
  CHECK(told(ask(rules, "udp any -> any:53 established")) == "all; passed filter/INPUT/1: [all of them]");
  CHECK(told(ask(rules, "any any -> any")) ==
        "some; passed filter/INPUT/1: [udp to any port 53]; dropped filter/INPUT/policy: [all but udp] [udp to any port all but 53]");
}

TEST_CASE("ask: after translation") {
  const char* rules =
      "*nat\n-A PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443\nCOMMIT\n"
      "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8443 -j ACCEPT\nCOMMIT\n";
  CHECK(told(ask(rules, "tcp any -> 192.0.2.1:440-450 in eth0 out eth1")) ==
        "some; passed filter/FORWARD/1: [to any port 443]; dropped filter/FORWARD/policy: [to any port all but 443]");
}

TEST_CASE("ask: IPv6") {
  const char* rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 2001:db8::/32 -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT\nCOMMIT\n";
  CHECK(told(ask(rules, "tcp any -> any:22", Family::v6)) ==
        "some; passed filter/INPUT/1: [from 2001:db8::/32]; dropped filter/INPUT/policy: [from all but 2001:db8::/32]");
}

TEST_CASE("the example is one of the packets that were asked about") {
  const std::string rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\nCOMMIT\n";
  const std::pair<std::string, std::string> list[] = {{"tcp any -> any ack new", " ack"},
                                                      {"tcp any -> any rst invalid", " rst"},
                                                      {"tcp any -> any", " syn"},
                                                      {"icmp any -> any type 5/1 invalid", " type 5/1"},
                                                      {"icmp any -> any type 13 new", " type 13/0"}};
  for (const auto& [text, word] : list) {
    const std::string question = text;
    INFO(question);
    const RangeAnswer answer = ask(rules, question);
    CHECK(!answer.classes.empty());
    for (const AnsweredClass& c : answer.classes) CHECK(c.packet.find(word) != std::string::npos);
  }
}
