// Rules that become fewer, and those that must not; random rulesets before and after, by packets and by proof.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "lint/diff.hh"
#include "lint/known_sets.hh"
#include "lint/optimize.hh"
#include "lint/prepare.hh"
#include "lint/witness.hh"
#include "parser/ipset.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/lint/random_ruleset.hh"

using namespace fwsim;

namespace {

OptimizeSource source(Family family) {
  return {.read = [family](std::string_view text) {
            std::vector<Ruleset> out;
            Parsed parsed = parse_ruleset(text, {.file = "rules", .family = family});
            if (!has_errors(parsed.diagnostics)) out.push_back(std::move(parsed.ruleset));
            return out;
          },
          .print = [family](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, family); },
          .print_all = [](const Ruleset& ruleset) { return print_ruleset(ruleset, {.counters = false, .keep_order = true}); }};
}

const std::string head = "# by hand\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n";
std::string rules(const std::string& text) { return head + text + "COMMIT\n"; }

Optimized optimized(const std::string& text, const OptimizeOptions& options = {}, Family family = Family::v4) {
  auto found = optimize(text, source(family), options);
  REQUIRE(found);
  // The edits say the same as the text.
  CHECK(edited(text, found->edits).text == found->text);
  CHECK(found->whole.empty());
  return std::move(*found);
}

std::string after(const std::string& text, const OptimizeOptions& options = {}) { return optimized(rules(text), options).text; }

}  // namespace

TEST_CASE("rules that differ in one thing become one, where the first stood") {
  struct Case {
    const char *before, *after;
  };
  const Case cases[] = {
      {"-A INPUT -p tcp --dport 22 -j ACCEPT\n# web\n-A INPUT -p tcp --dport 443 -j ACCEPT\n", "-A INPUT -p tcp -m tcp -m multiport --dports 22,443 -j ACCEPT\n# web\n"},
      {"-A INPUT -p tcp --dport 443 -j ACCEPT\n-A INPUT -p tcp --dport 22 -j ACCEPT\n", "-A INPUT -p tcp -m tcp -m multiport --dports 22,443 -j ACCEPT\n"},
      {"-A INPUT -p udp --dport 80 -j ACCEPT\n-A INPUT -p udp --dport 81:90 -j ACCEPT\n", "-A INPUT -p udp -m udp --dport 80:90 -j ACCEPT\n"},
      {"-A INPUT -p tcp -m multiport --dports 1,2 -j ACCEPT\n-A INPUT -p tcp -m multiport --dports 5:9,7 -j ACCEPT\n", "-A INPUT -p tcp -m multiport --dports 1:2,5:9 -j ACCEPT\n"},
      {"-A INPUT -p udp --sport 53 -j ACCEPT\n-A INPUT -p udp --sport 123 -j ACCEPT\n", "-A INPUT -p udp -m udp -m multiport --sports 53,123 -j ACCEPT\n"},
      {"-A INPUT -s 10.0.0.0/25 -j ACCEPT\n-A INPUT -s 10.0.0.128/26 -j ACCEPT\n-A INPUT -s 10.0.0.192/26 -j ACCEPT\n", "-A INPUT -s 10.0.0.0/24 -j ACCEPT\n"},
      {"-A INPUT -d 10.0.0.0/31 -p udp -j ACCEPT\n-A INPUT -d 10.0.0.2/31 -p udp -j ACCEPT\n", "-A INPUT -d 10.0.0.0/30 -p udp -j ACCEPT\n"},
      {"-A INPUT -m state --state NEW -j ACCEPT\n-A INPUT -m state --state ESTABLISHED -j ACCEPT\n", "-A INPUT -m state --state NEW,ESTABLISHED -j ACCEPT\n"},
      {"-A INPUT -p udp -m conntrack --ctstate NEW -j ACCEPT\n-A INPUT -p udp -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n",
       "-A INPUT -p udp -m conntrack --ctstate NEW,RELATED,ESTABLISHED -j ACCEPT\n"},
      // What stands between is about other packets.
      {"-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -j DROP\n-A INPUT -p tcp --dport 23 -j ACCEPT\n-A INPUT -p icmp -j ACCEPT\n",
       "-A INPUT -p tcp -m tcp --dport 22:23 -j ACCEPT\n-A INPUT -p udp -j DROP\n-A INPUT -p icmp -j ACCEPT\n"},
      // Four are two, and two are one.
      {"-A INPUT -s 10.0.0.0/25 -p tcp --dport 1 -j ACCEPT\n-A INPUT -s 10.0.0.128/25 -p tcp --dport 1 -j ACCEPT\n-A INPUT -s 10.0.0.0/25 -p tcp --dport 3 -j ACCEPT\n"
       "-A INPUT -s 10.0.0.128/25 -p tcp --dport 3 -j ACCEPT\n",
       "-A INPUT -s 10.0.0.0/24 -p tcp -m tcp -m multiport --dports 1,3 -j ACCEPT\n"},
  };
  for (const Case& c : cases) {
    INFO(c.before);
    // Without a rule at the end the policy would say what some of them do.
    CHECK(after(std::string(c.before) + "-A INPUT -i eth9 -j REJECT\n") == rules(std::string(c.after) + "-A INPUT -i eth9 -j REJECT\n"));
  }
}

