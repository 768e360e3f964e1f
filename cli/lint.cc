// fwsim lint: what is wrong with a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/ask_all.hh"
#include "cli/host.hh"
#include "cli/lint_page.hh"
#include "cli/load.hh"
#include "cli/mend.hh"
#include "cli/settings.hh"
#include "cli/write_file.hh"
#include "lint/certify.hh"
#include "lint/facts.hh"
#include "lint/suppress.hh"
#include "model/diagnostic.hh"
#include "parser/print.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_fingerprint.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/mend_report.hh"
#include "simulator/sources/assume.hh"

namespace fwsim {
namespace {

struct Loaded {
  Setting setting;
  const Settings* settings = nullptr;
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

// Those that run for any of the rulesets.
std::vector<const Check*> chosen_by_any(const std::vector<Loaded>& loaded, const LintOptions& options) {
  std::vector<const Check*> out;
  for (const Check* check : all_checks())
    if (std::any_of(loaded.begin(), loaded.end(), [&](const Loaded& l) { return wanted(*check, options, *l.settings); })) out.push_back(check);
  return out;
}

// What the settings allow in vain, all rulesets that they are for taken together.
void judge_settings(LintReport& report, const std::vector<const Settings*>& of, const LintOptions& options) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < of.size(); ++i) groups[of[i]->file].push_back(i);
  for (const auto& [file, those] : groups) {
    std::vector<LintResult*> results;
    for (std::size_t i : those) results.push_back(&report.rulesets[i].result);
    add_unused_settings(*of[those.front()], options, results);
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

LintedRuleset linted(const Setting& setting, Family family, const LintOptions& options, const Settings& settings, const LintArgs& args) {
  const Ruleset& ruleset = *setting.rules(family);
  const Host* host = known_host(setting);
  LintedRuleset out{.file = ruleset.file, .family = ruleset.family, .rules = count_rules(ruleset), .ruleset = &ruleset, .result = lint(ruleset, host, options, settings)};
  add_fixes(out.result, ruleset, setting.text(family), [family](const Rule& rule, const Chain& chain, const Table& table) { return print_rule(rule, chain, table, family); });
  out.source = [&ruleset](const Spot& place) { return source(ruleset, place); };
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

// Nothing, with messages, when the file is not good.
std::optional<std::set<std::string>> baseline(const std::string& file, const Common& common) {
  if (file.empty()) return std::set<std::string>{};
  Diagnostics faults;
  auto known = read_baseline(file, read_file(file), faults);
  print_diagnostics(faults, common);
  if (has_errors(faults)) return std::nullopt;
  return known;
}

// Where what was mended is told: not among what programs read, nor in what is mended or patched.
bool beside_report(const LintArgs& args, bool piped) { return args.format != "text" || !args.output.empty() || piped || args.patch; }

// --fix: writes the files, and tells of each. False, with a message, when they cannot be mended.
bool mend_all(std::vector<Loaded>& loaded, const LintArgs& args, const FixChoice& choice, const LintOptions& options, const Common& common, bool& piped) {
  std::string told;
  for (auto& [setting, settings] : loaded)
    for (Family family : {Family::v4, Family::v6}) {
      if (!setting.rules(family)) continue;
      const std::string file = setting.rules(family)->file, text = setting.text(family);
      if (text.empty()) {
        fmt::print(stderr, "fwsim: --fix changes files; {} is of a snapshot or a listing of nft, which say what there was\n", file);
        return false;
      }
      const Mended mended = mend_ruleset(setting, family, *settings, options, choice);
      piped = piped || file == "-";
      told += mended_text(file, mended, args.patch, common.colour && !beside_report(args, piped));
      if (args.patch)
        fmt::print("{}", patch_text(file, text, mended.edits));
      else if (file == "-")
        fmt::print("{}", setting.text(family));
      else if (!mended.edits.empty())
        write_file(file, setting.text(family));
    }
  fmt::print(beside_report(args, piped) ? stderr : stdout, "{}", told);
  return true;
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
  std::optional<FixChoice> choice;
  if (!args.fix.empty() || args.patch) {
    choice = read_fix_choice(args.fix.empty() ? "safe" : args.fix);
    if (!choice) return status_bad;
  }
  const auto known_before = baseline(args.baseline, common);
  if (!known_before) return status_bad;
  SettingsFiles files(args.config, common);
  std::vector<Loaded> loaded;
  if (!load(args, files, common, loaded)) return status_bad;
  const LintOptions options{.only = args.only, .skip = args.skip, .all = args.all, .managed = args.managed};
  LintReport report{.checks = chosen_by_any(loaded, options), .fail_on = fail_on(args.fail_on), .version = FWSIM_VERSION, .most = args.all_findings ? 0U : 20U};
  bool piped = false;   // a ruleset, not the report, goes to standard output
  if (choice && !mend_all(loaded, args, *choice, options, common, piped)) return status_bad;
  report.colour = common.colour && args.output.empty();
  std::vector<const Settings*> of;   // of each ruleset
  std::vector<const Host*> hosts;
  for (const auto& [setting, settings] : loaded)
    for (Family family : {Family::v4, Family::v6})
      if (setting.rules(family) != nullptr) {
        LintOptions its = options;
        its.sets = &setting.host.sets;
        report.rulesets.push_back(linted(setting, family, its, *settings, args));
        of.push_back(settings);
        hosts.push_back(known_host(setting));
      }
  judge_pair(report, of, hosts, options);
  judge_settings(report, of, options);
  set_fingerprints(report.rulesets);
  leave_out(report, *known_before);
  if (args.format == "html")
    for (std::size_t i = 0; i < report.rulesets.size(); ++i) add_page_parts(report.rulesets[i], hosts[i]);

  const std::string text = find_lint_format(args.format)->write(report);
  if (!args.output.empty())
    write_file(args.output, text);
  else if (!args.patch)
    fmt::print(piped ? stderr : stdout, "{}", text);
  if (args.format != "text" && !args.baseline.empty())   // most formats have no place for it
    for (const LintedRuleset& l : report.rulesets) fmt::print(stderr, "{}", lint_summary(l));
  return any_fails(report) ? status_not : status_good;
}

}  // namespace fwsim
