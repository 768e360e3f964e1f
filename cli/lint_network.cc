#include "cli/lint_network.hh"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "cli/ask_all.hh"
#include "cli/lint_page.hh"
#include "cli/lint_rulesets.hh"
#include "cli/network.hh"
#include "cli/settings.hh"
#include "cli/write_file.hh"
#include "lint/network/lint_network.hh"
#include "lint/optimize.hh"
#include "reports/lint_baseline.hh"
#include "reports/lint_fingerprint.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

// What is about one ruleset has no meaning here.
bool refuse_others(const LintArgs& args) {
  const char* what = args.files.size() > 1             ? "a network is linted by itself"
                     : !args.rules6.empty()              ? "--rules6 is named in the network, for each host"
                     : is_described(args.host)           ? "hosts are described in the network"
                     : !args.fix.empty() || args.patch ? "--fix mends single rulesets"
                     : args.prove || !args.smtlib.empty() ? "--prove and --smtlib are for single rulesets"
                                                          : nullptr;
  if (what) fmt::print(stderr, "fwsim: {}\n", what);
  return what != nullptr;
}

}  // namespace

bool is_network(const LintArgs& args) {
  for (const std::string& file : args.files)
    if (file.ends_with(".toml")) return true;
  return false;
}

int run_lint_network(const LintArgs& args, const Common& common) {
  if (refuse_others(args)) return status_bad;
  const auto known_before = read_known(args.baseline, common);
  if (!known_before) return status_bad;
  const auto setting = load_network(args.files.front(), common);
  if (!setting) return status_bad;
  SettingsFiles files(args.config, common);
  NetworkToLint net{.topology = setting->topology, .members = {}, .settings = {}};
  std::vector<LintInput> inputs;
  for (std::size_t i = 0; i < setting->settings.size(); ++i) {
    const Setting& s = setting->settings[i];
    const TopologyHost& host = setting->topology.hosts[i];
    const Settings* settings = files.of(!host.rules.text.empty() ? host.rules.text : !host.rules6.text.empty() ? host.rules6.text : host.snapshot.text);
    if (!settings) return status_bad;
    net.members.push_back({s.rules(Family::v4), s.rules(Family::v6), s.host});
    net.settings.push_back(settings);
    inputs.push_back({s, settings});
  }
  const LintOptions options = lint_options(args);
  LintReport report = empty_report(inputs, args, [](const Check& check) { return check.of_network; });
  report.colour = common.colour && args.output.empty();
  for (Family family : {Family::v4, Family::v6}) {
    bool any = false;
    for (const NetworkMember& m : net.members) any = any || (family == Family::v4 ? m.v4 : m.v6);
    if (!any) continue;
    std::vector<LintResult> results = lint_network(net, family, options);
    for (std::size_t i = 0; i < results.size(); ++i)
      if (const Ruleset* ruleset = family == Family::v4 ? net.members[i].v4 : net.members[i].v6) {
        LintedRuleset& linted = report.rulesets.emplace_back();
        linted.file = ruleset->file;
        linted.family = family;
        linted.rules = count_rules(*ruleset);
        linted.ruleset = ruleset;
        linted.result = std::move(results[i]);
        linted.source = source_of(*ruleset);
      }
  }
  set_fingerprints(report.rulesets);
  leave_out(report, *known_before);
  const std::string text = find_lint_format(args.format)->write(report);
  if (!args.output.empty())
    write_file(args.output, text);
  else
    fmt::print("{}", text);
  if (args.format != "text" && !args.baseline.empty())
    for (const LintedRuleset& l : report.rulesets) fmt::print(stderr, "{}", lint_summary(l));
  say_assumptions(setting->assumed);
  return any_fails(report) ? status_not : status_good;
}

}  // namespace fwsim