TEST_CASE("what counts, limits, remembers or is not known stays, and nothing goes past what minds") {
  for (const std::string stay : {
           "-A INPUT -p tcp --dport 22 -m limit --limit 5/min -j ACCEPT\n-A INPUT -p tcp --dport 23 -m limit --limit 5/min -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -m recent --set --name a -j ACCEPT\n-A INPUT -p tcp --dport 23 -m recent --set --name a -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -m quota --quota 100 -j ACCEPT\n-A INPUT -p tcp --dport 23 -m quota --quota 100 -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -m hashlimit --hashlimit-upto 5/sec --hashlimit-name h -j ACCEPT\n-A INPUT -p tcp --dport 23 -m hashlimit --hashlimit-upto 5/sec --hashlimit-name h -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -m statistic --mode nth --every 2 --packet 0 -j ACCEPT\n-A INPUT -p tcp --dport 23 -m statistic --mode nth --every 2 --packet 0 -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22\n-A INPUT -p tcp --dport 23\n",
           "-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j DROP\n-A INPUT -p tcp --dport 23 -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp\n-A INPUT -p tcp --dport 23 -j ACCEPT\n",
           "-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -j LOG\n-A INPUT -p tcp --dport 23 -j ACCEPT\n",
           "-A INPUT -s 10.0.0.0/25 -j ACCEPT\n-A INPUT ! -s 10.0.0.128/25 -p tcp -j ACCEPT\n",
       }) {
    INFO(stay);
    const std::string text = rules(stay + "-A INPUT -j REJECT\n");
    CHECK(optimized(text).text == text);
  }
}

TEST_CASE("rules that are dead or change nothing go; a last DROP that says the policy stays") {
  const std::string text = "-A INPUT -i lo -j ACCEPT\n-A INPUT -i lo -p tcp -j DROP\n-A INPUT -s 192.0.2.1 -j DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n";
  const Optimized found = optimized(rules(text));
  CHECK(found.text == rules("-A INPUT -i lo -j ACCEPT\n-A INPUT -s 192.0.2.1 -j DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n"));
  REQUIRE(found.steps.size() == 1);
  CHECK(found.steps[0].lines == std::vector<unsigned>{7});
  CHECK(found.steps[0].before == std::vector<std::string>{"-A INPUT -i lo -p tcp -j DROP"});
  CHECK(found.steps[0].why == "never matches: filter/INPUT/1 (rules:6) takes all its packets first; it says ACCEPT, this rule DROP");
}

TEST_CASE("comments are joined, and those of a set's rules are its elements'") {
  const std::string c = " -m comment --comment ";
  CHECK(after("-A INPUT -p tcp --dport 22" + c + "ssh -j ACCEPT\n-A INPUT -p tcp --dport 80 -j ACCEPT\n-A INPUT -p tcp --dport 443" + c + "\"web shop\" -j ACCEPT\n") ==
        rules("-A INPUT -p tcp -m tcp -m multiport --dports 22,80,443" + c + "\"ssh; web shop\" -j ACCEPT\n"));
  const std::string x(200, 'x'), y(200, 'y');
  CHECK(after("-A INPUT -p tcp --dport 22" + c + x + " -j ACCEPT\n-A INPUT -p tcp --dport 24" + c + y + " -j ACCEPT\n") ==
        rules("-A INPUT -p tcp -m tcp -m multiport --dports 22,24" + c + "\"" + x + "; ...\" -j ACCEPT\n"));
  std::string list;
  for (int i = 1; i < 6; ++i) list += fmt::format("-A INPUT -s 192.0.2.{}{}host{} -j ACCEPT\n", 10 * i + i % 2, c, i);
  const Optimized found = optimized(rules(list), {.sets = true, .known = {}});
  CHECK(found.text == rules("-A INPUT -m set --match-set INPUT-src src -j ACCEPT\n"));
  REQUIRE(found.sets.size() == 1);
  CHECK(print_ipsets(found.sets).find("add INPUT-src 192.0.2.11 comment \"host1\"\n") != std::string::npos);
  CHECK(print_ipsets(found.sets).find("create INPUT-src hash:ip family inet hashsize 1024 maxelem 65536 comment bucketsize 12\n") == 0);
  CHECK(optimized(rules(list)).text == rules(list));
}

