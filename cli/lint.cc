// fwsim lint: what is wrong with a ruleset.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/fleet/lint.hh"
#include "cli/lint_network.hh"
#include "cli/lint_page.hh"
#include "cli/lint_rulesets.hh"
#include "cli/load.hh"
#include "cli/mend.hh"
#include "cli/settings.hh"
#include "cli/write_file.hh"
#include "model/diagnostic.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_fingerprint.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/mend_report.hh"

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

// One input for each file; without files that of the snapshot.
bool load(const LintArgs& args, SettingsFiles& files, const Common& common, std::vector<LintInput>& inputs) {
  std::vector<RuleArgs> each;
  for (const std::string& file : args.files) each.push_back({.rules = file, .rules6 = {}});
  if (!args.rules6.empty()) each.push_back({.rules = {}, .rules6 = args.rules6});
  if (each.empty()) each.emplace_back();
  bool good = true;
  for (const RuleArgs& rules : each) {
    const std::string& place = !rules.rules.empty() ? rules.rules : !rules.rules6.empty() ? rules.rules6 : args.host.snapshot;
    auto input = load_lint_input(rules, args.host, place, files, common);
    good = good && input;
    if (input) inputs.push_back(std::move(*input));
  }
  return good;
}

// Where what was mended is told: not among what programs read, nor in what is mended or patched.
bool beside_report(const LintArgs& args, bool piped) { return args.format != "text" || !args.output.empty() || piped || args.patch; }

// --fix: writes the files, and tells of each. False, with a message, when they cannot be mended.
bool mend_all(std::vector<LintInput>& inputs, const LintArgs& args, const FixChoice& choice, const LintOptions& options, const Common& common, bool& piped) {
  std::string told;
  for (auto& [setting, settings] : inputs)
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

}  // namespace

int run_lint(const LintArgs& args, const Common& common) {
  if (args.list) {
    fmt::print("{}", checks_text());
    return status_good;
  }
  if (!known(args.only) || !known(args.skip)) return status_bad;
  if (is_network(args)) return run_lint_network(args, common);
  if (is_fleet(args)) return run_lint_fleet(args, common);
  if (args.files.empty() && args.rules6.empty() && args.host.snapshot.empty()) {
    fmt::print(stderr, "fwsim: no ruleset: give a FILE, or a --snapshot that has one\n");
    return status_bad;
  }
  std::optional<FixChoice> choice;
  if (!args.fix.empty() || args.patch) {
    choice = read_fix_choice(args.fix.empty() ? "safe" : args.fix);
    if (!choice) return status_bad;
  }
  const auto known_before = read_known(args.baseline, common);
  if (!known_before) return status_bad;
  SettingsFiles files(args.config, common);
  std::vector<LintInput> inputs;
  if (!load(args, files, common, inputs)) return status_bad;
  bool piped = false;   // a ruleset, not the report, goes to standard output
  if (choice && !mend_all(inputs, args, *choice, lint_options(args), common, piped)) return status_bad;
  auto [report, settings, hosts] = lint_rulesets(inputs, args);
  report.colour = common.colour && args.output.empty();
  judge_settings(report, settings, lint_options(args));
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
