// fwsim reach: from where which services can be reached.
#include <fmt/format.h>

#include "cli/ask_all.hh"
#include "reports/services_report.hh"

namespace fwsim {

int run_reach(const ReachArgs& args, const Common& common) {
  RuleArgs rules = args.rules;
  if (rules.rules.empty()) rules.rules = args.file;
  const auto setting = load_for_proofs(rules, args.host, common);
  if (!setting) return status_bad;
  for (Family family : {Family::v4, Family::v6}) {
    const Ruleset* ruleset = setting->rules(family);
    if (!ruleset) continue;
    const Services services = find_services(*ruleset, known_host(*setting));
    if (args.format == "json")
      fmt::print("{}\n", json_of(services));
    else
      fmt::print("{}{}", setting->v4 && setting->v6 ? (family == Family::v4 ? "IPv4, " : "IPv6, ") : "", text_of(services, args.whole));
  }
  if (known_host(*setting)) say_assumptions(setting->host.assumed);
  return status_good;
}

}  // namespace fwsim
