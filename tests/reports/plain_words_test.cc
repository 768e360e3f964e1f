// Rules in plain words: every match and target of the model has some.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "parser/parse.hh"
#include "reports/plain/phrases.hh"
#include "reports/plain/rule_words.hh"

using namespace fwsim;

namespace {

bool has_phrase(std::span<const Phrase> list, const Extension& e, const Option& option) {
  return std::any_of(list.begin(), list.end(), [&](const Phrase& p) { return p.extension == e.name && p.option == option.name; });
}

// What the tables lack of it: options without a phrase; or itself, where nothing is said without options.
std::string lacking(const Extension& e, std::initializer_list<std::span<const Phrase>> lists, std::span<const Alone> alone) {
  std::string out;
  bool any = std::any_of(alone.begin(), alone.end(), [&](const Alone& a) { return a.extension == e.name; });
  for (const Option& option : e.options) {
    const bool there = std::any_of(lists.begin(), lists.end(), [&](std::span<const Phrase> list) { return has_phrase(list, e, option); });
    any = any || there;
    if (!there && option.saved != Saved::never) out += fmt::format(" {} --{}", e.name, option.name);
  }
  return any ? out : fmt::format(" {}", e.name);
}

std::string sentence(const std::string& rule, Family family = Family::v4, const std::string& table = "filter") {
  const std::string text = fmt::format("*{}\n:OUTPUT ACCEPT [0:0]\n:WEB - [0:0]\n-A {}\nCOMMIT\n", table, rule);
  const Parsed parsed = parse_ruleset(text, {.file = "rules", .family = family});
  REQUIRE_FALSE(has_errors(parsed.diagnostics));
  for (const Chain& chain : parsed.ruleset.tables[0].chains)
    if (!chain.rules.empty()) return rule_sentence(chain.rules[0], parsed.ruleset.tables[0], chain, family);
  return {};
}

}  // namespace

TEST_CASE("every option of every match and target has words") {
  std::string none;
  for (const Extension* e : all_matches()) none += lacking(*e, {header_phrases(), state_phrases()}, match_alone());
  for (const Extension* e : all_targets()) none += lacking(*e, {target_phrases()}, target_alone());
  CHECK(none == "");
}

TEST_CASE("no phrase is about what the model does not have") {
  const auto known = [](std::span<const Extension* const> all, const Phrase& p) {
    return std::any_of(all.begin(), all.end(), [&](const Extension* e) {
      return e->name == p.extension && std::any_of(e->options.begin(), e->options.end(), [&](const Option& o) { return o.name == p.option; });
    });
  };
  std::string odd;
  for (const auto list : {header_phrases(), state_phrases()})
    for (const Phrase& p : list)
      if (!known(all_matches(), p)) odd += fmt::format(" {} --{}", p.extension, p.option);
  for (const Phrase& p : target_phrases())
    if (!known(all_targets(), p)) odd += fmt::format(" {} --{}", p.extension, p.option);
  CHECK(odd == "");
}

TEST_CASE("rules as sentences") {
  CHECK(sentence("INPUT -s 10.0.0.0/8 -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT") == "TCP to port 22 from 10.0.0.0/8 that begins a connection is accepted.");
  CHECK(sentence("INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT") == "Anything of a known connection or related to one is accepted.");
  CHECK(sentence("INPUT -j DROP") == "Everything is dropped.");
  CHECK(sentence("INPUT ! -i eth0 -p udp -m multiport --dports 53,5000:5010 -j REJECT") == "UDP to ports 53, 5000-5010 coming in by any device but eth0 is refused with icmp-port-unreachable.");
  CHECK(sentence("INPUT -p icmp -m icmp --icmp-type 8 -m limit --limit 1/sec -j ACCEPT") == "ICMP of type 8 at most 1/sec after 5 at once is accepted.");
  CHECK(sentence("INPUT -p tcp ! --syn -j WEB") == "TCP without the TCP flags SYN of FIN,SYN,RST,ACK goes through the chain WEB, and comes back here unless that decides.");
  CHECK(sentence("INPUT -m limit --limit 5/min -j LOG --log-prefix \"in: \"") == "Anything at most 5/min after 5 at once is logged, and goes on: as \"in: \".");
  CHECK(sentence("OUTPUT -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5:8080", Family::v4, "nat") == "TCP to port 80 is sent on to 10.0.0.5:8080.");
  CHECK(sentence("INPUT -m nowhere --frob 3 -j ACCEPT").find("which fwsim does not know (") != std::string::npos);
}
