#include "cli/lint_rulesets.hh"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "lint/certify.hh"
#include "lint/facts.hh"
#include "lint/fixes.hh"
#include "lint/optimize.hh"
#include "lint/suppress.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

std::string source(const Ruleset& ruleset, const Spot& place) {
  const Table* table = ruleset.find(place.rule.table);
  if (table == nullptr || place.rule.chain >= table->chains.size()) return {};
  const Chain& chain = table->chains[place.rule.chain];
  return place.rule.index < chain.rules.size() ? print_rule(chain.rules[place.rule.index], chain, *table, ruleset.family) : "";
}

// Those that run for any of the rulesets.
std::vector<const Check*> chosen_by_any(const std::vector<LintInput>& inputs, const LintOptions& options, bool (*takes)(const Check&)) {
  std::vector<const Check*> out;
  for (const Check* check : all_checks())
    if (takes(*check) && std::any_of(inputs.begin(), inputs.end(), [&](const LintInput& l) { return wanted(*check, options, *l.settings); })) out.push_back(check);
  return out;
}

// DIR/rules.v4.filter-INPUT-3.smt2 for each proof.
void write_proof(const std::string& directory, const Finding& finding, const std::string& text) {
  namespace fs = std::filesystem;
  std::string name = fs::path(finding.place.file).filename().string() + "." + finding.place.name + ".smt2";
  std::replace(name.begin(), name.end(), '/', '-');
  std::error_code failed;
  fs::create_directories(directory, failed);
  const fs::path path = fs::path(directory) / name;
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) throw EnvironmentError("cannot write " + path.string());
}

LintedRuleset linted(const Setting& setting, Family family, const LintOptions& options, const Settings& settings, const LintArgs& args) {
  const Ruleset& ruleset = *setting.rules(family);
  const Host* host = known_host(setting);
  LintedRuleset out{.file = ruleset.file, .family = ruleset.family, .rules = count_rules(ruleset), .ruleset = &ruleset, .result = lint(ruleset, host, options, settings)};
  add_fixes(out.result, ruleset, setting.text(family), [family](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, family); });
  out.source = source_of(ruleset);
  if (args.prove || !args.smtlib.empty())
    certify(out.result, ruleset, host, [&](const Finding& finding, const std::string& text) {
      if (!args.smtlib.empty()) write_proof(args.smtlib, finding, text);
    });
  return out;
}

// A host has one ruleset of each family: these are also judged together.
void judge_pair(LintReport& report, const std::vector<const Settings*>& settings, const std::vector<const Host*>& hosts, const LintOptions& options) {
  if (report.rulesets.size() != 2 || report.rulesets[0].family == report.rulesets[1].family) return;
  const std::size_t v4 = report.rulesets[0].family == Family::v4 ? 0 : 1, v6 = 1 - v4;
  lint_pair(Facts(*report.rulesets[v4].ruleset, hosts[v4], *settings[v4]), Facts(*report.rulesets[v6].ruleset, hosts[v6], *settings[v6]), options, report.rulesets[v6].result);
}

std::optional<Severity> fail_on(const std::string& word) {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    if (severity_word(severity) == word) return severity;
  return std::nullopt;   // never
}

}  // namespace

std::function<std::string(const Spot&)> source_of(const Ruleset& ruleset) {
  return [&ruleset](const Spot& place) { return source(ruleset, place); };
}

LintReport empty_report(const std::vector<LintInput>& inputs, const LintArgs& args, bool (*takes)(const Check&)) {
  return {.checks = chosen_by_any(inputs, lint_options(args), takes), .fail_on = fail_on(args.fail_on), .version = FWSIM_VERSION, .most = args.all_findings ? 0U : 20U};
}

LintOptions lint_options(const LintArgs& args) { return {.only = args.only, .skip = args.skip, .all = args.all, .managed = args.managed}; }

std::optional<LintInput> load_lint_input(const RuleArgs& rules, HostArgs host, const std::string& place, SettingsFiles& files, const Common& common) {
  const Settings* settings = files.of(place);
  if (settings && host.snapshot.empty() && host.toml.empty()) host.toml = settings->site.host;
  auto setting = load_for_proofs(rules, host, common);
  if (!setting || !settings) return std::nullopt;
  return LintInput{std::move(*setting), settings};
}

Linted lint_rulesets(const std::vector<LintInput>& inputs, const LintArgs& args) {
  const LintOptions options = lint_options(args);
  Linted out{.report = empty_report(inputs, args, [](const Check& check) { return !check.of_network; })};
  for (const auto& [setting, settings] : inputs)
    for (Family family : {Family::v4, Family::v6})
      if (setting.rules(family) != nullptr) {
        LintOptions its = options;
        its.sets = &setting.host.sets;
        out.report.rulesets.push_back(linted(setting, family, its, *settings, args));
        out.settings.push_back(settings);
        out.hosts.push_back(known_host(setting));
      }
  judge_pair(out.report, out.settings, out.hosts, options);
  return out;
}

void judge_settings(LintReport& report, const std::vector<const Settings*>& of, const LintOptions& options) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < of.size(); ++i) groups[of[i]->file].push_back(i);
  for (const auto& [file, those] : groups) {
    std::vector<LintResult*> results;
    for (std::size_t i : those) results.push_back(&report.rulesets[i].result);
    add_unused_settings(*of[those.front()], options, results);
  }
}

std::optional<std::set<std::string>> read_known(const std::string& baseline, const Common& common) {
  if (baseline.empty()) return std::set<std::string>{};
  Diagnostics faults;
  auto known = read_baseline(baseline, read_file(baseline), faults);
  print_diagnostics(faults, common);
  if (has_errors(faults)) return std::nullopt;
  return known;
}

bool any_fails(const LintReport& report) {
  for (const LintedRuleset& l : report.rulesets)
    for (const Finding& finding : l.result.findings)
      if (fails(report, finding)) return true;
  return false;
}

}  // namespace fwsim