TEST_CASE("counters are added up, lines with several rules are written out, and other commands make it anew") {
  CHECK(after("[3:30] -A INPUT -p tcp --dport 22 -j ACCEPT\n[4:40] -A INPUT -p tcp --dport 23 -j ACCEPT\n") == rules("[7:70] -A INPUT -p tcp -m tcp --dport 22:23 -j ACCEPT\n"));
  CHECK(after("-A INPUT -s 10.0.0.0/25,10.0.0.128/25,192.0.2.1 -p udp -j ACCEPT\n") == rules("-A INPUT -s 10.0.0.0/24 -p udp -j ACCEPT\n-A INPUT -s 192.0.2.1/32 -p udp -j ACCEPT\n"));
  const Optimized found = optimized(rules("-A INPUT -p tcp --dport 23 -j ACCEPT\n-I INPUT -p tcp --dport 22 -j ACCEPT\n"));
  CHECK(found.anew);
  CHECK(found.text.find("-A INPUT -p tcp -m tcp --dport 22:23 -j ACCEPT\nCOMMIT\n") != std::string::npos);
  REQUIRE(found.steps.size() == 1);
  CHECK(found.steps[0].lines == std::vector<unsigned>{7, 6});
}

TEST_CASE("hot rules move up with the comment above them, when somebody says what is hot") {
  const std::string text = rules("# old\n[1:1] -A INPUT -p udp -s 192.0.2.0/24 -j ACCEPT\n# the shop\n[90:1] -A INPUT -p tcp --dport 443 -j ACCEPT\n[0:0] -A INPUT -p icmp -j ACCEPT\n");
  const Optimized found = optimized(text, {.known = {}, .weigh = [](const Ruleset& r, const KnownSets&) { return weights_by_counters(r); }});
  CHECK(found.text == rules("# old\n# the shop\n[90:1] -A INPUT -p tcp --dport 443 -j ACCEPT\n[1:1] -A INPUT -p udp -s 192.0.2.0/24 -j ACCEPT\n[0:0] -A INPUT -p icmp -j ACCEPT\n"));
  REQUIRE(found.steps.size() == 1);
  CHECK(found.steps[0].kind == OptimizeStep::Kind::moved);
  CHECK(found.steps[0].lines == std::vector<unsigned>{9});
}

TEST_CASE("chains that a program made are left alone, unless it is asked for") {
  const std::string text = rules(":DOCKER - [0:0]\n-A FORWARD -j DOCKER\n-A DOCKER -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT\n-A DOCKER -d 172.17.0.2/32 -p tcp -m tcp --dport 81 -j ACCEPT\n");
  CHECK(optimized(text).text == text);
  CHECK(count_rules(optimized(text, {.managed = true, .known = {}}).after.front()) == 2);
}

namespace {

// Some rules stand once more, with another port or network.
std::string denser(const std::string& text, std::mt19937& random) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    out += line;
    if (line.substr(0, 3) != "-A ") continue;
    for (const auto& [option, values] : {std::pair{"--dport ", std::vector<std::string>{"23", "81", "100:200", "442"}},
                                         {" -s ", {"10.1.0.0/17", "10.1.128.0/17", "192.0.2.0/25", "198.51.100.6/32", "11.0.0.0/8"}},
                                         {" -d ", {"10.1.0.0/17", "10.1.128.0/17", "192.0.2.0/25", "198.51.100.6/32", "11.0.0.0/8"}}}) {
      const std::size_t found = line.find(option);
      if (found == std::string::npos || line.find("2001:") != std::string::npos) continue;
      for (auto n = random() % 7; n > 0; --n) {
        const std::size_t begin = found + std::string_view(option).size();
        out += line.substr(0, begin) + values[random() % values.size()] + line.substr(line.find_first_of(" \n", begin));
      }
    }
  }
  return out;
}

