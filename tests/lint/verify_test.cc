// Assertions: each kind proved and refuted; and what the simulator says of sampled packets.
#include "lint/verify.hh"

#include <doctest/doctest.h>

#include <random>

#include "parser/parse.hh"
#include "parser/policy.hh"

using namespace fwsim;

namespace {

std::vector<Proof> verify(const std::string& rules, const std::string& policy, Family family = Family::v4) {
  const Parsed parsed = parse_ruleset(rules, {.file = "r", .family = family});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  PolicyText text = parse_policy(policy, "p");
  const std::vector<Claim> claims = understand(text.policy, text.diagnostics);
  for (const Diagnostic& d : text.diagnostics) REQUIRE_MESSAGE(d.severity != Severity::error, d.text);
  std::vector<Proof> proofs;
  for (const Claim& claim : claims) proofs.push_back(prove(parsed.ruleset, nullptr, claim));
  return proofs;
}

// "refuted: dropped filter/INPUT/policy [from all but 10.0.0.0/8]", with ! where no packet was shown.
std::string told(const std::string& rules, const std::string& assertion) {
  const Proof proof = verify(rules, "[[assert]]\n" + assertion).front();
  std::string out(result_name(proof.result));
  for (const Refutation& r : proof.against) {
    out += std::string(r.replies ? ": reply " : ": ") + (r.packets.may ? "may be " : "") + std::string(piece_fate_name(r.packets.fate)) + " " + r.packets.by.name;
    if (r.packets.packet.empty()) out += "!";
    if (!r.why.empty()) out += " (" + r.why + ")";
    for (const PieceText& p : r.packets.pieces) out += " [" + p.text + "]";
    CHECK(r.packets.packet.empty() == r.path.empty());
  }
  return out;
}

constexpr const char* router =
    "*nat\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443\nCOMMIT\n"
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
    "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n"
    "-A INPUT -p tcp -m tcp --dport 25 -m hashlimit --hashlimit-above 5/min --hashlimit-name smtp -j DROP\n"
    "-A INPUT -p tcp -m tcp --dport 25 -j ACCEPT\n"
    "-A INPUT -p tcp -m tcp --dport 23 -j LOG\n"
    "-A INPUT -p udp -m udp --dport 69 -m limit --limit 1/sec -j LOG\n"
    "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
    "-A FORWARD -i eth0 -d 10.0.0.5/32 -p tcp -m tcp --dport 8443 -j ACCEPT\n"
    "-A FORWARD -s 10.1.0.0/16 -d 10.2.0.0/16 -p icmp -j ACCEPT\n"
    "COMMIT\n";

std::string assertion(const std::string& kind, const std::string& traffic, const std::string& more = "") {
  return "kind = \"" + kind + "\"\ntraffic = \"" + traffic + "\"\n" + more;
}

}  // namespace

TEST_CASE("verify: must pass and must not") {
  CHECK(told(router, assertion("must-pass", "tcp 10.1.0.0/16 -> any:22", "way = \"input\"")) == "proved");
  CHECK(told(router, assertion("must-pass", "tcp any -> any:22", "way = \"input\"")) == "refuted: dropped filter/INPUT/policy [from all but 10.0.0.0/8]");
  CHECK(told(router, assertion("must-not-pass", "tcp any -> any:3306")) == "proved");
  CHECK(told(router, assertion("must-not-pass", "tcp any -> any:22")) == "refuted: passed filter/INPUT/2 [from 10.0.0.0/8]");
}

TEST_CASE("verify: only from") {
  CHECK(told(router, assertion("only-from", "tcp any -> any:22", "sources = [\"10.0.0.0/8\"]")) == "proved");
  CHECK(told(router, assertion("only-from", "tcp any -> any:22", "sources = [\"10.0.0.0-10.127.255.255\"]")) ==
        "refuted: passed filter/INPUT/2 [from 10.128.0.0/9]");
}

TEST_CASE("verify: isolated") {
  CHECK(told(router, "kind = \"isolated\"\nnetworks = [\"10.3.0.0/16\"]\nfrom = [\"10.2.0.0/16\", \"10.4.0.0/16\"]") == "proved");
  CHECK(told(router, "kind = \"isolated\"\nnetworks = [\"10.2.0.0/16\"]\nfrom = [\"10.1.0.0/16\"]") == "refuted: passed filter/FORWARD/3 [icmp to 10.2.0.0/16]");
}

