// Fixes of findings: what goes from the text of a ruleset, and what diff does not let go.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "lint/check.hh"
#include "lint/diff.hh"
#include "lint/mend.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/lint/random_ruleset.hh"

using namespace fwsim;

namespace {

std::vector<Ruleset> read(std::string_view text) {
  std::vector<Ruleset> out;
  Parsed parsed = parse_ruleset(text, {.file = "rules", .family = Family::v4});
  if (!has_errors(parsed.diagnostics)) out.push_back(std::move(parsed.ruleset));
  return out;
}

struct Fixed {
  std::string text;
  Mended mended;
  std::string done() const { return list(mended.done); }
  std::string left() const { return list(mended.left); }

  static std::string list(const std::vector<Mending>& list) {
    std::string out;
    for (const Mending& m : list) out += fmt::format("{}{}:{}", out.empty() ? "" : " ", m.finding.id, m.finding.place.line);
    return out;
  }
};

Fixed fix(const std::string& text, const std::vector<std::string>& checks, bool all = false) {
  const Mender mender{.read = read,
                      .look = [&](const Ruleset& ruleset) { return lint(ruleset, nullptr, {.only = checks, .skip = {}}); },
                      .print = [](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, Family::v4); },
                      .wanted = [&](const Finding& f) { return all || f.fix->safe; }};
  Mended mended = mend(text, mender);
  return {edited(text, mended.edits).text, std::move(mended)};
}

const std::string head = "# by hand\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";
std::string rules(const std::string& text) { return head + text + "COMMIT\n"; }

}  // namespace

TEST_CASE("fixes delete the rules that something else makes needless, and nothing else of the file") {
  struct Case {
    const char *check, *before, *after;
  };
  const Case cases[] = {
      {"repeated", "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n# old\n\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT\n#\tend\n",
       "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n# old\n\n#\tend\n"},
      {"redundant", "[7:1] -A INPUT -s 10.1.0.0/16 -j ACCEPT\n[3:4]  -A INPUT   -s 10.0.0.0/8 -j ACCEPT\n", "[3:4]  -A INPUT   -s 10.0.0.0/8 -j ACCEPT\n"},
      {"duplicate", "-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 22 -j ACCEPT\n", "-A INPUT -p tcp --dport 22 -j ACCEPT\n"},
      {"unreferenced-chain", ":OLD - [0:0]\n-A INPUT -i lo -j ACCEPT\n", "-A INPUT -i lo -j ACCEPT\n"},
      {"empty-chain", ":NONE - [0:0]\n-A INPUT -p udp -j NONE\n-A INPUT -p tcp -j NONE\n-A INPUT -i lo -j ACCEPT\n", "-A INPUT -i lo -j ACCEPT\n"},
  };
  for (const Case& c : cases) {
    INFO(c.check);
    const Fixed fixed = fix(rules(c.before), {c.check});
    CHECK(fixed.text == rules(c.after));
    CHECK(fixed.mended.left.empty());
    CHECK(fixed.mended.done.size() == 1);
  }
}

TEST_CASE("fixes of what is in vain are only offered, until they are asked for") {
  struct Case {
    const char *check, *before, *after;
  };
  const Case cases[] = {
      {"shadowed", "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -p tcp -j DROP\n", "-A INPUT -i lo -j ACCEPT\n"},
      {"redundant", "-A INPUT -i lo -j ACCEPT\n-A INPUT -j DROP\n", "-A INPUT -i lo -j ACCEPT\n"},
      {"contradictory", "-A INPUT -p tcp --dport 80 -m multiport --dports 443,8080 -j DROP\n", ""},
      {"unreferenced-chain", ":KNOCK - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A KNOCK -j DROP\n", "-A INPUT -i lo -j ACCEPT\n"},
      {"unreachable-chain", ":WEB - [0:0]\n-A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j WEB\n-A WEB -j DROP\n", "-A INPUT -i eth0 -j ACCEPT\n"},
      {"dead-jump", ":WEB - [0:0]\n-A INPUT -i eth0 -j ACCEPT\n-A INPUT -i eth0 -p tcp -j WEB\n-A INPUT -j WEB\n-A WEB -j DROP\n",
       ":WEB - [0:0]\n-A INPUT -i eth0 -j ACCEPT\n-A INPUT -j WEB\n-A WEB -j DROP\n"},
  };
  for (const Case& c : cases) {
    INFO(c.check);
    const Fixed offered = fix(rules(c.before), {c.check}), asked = fix(rules(c.before), {c.check}, true);
    CHECK(offered.text == rules(c.before));
    CHECK(offered.mended.offered.size() == 1);
    CHECK(asked.text == rules(c.after));
    CHECK(asked.mended.offered.empty());
  }
}

