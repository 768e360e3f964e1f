// fwsim explain: what a check of lint finds, shown on its own example.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/explain_rules.hh"
#include "lint/check.hh"
#include "model/diagnostic.hh"
#include "parser/host_toml.hh"
#include "parser/parse.hh"
#include "parser/print.hh"
#include "reports/explain_report.hh"
#include "reports/lint_report.hh"

namespace fwsim {
namespace {

ExplainedCheck explained(const Check& check) {
  const Ruleset first = parse_ruleset(check.bad, {.file = "rules"}).ruleset, second = parse_ruleset(check.bad6, {.file = "rules6", .family = Family::v6}).ruleset;
  const Ruleset& ruleset = check.run_pair ? second : first;
  const HostText described = parse_host_toml(check.host, "host.toml", [&](const std::string&) { return std::optional<std::string>(check.sets); });
  const Host* host = check.host.empty() ? nullptr : &described.host;
  LintOptions options{.only = {}, .skip = {}, .all = true};
  if (check.run || check.run_pair || check.of_network) options.only = {std::string(check.id)};
  LintResult result = lint(ruleset, host, options);
  if (check.run_pair) lint_pair(Facts(first, host), Facts(second, host), options, result);
  std::erase_if(result.findings, [&](const Finding& f) { return f.id != check.id; });
  std::string fix(check.fix);
  for (const Finding& f : result.findings)
    if (fix.empty()) fix = f.hint;
  LintReport report;
  report.rulesets.push_back({.file = ruleset.file, .family = ruleset.family, .rules = 0, .result = std::move(result), .source = [&](const Spot& place) {
    const Table* table = ruleset.find(place.rule.table);
    if (table == nullptr || place.rule.chain >= table->chains.size()) return std::string();
    const Chain& chain = table->chains[place.rule.chain];
    return place.rule.index < chain.rules.size() ? print_rule(chain.rules[place.rule.index], chain, *table, ruleset.family) : std::string();
  }});
  // These need the firewalls around it.
  if (check.of_network) return {&check, fmt::format("{} at this rule, in a network whose firewalls make it so: fwsim lint net.toml\n", check.id), std::move(fix)};
  return {&check, findings_text(report), std::move(fix)};
}

}  // namespace

int run_explain(const ExplainArgs& args, const Common& common) {
  std::vector<ExplainedCheck> list;
  std::vector<std::string_view> names;
  for (const Check* check : all_checks()) names.insert(names.end(), {check->id, check->name});
  const auto is_check = [&](const std::string& word) { return std::find(names.begin(), names.end(), word) != names.end(); };
  if (std::any_of(args.checks.begin(), args.checks.end(), [&](const std::string& word) { return !is_check(word) && names_rules(word); })) return run_explain_rules(args, common);
  for (const Check* check : all_checks())
    if (args.all) list.push_back(explained(*check));
  bool good = true;
  for (const std::string& word : args.checks) {
    const Check* found = nullptr;
    for (const Check* check : all_checks())
      if (word == check->id || word == check->name) found = check;
    if (found) {
      if (!args.all) list.push_back(explained(*found));
      continue;
    }
    const std::string near = did_you_mean(word, names);
    fmt::print(stderr, "fwsim: there is no check and no file '{}'{}; 'fwsim lint --list' has the checks\n", word, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
    good = false;
  }
  if (good && list.empty()) fmt::print(stderr, "fwsim: which check? 'fwsim lint --list' has them; --all explains every one\n");
  if (!good || list.empty()) return status_bad;
  if (args.format == "json")
    fmt::print("{}", explain_json(list));
  else if (args.format == "markdown")
    fmt::print("{}", explain_markdown(list, args.all));
  else
    fmt::print("{}", explain_text(list));
  return status_good;
}

}  // namespace fwsim
