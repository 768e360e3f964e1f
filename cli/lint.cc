// fwsim lint: what is wrong with a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/load.hh"
#include "cli/settings.hh"
#include "lint/certify.hh"
#include "lint/suppress.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/lint_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

struct Loaded {
  Setting setting;
  const Settings* settings = nullptr;
};

struct Linted {
  const Ruleset* ruleset = nullptr;
  const Settings* settings = nullptr;
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
  if (table == nullptr || place.rule.chain >= table->chains.size()) return {};
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
bool load(const LintArgs& args, SettingsFiles& files, const Common& common, std::vector<Loaded>& list) {
  std::vector<RuleArgs> each;
  for (const std::string& file : args.files) each.push_back({.rules = file, .rules6 = {}});
  if (!args.rules6.empty()) each.push_back({.rules = {}, .rules6 = args.rules6});
  if (each.empty()) each.emplace_back();
  bool good = true;
  for (const RuleArgs& rules : each) {
    const Settings* settings = files.of(!rules.rules.empty() ? rules.rules : !rules.rules6.empty() ? rules.rules6 : args.host.snapshot);
    HostArgs host = args.host;
    if (settings && host.snapshot.empty() && host.toml.empty()) host.toml = settings->site.host;
    auto setting = load_for_proofs(rules, host, common);
    good = good && setting && settings;
    if (setting && settings) list.push_back({std::move(*setting), settings});
  }
  return good;
}

// What the settings allow in vain, all rulesets that they are for taken together.
void judge_settings(std::vector<Linted>& list, const LintOptions& options) {
  std::map<std::string, std::vector<Linted*>> of;
  for (Linted& l : list) of[l.settings->file].push_back(&l);
  for (const auto& [file, those] : of) {
    std::vector<LintResult*> results;
    for (Linted* l : those) results.push_back(&l->result);
    add_unused_settings(*those.front()->settings, options, results);
  }
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
  SettingsFiles files(args.config, common);
  std::vector<Loaded> loaded;
  if (!load(args, files, common, loaded)) return status_bad;
  const LintOptions options{.only = args.only, .skip = args.skip, .all = args.all, .managed = args.managed};
  std::vector<Linted> list;
  for (const auto& [setting, settings] : loaded)
    for (Family family : {Family::v4, Family::v6})
      if (const Ruleset* ruleset = setting.rules(family))
        list.push_back({ruleset, settings, known_host(setting), lint(*ruleset, known_host(setting), options, *settings)});

  if (args.prove || !args.smtlib.empty())
    for (Linted& l : list)
      certify(l.result, *l.ruleset, l.host, [&](const Finding& finding, const std::string& text) {
        if (!args.smtlib.empty()) write_proof(args.smtlib, finding, text);
      });

  judge_settings(list, options);

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
