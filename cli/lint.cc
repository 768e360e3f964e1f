// fwsim lint: what is wrong with a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "cli/write_file.hh"
#include "lint/certify.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_fingerprint.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

// Names of checks that do not exist.
bool known(const std::vector<std::string>& words) {
  bool good = true;
  std::vector<std::string_view> names;
  for (const Check* check : all_checks()) names.insert(names.end(), {check->id, check->name});
  for (const std::string& word : words) {
    if (std::find(names.begin(), names.end(), word) != names.end()) continue;
    const std::string near = did_you_mean(word, names);
    fmt::print(stderr, "fwsim: there is no check '{}'{}; 'fwsim lint --list' has them all\n", word, near.empty() ? "" : fmt::format(", did you mean '{}'?", near));
    good = false;
  }
  return good;
}

std::string source(const Ruleset& ruleset, const Spot& place) {
  const Table* table = ruleset.find(place.rule.table);
  const Chain& chain = table->chains[place.rule.chain];
  return place.rule.index < chain.rules.size() ? print_rule(chain.rules[place.rule.index], chain, *table, ruleset.family) : "";
}

std::size_t count_rules(const Ruleset& ruleset) {
  std::size_t n = 0;
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains) n += chain.rules.size();
  return n;
}

// One setting for each file; without files the one of the snapshot.
bool load(const LintArgs& args, const Common& common, std::vector<Setting>& settings) {
  std::vector<RuleArgs> each;
  for (const std::string& file : args.files) each.push_back({.rules = file, .rules6 = {}});
  if (!args.rules6.empty()) each.push_back({.rules = {}, .rules6 = args.rules6});
  if (each.empty()) each.emplace_back();
  bool good = true;
  for (const RuleArgs& rules : each) {
    auto setting = load_for_proofs(rules, args.host, common);
    good = good && setting;
    if (setting) settings.push_back(std::move(*setting));
  }
  return good;
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

LintedRuleset linted(const Ruleset& ruleset, const Host* host, const LintOptions& options, const LintArgs& args) {
  LintedRuleset out{.file = ruleset.file, .family = ruleset.family, .rules = count_rules(ruleset), .ruleset = &ruleset, .result = lint(ruleset, host, options)};
  out.source = [&ruleset](const Spot& place) { return source(ruleset, place); };
  if (args.prove || !args.smtlib.empty())
    certify(out.result, ruleset, host, [&](const Finding& finding, const std::string& text) {
      if (!args.smtlib.empty()) write_proof(args.smtlib, finding, text);
    });
  return out;
}

std::optional<Severity> fail_on(const std::string& word) {
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    if (severity_word(severity) == word) return severity;
  return std::nullopt;   // never
}

// Nothing, with messages, when the file is not good.
std::optional<std::set<std::string>> baseline(const std::string& file, const Common& common) {
  if (file.empty()) return std::set<std::string>{};
  Diagnostics faults;
  auto known = read_baseline(file, read_file(file), faults);
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

}  // namespace

int run_lint(const LintArgs& args, const Common& common) {
  if (args.list) {
    fmt::print("{}", checks_text());
    return status_good;
  }
  if (!known(args.only) || !known(args.skip)) return status_bad;
  if (args.files.empty() && args.rules6.empty() && args.host.snapshot.empty()) {
    fmt::print(stderr, "fwsim: no ruleset: give a FILE, or a --snapshot that has one\n");
    return status_bad;
  }
  const auto known_before = baseline(args.baseline, common);
  if (!known_before) return status_bad;
  std::vector<Setting> settings;
  if (!load(args, common, settings)) return status_bad;
  const LintOptions options{.only = args.only, .skip = args.skip, .all = args.all};
  LintReport report{.checks = chosen_checks(options), .fail_on = fail_on(args.fail_on), .version = FWSIM_VERSION, .most = args.all_findings ? 0U : 20U};
  report.colour = common.colour && args.output.empty();
  for (const Setting& setting : settings)
    for (Family family : {Family::v4, Family::v6})
      if (const Ruleset* ruleset = setting.rules(family)) report.rulesets.push_back(linted(*ruleset, known_host(setting), options, args));
  set_fingerprints(report.rulesets);
  leave_out(report, *known_before);

  const std::string text = find_lint_format(args.format)->write(report);
  if (args.output.empty())
    fmt::print("{}", text);
  else
    write_file(args.output, text);
  if (args.format != "text" && !args.baseline.empty())   // most formats have no place for it
    for (const LintedRuleset& l : report.rulesets) fmt::print(stderr, "{}", lint_summary(l));
  return any_fails(report) ? status_not : status_good;
}

}  // namespace fwsim
