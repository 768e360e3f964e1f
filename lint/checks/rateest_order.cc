#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// When the kernel comes to a rule: tables in the order of the file, their rules in order.
auto time_of(const Facts& facts, const RuleId& id) {
  const auto& tables = facts.ruleset().tables;
  const auto table = std::find_if(tables.begin(), tables.end(), [&](const Table& t) { return t.id == id.table; });
  return std::tuple(table - tables.begin(), id.chain, id.index);
}

void run(const Facts& facts, Findings& findings) {
  std::map<std::string_view, RuleId> made;   // the first rule that makes it
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const TargetUse* use = target_of(rule, "RATEEST");
    if (!use) return;
    const auto [at, fresh] = made.emplace(use->text("rateest-name"), id);
    if (!fresh && time_of(facts, id) < time_of(facts, at->second)) at->second = id;
  });
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& use : rule.matches) {
      if (use.name != "rateest") continue;
      for (std::string_view option : {"rateest", "rateest2"}) {
        const std::string_view name = use.text(option);
        const auto maker = made.find(name);
        if (name.empty() || (maker != made.end() && time_of(facts, maker->second) < time_of(facts, id))) continue;
        if (maker == made.end()) {
          Finding& f = findings.add(id, fmt::format("asks for the estimator {}, which no rule of this ruleset makes: unless another table has it, this is not loaded", name));
          f.severity = Severity::warning;
          f.certainty = Certainty::may;
          f.hint = fmt::format("-j RATEEST --rateest-name {} in a table before", name);
        } else {
          findings.add(id, fmt::format("cannot be loaded after a boot: the estimator {} is made later, by {}", name, facts.names({maker->second})), {maker->second}).hint =
              "put the table with RATEEST first in the file: iptables-save does not";
        }
        return;
      }
    }
  });
}

}  // namespace

const Check rateest_order{
    .id = "FW630", .name = "rateest-order",
    .title = "an estimator is asked for before it is made",
    .why = "The kernel refuses -m rateest when there is no such estimator yet. iptables-save writes the filter table before mangle: what was loaded by commands cannot be restored from the file.",
    .bad = "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m rateest --rateest a --rateest-gt --rateest-bps 1mbit -j DROP\n"
           "COMMIT\n"
           "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -j RATEEST --rateest-name a --rateest-interval 250ms --rateest-ewmalog 500ms\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -j RATEEST --rateest-name a --rateest-interval 250ms --rateest-ewmalog 500ms\n"
           "COMMIT\n"
           "*filter\n"
           ":INPUT ACCEPT [0:0]\n"
           "-A INPUT -m rateest --rateest a --rateest-gt --rateest-bps 1mbit -j DROP\n"
           "COMMIT\n",
    .severity = Severity::error,
    .covers = "traps:E56",
    .run = run};

}  // namespace fwsim::checks