TEST_CASE("a fix that would change what is logged, or what is tracked, is refused, and the others are made") {
  const std::string log = "-A INPUT -s 192.0.2.1 -j LOG\n-A INPUT -s 192.0.2.1 -j LOG\n";
  const Fixed fixed = fix(rules(log + "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT\n"), {"duplicate"});
  CHECK(fixed.text == rules(log + "-A INPUT -i lo -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT\n"));
  CHECK(fixed.done() == "FW108:9 FW108:11");
  CHECK(fixed.left() == "FW108:7");
  CHECK(fixed.mended.left[0].why.find("logged") != std::string::npos);
  CHECK(fixed.mended.left[0].source == "-A INPUT -s 192.0.2.1/32 -j LOG");
  // Fragments are put together only because this rule is there.
  const std::string only = rules("-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -m conntrack --ctstate NEW -j DROP\n");
  const Fixed tracked = fix(only, {"shadowed"}, true);
  CHECK(tracked.text == only);
  CHECK(tracked.mended.left[0].why == "nothing else makes the kernel track connections");
}

TEST_CASE("one fix shows another: a chain whose last call goes, goes too") {
  const std::string before = rules(":A - [0:0]\n:B - [0:0]\n:LIB - [0:0]\n-A INPUT -p tcp -j A\n-A INPUT -j DROP\n-A A -s 192.0.2.1 -j B\n-A B -j DROP\n-A LIB -j DROP\n");
  const Fixed fixed = fix(before, {"redundant", "unreferenced-chain"});
  CHECK(fixed.text == rules(":LIB - [0:0]\n-A INPUT -j DROP\n-A LIB -j DROP\n"));
  CHECK(fixed.mended.offered.size() == 2);   // LIB was there before; the DROP says what the policy does
  CHECK(fix(fixed.text, {"redundant", "unreferenced-chain"}).text == fixed.text);
}

TEST_CASE("of a line with several rules, those that are needed stay") {
  const Fixed fixed = fix(rules("[1:2] -A INPUT -s 10.1.0.0/16,192.0.2.0/24,198.51.100.0/24 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n"), {"redundant"});
  CHECK(fixed.text == rules("[1:2] -A INPUT -s 192.0.2.0/24 -j ACCEPT\n[1:2] -A INPUT -s 198.51.100.0/24 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n"));
  // Two of one line go one after the other.
  CHECK(fix(rules("-A INPUT -s 10.1.0.0/16,10.2.0.0/16,192.0.2.0/24 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n"), {"redundant"}).text ==
        rules("-A INPUT -s 192.0.2.0/24 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n"));
}

TEST_CASE("notes for fwsim go with what they are about, and those that allow nothing by themselves") {
  const std::string one = "-A INPUT -i lo -j ACCEPT\n";
  CHECK(fix(rules(one + "# why\n# fwsim: allow FW103 proxy to come\n-A INPUT -i lo -p tcp -j ACCEPT\n-A INPUT -i eth1 -j ACCEPT\n"), {"repeated"}).text ==
        rules(one + "# why\n-A INPUT -i eth1 -j ACCEPT\n"));
  const std::string allowed = rules(one + "# fwsim: allow FW102 proxy to come\n-A INPUT -i lo -p tcp -j ACCEPT\n");
  CHECK(fix(allowed, {"repeated", "unused-suppression"}).text == allowed);
  CHECK(fix(rules("# fwsim: allow FW102 proxy to come\n" + one), {"repeated", "unused-suppression"}).text == rules(one));
  const std::string comment = rules("-A INPUT -i lo -m comment --comment \"fwsim: allow FW102 to come\" -j ACCEPT\n");
  CHECK(fix(comment, {"repeated", "unused-suppression"}, true).text == comment);
}

TEST_CASE("where lines count rules, a fix that shifts them is refused") {
  const std::string counted = rules("-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n-I INPUT 3 -i eth1 -j ACCEPT\n");
  const Fixed fixed = fix(counted, {"duplicate"});
  CHECK(fixed.text == counted);
  CHECK(fixed.mended.left[0].why == "the file would not load without it");
}

TEST_CASE("random rulesets are treated alike without what fixes delete, and a second run has nothing to do") {
  std::size_t done = 0;
  for (std::uint32_t seed = 1; seed <= 4; ++seed) {
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const std::string before = testing::random_ruleset(Family::v4, random);
    const std::vector<std::string> checks{"FW101", "FW102", "FW103", "FW104", "FW105", "FW106", "FW107", "FW108", "FW803"};
    const Fixed fixed = fix(before, checks, true);
    done += fixed.mended.done.size();
    const auto old = read(before), now = read(fixed.text);
    REQUIRE(old.size() == 1);
    REQUIRE(now.size() == 1);
    CHECK(diff(old.front(), now.front(), nullptr, {.logs = true}).same());
    CHECK(fix(fixed.text, checks, true).mended.done.empty());
  }
  CHECK(done > 5);
}
