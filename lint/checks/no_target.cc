#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for (const Table& table : facts.ruleset().tables)
    for (std::size_t c = 0; c < table.chains.size(); ++c) {
      const Chain& chain = table.chains[c];
      std::vector<RuleId> rules;
      bool decides = false;
      for (std::size_t i = 0; i < chain.rules.size(); ++i) {
        const RuleId id{table.id, static_cast<std::uint16_t>(c), static_cast<std::uint32_t>(i)};
        const bool none = std::holds_alternative<std::monostate>(chain.rules[i].target);
        decides = decides || !none;
        // recent --set and the like are asked for what they write down.
        if (none && !facts.remembers(id)) rules.push_back(id);
      }
      // A chain of nothing else counts on purpose.
      if (rules.empty() || !decides) continue;
      const std::vector<RuleId> more(rules.begin() + 1, rules.end());
      findings.add(rules.front(), fmt::format("has no target: it counts its packets and decides nothing{}", facts.so_do(more)), more).hint = "-j ACCEPT or what was meant; or a comment that it is for counting";
    }
}

}  // namespace

const Check no_target{
    .id = "FW817", .name = "no-target",
    .title = "a rule without a target",
    .why = "It only counts. Where -j was forgotten, its packets go on as if the rule were not there.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 443\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m recent --set --name ssh --rsource\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "A25",
    .run = run};

}  // namespace fwsim::checks
