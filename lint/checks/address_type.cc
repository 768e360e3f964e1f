#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr std::uint64_t anycast = 1U << 4;
constexpr std::uint64_t never_found = 1U << 0 | anycast | 1U << 6 | 1U << 7 | 1U << 8 | 1U << 9 | 1U << 10 | 1U << 11;

// Somebody can write one into the local table.
bool has_anycast(const Host* host) {
  constexpr std::uint32_t local_table = 255;
  return host && std::any_of(host->routes.begin(), host->routes.end(), [](const Route& r) { return r.family == Family::v4 && r.table == local_table && r.type == RouteType::anycast; });
}

void run(const Facts& facts, Findings& findings) {
  if (facts.ruleset().family != Family::v4) return;
  std::map<std::string, std::vector<RuleId>> found;   // by what they ask
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "addrtype");
    if (!use) return;
    for (std::string_view option : {"src-type", "dst-type"}) {
      const Bits* types = use->get<Bits>(option);
      if (!types || (types->bits & ~never_found) != 0 || ((types->bits & anycast) != 0 && has_anycast(facts.host())) || facts.never(id)) continue;
      std::string words;
      print_given(*use, *use->find(option), Family::v4, words);
      found[words.substr(words.find_first_not_of(' '))].push_back(id);
      return;
    }
  });
  for (const auto& [words, rules] : found) {
    const std::vector<RuleId> more(rules.begin() + 1, rules.end());
    findings.add(rules.front(), fmt::format("asks '{}', which is {} true in IPv4: only the local routing table is looked into{}", words, words.front() == '!' ? "always" : "never", facts.so_do(more)), more).hint =
        "name the networks (-s, -d, or a set); blackhole routes need no rule";
  }
}

}  // namespace

const Check address_type{
    .id = "FW622", .name = "address-type",
    .title = "a rule asks for a type that no address has",
    .why = "In IPv4 -m addrtype finds UNICAST, LOCAL, BROADCAST and MULTICAST only: types of other routes (BLACKHOLE, PROHIBIT, ...) are not looked for, and 0.0.0.0 is BROADCAST, not UNSPEC.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m addrtype --src-type BLACKHOLE,PROHIBIT -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m addrtype --src-type BROADCAST,ANYCAST -j DROP\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:E16",
    .run = run};

}  // namespace fwsim::checks