TEST_CASE("verify: must log") {
  CHECK(told(router, assertion("must-log", "tcp any -> any:23", "way = \"input\"")) == "proved");
  CHECK(told(router, assertion("must-log", "tcp any -> any:24", "way = \"input\"")) == "refuted: dropped filter/INPUT/policy (not logged) [all of them]");
  CHECK(told(router, assertion("must-log", "udp any -> any:69", "way = \"input\"")) ==
        "may fail: may be dropped filter/INPUT/policy (perhaps not logged) [all of them]");
}

TEST_CASE("verify: must be limited") {
  CHECK(told(router, assertion("must-limit", "tcp any -> any:25", "way = \"input\"")) == "proved");
  CHECK(told(router, assertion("must-limit", "tcp any -> any:22,25", "way = \"input\"")) ==
        "refuted: passed filter/INPUT/2 (passes without a limit) [from 10.0.0.0/8 to any port 22]");
}

TEST_CASE("verify: must be translated") {
  CHECK(told(router, assertion("must-nat-to", "tcp any -> 192.0.2.1:443 in eth0 out eth1", "to = \"10.0.0.5:8443\"\nreplies = true")) == "proved");
  CHECK(told(router, assertion("must-nat-to", "tcp any -> 192.0.2.1:443 in eth0 out eth1", "to = \"10.0.0.6\"")) ==
        "refuted: passed filter/FORWARD/2 (passes untranslated, or to elsewhere) [all of them]");
}

TEST_CASE("verify: replies") {
  const std::string both = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i eth0 -o eth1 -j ACCEPT\n", back = "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n";
  const std::string traffic = assertion("must-pass", "udp 10.0.0.0/8 -> any:53 in eth0 out eth1", "replies = true");
  CHECK(told(both + back + "COMMIT\n", traffic) == "proved");
  CHECK(told(both + "COMMIT\n", traffic) == "refuted: reply dropped filter/FORWARD/policy [all of them]");
}

TEST_CASE("verify: faults in a policy, each with its place") {
  struct Bad {
    const char* policy;
    unsigned line, column;
    const char* fault;
    const char* hint;
  };
  const Bad list[] = {
      {"", 0, 0, "the policy asserts nothing", "[[assert]] with name, kind and traffic; see: fwsim help verify"},
      {"[[asert]]\n", 1, 3, "unknown key 'asert'", "did you mean 'assert'?"},
      {"[[assert]]\nkind = \"must-pas\"\ntraffic = \"any any -> any\"\n", 2, 8, "'must-pas' is not a kind of assertion", "did you mean 'must-pass'?"},
      {"[[assert]]\nkind = \"must-pass\"\n", 1, 1, "'must-pass' needs the key 'traffic'", ""},
      {"[[assert]]\nkind = \"must-log\"\ntraffic = \"any any -> any\"\nreplys = true\n", 4, 1, "unknown key 'replys' in an assertion of kind 'must-log'", ""},
      {"[[assert]]\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:90-80\"\n", 3, 27, "the range '90-80' is empty: its end comes before its beginning", "80-90"},
      {"[[assert]]\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:99999\"\n", 3, 27, "'99999' is not a port", "ports go from 0 to 65535"},
      {"[[assert]]\nkind = \"only-from\"\ntraffic = \"tcp any -> any:22\"\nsources = [\"10.0.0.0/8\", \"10.0.0.0/40\"]\n", 4, 35, "'40' is not a prefix length", "/0 to /32"},
      {"[[assert]]\nkind = \"only-from\"\ntraffic = \"tcp any -> 10.0.0.1:22\"\nsources = \"2001:db8::/32\"\n", 4, 12, "the sources and the traffic are of different families", ""},
      {"[[assert]]\nkind = \"isolated\"\nnetworks = [\"10.0.0.0/8:22\"]\nfrom = \"any\"\n", 3, 14, "a network has no ports", ""},
      {"[[assert]]\nkind = \"must-pass\"\ntraffic = \"tcp any -> any:22\"\nway = \"inptu\"\n", 4, 8, "'inptu' is not a way", "did you mean input?"},
      {"[[assert]]\nkind = \"must-pass\"\ntraffic = 3\n", 3, 11, "'traffic' must be a text", ""},
      {"assert = 1\n", 1, 10, "'assert' must be a list of tables", "[[assert]]"},
  };
  for (const Bad& bad : list) {
    INFO(bad.policy);
    PolicyText text = parse_policy(bad.policy, "p");
    understand(text.policy, text.diagnostics);
    REQUIRE(text.diagnostics.size() == 1);
    const Diagnostic& d = text.diagnostics.front();
    CHECK(d.line == bad.line);
    CHECK(d.column == bad.column);
    CHECK(d.text == bad.fault);
    CHECK(d.hint == bad.hint);
  }
}