std::vector<Witness> packets_of(const Ruleset& before, const Ruleset& after, std::mt19937& random, unsigned number) {
  const Prepared prepared = prepare({&before, &after}, nullptr);
  std::vector<Witness> out;
  for (unsigned i = 0; i < number; ++i) {
    const Way way = all_ways[i % 3];
    Piece packet = prepared[0].plan(way).start;
    for (Var v = 0; v < packet.size(); ++v) {
      const Field f = (*prepared.space)[v].field;
      if ((*prepared.space)[v].kind == Variable::Kind::boolean || ((f == Field::length || f == Field::l4_len) && i % 4 != 0)) continue;
      packet[v] = AtomSet::one(packet[v].nth(random() % packet[v].size()));
    }
    if (auto witness = make_witness(*prepared.space, way, packet, nullptr, i)) out.push_back(std::move(*witness));
  }
  return out;
}

}  // namespace

TEST_CASE("random rulesets do the same afterwards, by proof and by packets, and a second run finds nothing") {
  std::size_t steps = 0, merged = 0, listed = 0, packets = 0;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const Family family = seed % 4 == 3 ? Family::v6 : Family::v4;
    const std::string text = denser(testing::random_ruleset(family, random), random);
    const bool sets = seed % 2 == 0;
    const auto found = optimize(text, source(family), {.sets = sets, .known = {}});
    REQUIRE(found);
    INFO(text);
    INFO(found->text);
    CHECK_FALSE(found->stopped);
    const Ruleset &before = found->before.front(), &after = found->after.front();
    CHECK(diff(before, with_known_sets(after, found->sets), nullptr, {.logs = true}).same());
    CHECK(count_rules(after) <= count_rules(before));
    for (const OptimizeStep& step : found->steps) {
      ++steps;
      merged += step.kind == OptimizeStep::Kind::merged;
      listed += step.kind == OptimizeStep::Kind::listed;
    }
    for (Witness& packet : packets_of(before, after, random, 60)) {
      ++packets;
      packet.host.sets = found->sets;
      INFO(packet.question);
      CHECK_FALSE(treated_differently(packet, before, after));
    }
    if (!sets) CHECK(optimize(found->text, source(family), {.known = {}})->steps.empty());
  }
  CHECK(steps > 60);
  CHECK(merged > 20);
  CHECK(listed > 3);
  CHECK(packets > 500);
}

TEST_CASE("a set that is known is what it holds, and no other is") {
  const auto ruleset = [](const std::string& rule) { return source(Family::v4).read(rules("-A INPUT " + rule + " -j ACCEPT\n")).front(); };
  const auto same = [&](const std::string& set, const std::string& a, const std::string& b) {
    const KnownSets sets = parse_ipset(set).sets;
    REQUIRE(sets.size() == 1);
    return diff(with_known_sets(ruleset(a), sets), with_known_sets(ruleset(b), sets)).same();
  };
  const std::string net = "create x hash:net\nadd x 10.0.0.0/9\nadd x 10.128.0.0/9\n";
  CHECK(same(net, "-m set --match-set x src", "-s 10.0.0.0/8"));
  CHECK(same(net, "-m set ! --match-set x dst", "! -d 10.0.0.0/8"));
  CHECK_FALSE(same(net, "-m set --match-set x src", "-s 10.0.0.0/9"));
  CHECK_FALSE(same(net, "-m set --match-set x src", "-d 10.0.0.0/8"));
  CHECK(same("create x hash:ip\nadd x 10.0.0.1\n", "-m set --match-set x src", "-s 10.0.0.1"));
  CHECK_FALSE(same(net + "add x 10.1.0.0/16 nomatch\n", "-m set --match-set x src", "-s 10.0.0.0/8"));
  CHECK_FALSE(same("create x hash:net timeout 60\nadd x 10.0.0.0/8\n", "-m set --match-set x src", "-s 10.0.0.0/8"));
  CHECK_FALSE(same("create x hash:ip netmask 24\nadd x 10.0.0.0\n", "-m set --match-set x src", "-s 10.0.0.0"));
}
