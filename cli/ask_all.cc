#include "cli/ask_all.hh"

#include <fmt/format.h>

#include <cstdio>

#include "cli/load.hh"
#include "lint/ask.hh"
#include "reports/ask_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {

std::optional<Setting> load_for_proofs(const RuleArgs& rules, const HostArgs& host, const Common& common) {
  auto setting = load_setting(rules, host, common);
  if (!setting) return std::nullopt;
  Diagnostics faults;
  // A machine without rules, as a snapshot records it, lets everything pass; a file without any is a mistake.
  const bool recorded = !host.snapshot.empty() && rules.rules.empty() && rules.rules6.empty();
  for (Family family : {Family::v4, Family::v6})
    if (const Ruleset* ruleset = setting->rules(family); ruleset && ruleset->tables.empty() && !recorded)
      faults.push_back({.severity = Severity::error, .file = ruleset->file, .id = "empty-ruleset", .text = "the ruleset is empty: it has no table",
                        .hint = "it should look like what iptables-save prints: *filter ... COMMIT"});
  print_diagnostics(faults, common);
  if (!faults.empty()) return std::nullopt;
  return setting;
}

const Host* known_host(const Setting& setting) { return is_described(setting.host) ? &setting.host : nullptr; }

Diagnostic diagnostic_of(const QuestionFault& fault, const std::string& text, const std::string& name) {
  return {.severity = Severity::error, .file = name, .line = 1, .column = static_cast<unsigned>(fault.column),
          .width = static_cast<unsigned>(fault.width), .id = "question", .text = fault.text, .hint = fault.hint, .source = text};
}

std::vector<const Ruleset*> rulesets_for(const Traffic& traffic, const Setting& setting) {
  std::vector<const Ruleset*> out;
  for (Family family : {Family::v4, Family::v6})
    if (const Ruleset* rules = setting.rules(family); rules && traffic.family.value_or(family) == family) out.push_back(rules);
  if (out.empty())
    fmt::print(stderr, "fwsim: no {0} ruleset was given, and the question is about {0}\n", traffic.family == Family::v4 ? "IPv4" : "IPv6");
  return out;
}

int run_ask_all(const AskArgs& args, const Traffic& traffic, const Common& common) {
  const auto setting = load_for_proofs(args.rules, args.host, common);
  if (!setting) return status_bad;
  const std::vector<const Ruleset*> rulesets = rulesets_for(traffic, *setting);
  if (rulesets.empty()) return status_bad;
  int status = status_good;
  std::vector<std::string> assumed = known_host(*setting) ? setting->host.assumed : std::vector<std::string>();
  for (const Ruleset* ruleset : rulesets) {
    const RangeAnswer answer = ask_all(*ruleset, known_host(*setting), traffic);
    if (args.format == "json")
      fmt::print("{}\n", json_of(answer));
    else
      fmt::print("{}{}", rulesets.size() > 1 ? (ruleset->family == Family::v4 ? "IPv4: " : "IPv6: ") : "", text_of(answer));
    if (answer.share != Share::all) status = status_not;
    if (ruleset == rulesets.front()) assumed.insert(assumed.end(), answer.assumed.begin(), answer.assumed.end());
  }
  say_assumptions(assumed);
  return status;
}

}  // namespace fwsim