// Random small rulesets: what is proved holds for sampled packets in the simulator, and what is refuted has one.
TEST_CASE("verify: agrees with packets in the simulator") {
  std::mt19937 random(5);
  const auto one_of = [&](std::initializer_list<const char*> list) { return std::string(list.begin()[random() % list.size()]); };
  unsigned proved = 0, refuted = 0;
  for (int round = 0; round < 60; ++round) {
    std::string rules = "*filter\n:INPUT " + one_of({"DROP", "ACCEPT"}) + " [0:0]\n:A - [0:0]\n";
    for (int i = 0; i < 6; ++i)
      rules += "-A " + one_of({"INPUT", "INPUT", "A"}) + one_of({"", " -s 10.0.0.0/8", " -s 10.1.0.0/16", " ! -s 192.0.2.0/24"}) +
               one_of({"", " -i eth0", " -i eth1"}) + one_of({"", " -p tcp -m tcp --dport 20:25", " -p udp -m udp --dport 53", " -p tcp -m tcp ! --dport 22"}) + " -j " +
               one_of({"ACCEPT", "DROP", "RETURN"}) + "\n";
    rules += "-A INPUT " + one_of({"-i eth0 ", ""}) + "-j A\nCOMMIT\n";
    INFO(rules);
    const Parsed parsed = parse_ruleset(rules, {.file = "r", .family = Family::v4});
    REQUIRE_FALSE(has_errors(parsed.diagnostics));
    const std::string source = one_of({"any", "10.0.0.0/8", "192.0.2.0/24"}), port = one_of({"22", "20-25", "80"});
    const Proof pass = verify(rules, "[[assert]]\n" + assertion("must-pass", "tcp " + source + " -> any:" + port + " in eth0", "way = \"input\"")).front();
    const Proof stop = verify(rules, "[[assert]]\n" + assertion("must-not-pass", "tcp " + source + " -> any:" + port + " in eth0", "way = \"input\"")).front();
    for (const Proof* p : {&pass, &stop}) {
      CHECK((p->result == Proof::Result::proved || p->result == Proof::Result::refuted));
      if (p->result == Proof::Result::refuted) {
        ++refuted;
        CHECK(std::all_of(p->against.begin(), p->against.end(), [](const Refutation& r) { return !r.packets.packet.empty(); }));
        continue;
      }
      ++proved;
      for (int i = 0; i < 12; ++i) {
        const std::string from = source == "any" ? one_of({"10.1.2.3", "10.200.0.1", "192.0.2.77", "203.0.113.5"}) : source == "10.0.0.0/8" ? one_of({"10.1.0.9", "10.255.255.254"}) : "192.0.2.200";
        const std::string to = port == "20-25" ? one_of({"20", "22", "25"}) : port;
        QuestionFault fault;
        const std::string text = "tcp " + from + ":4000 -> 198.51.100.7:" + to + " in eth0 syn";
        const auto q = read_question(text, fault);
        REQUIRE(q);
        const Result result = replay({.packet = q->packet, .host = default_host(), .in = "eth0", .out = "", .question = text}, parsed.ruleset);
        CHECK_MESSAGE((result.fate == Fate::delivered) == (p == &pass), text);
      }
    }
  }
  CHECK(proved > 10);
  CHECK(refuted > 10);
}
