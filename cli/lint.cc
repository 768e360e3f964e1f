// fwsim lint: what is wrong with a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "lint/certify.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/lint_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

struct Linted {
  const Ruleset* ruleset = nullptr;
  const Host* host = nullptr;    // null: nothing is known of it
  LintResult result;
};

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
  std::vector<Setting> settings;
  if (!load(args, common, settings)) return status_bad;
  std::vector<Linted> list;
  for (const Setting& setting : settings)
    for (Family family : {Family::v4, Family::v6})
      if (const Ruleset* ruleset = setting.rules(family))
        list.push_back({ruleset, is_described(setting.host) ? &setting.host : nullptr, lint(*ruleset, is_described(setting.host) ? &setting.host : nullptr, {.only = args.only, .skip = args.skip, .all = args.all})});

  if (args.prove || !args.smtlib.empty())
    for (Linted& l : list)
      certify(l.result, *l.ruleset, l.host, [&](const Finding& finding, const std::string& text) {
        if (!args.smtlib.empty()) write_proof(args.smtlib, finding, text);
      });

  std::vector<LintedRuleset> reports;
  bool clean = true;
  for (const Linted& l : list) {
    const Ruleset& ruleset = *l.ruleset;
    reports.push_back({.file = ruleset.file, .family = ruleset.family, .rules = count_rules(ruleset), .result = &l.result,
                       .source = [&ruleset](const Spot& place) { return source(ruleset, place); }});
    for (const Finding& f : l.result.findings) clean = clean && f.severity == Severity::note;
  }
  if (args.format == "json") {
    fmt::print("{}", lint_json(reports));
  } else {
    for (const LintedRuleset& report : reports) fmt::print("{}{}", lint_text(report, common.colour), lint_summary(report));
  }
  return clean ? status_good : status_not;
}

}  // namespace fwsim
