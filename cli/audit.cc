// fwsim audit: what the controls of a standard say about a ruleset.
#include <fmt/format.h>

#include <algorithm>

#include "cli/ask_all.hh"
#include "cli/settings.hh"
#include "reports/audit_report.hh"

namespace fwsim {
namespace {

// The profiles by name; nothing, with a message, when one does not exist.
std::optional<std::vector<const Profile*>> find_profiles(const std::vector<std::string>& words) {
  std::vector<const Profile*> out;
  std::vector<std::string_view> names{"all"};
  for (const Profile* profile : all_profiles()) names.push_back(profile->name);
  bool good = true;
  for (const std::string& word : words) {
    const std::size_t before = out.size();
    for (const Profile* profile : all_profiles())
      if ((word == "all" || word == profile->name) && std::find(out.begin(), out.end(), profile) == out.end()) out.push_back(profile);
    if (out.size() != before || std::find(names.begin(), names.end(), word) != names.end()) continue;
    const std::string near = did_you_mean(word, names);
    std::string list;
    for (std::string_view name : names) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
    fmt::print(stderr, "fwsim: there is no profile '{}'{}; there are {}\n", word, near.empty() ? "" : fmt::format(", did you mean '{}'?", near), list);
    good = false;
  }
  if (!good) return std::nullopt;
  return out;
}

}  // namespace

int run_audit(const AuditArgs& args, const Common& common) {
  const auto profiles = find_profiles(args.profiles);
  if (!profiles) return status_bad;
  RuleArgs rules = args.rules;
  HostArgs host = args.host;
  if (!args.file.empty()) {
    if (!rules.rules.empty()) {
      fmt::print(stderr, "fwsim: {} and {} are both rulesets\n", rules.rules, args.file);
      return status_bad;
    }
    rules.rules = args.file;
  }
  SettingsFiles files(args.config, common);
  const Settings* settings = files.of(!rules.rules.empty() ? rules.rules : !rules.rules6.empty() ? rules.rules6 : host.snapshot);
  if (!settings) return status_bad;
  if (host.snapshot.empty() && host.toml.empty()) host.toml = settings->site.host;
  const auto setting = load_for_proofs(rules, host, common);
  if (!setting) return status_bad;

  std::vector<AuditedRuleset> rulesets;
  AuditSubject subject{.rulesets = {}, .settings = settings->file, .host = !host.snapshot.empty() ? host.snapshot : host.toml};
  if (subject.host.empty() && known_host(*setting)) subject.host = "of the command line";
  for (Family family : {Family::v4, Family::v6})
    if (const Ruleset* ruleset = setting->rules(family)) {
      rulesets.push_back({ruleset, settings});
      subject.rulesets.emplace_back(ruleset->file, family);
    }
  const std::vector<Audit> audits = audit(rulesets, known_host(*setting), *profiles);
  for (const AuditFormat& format : audit_formats())
    if (format.name == args.format) fmt::print("{}", format.write(audits, subject));
  if (known_host(*setting)) say_assumptions(setting->host.assumed);
  const bool failed = std::any_of(audits.begin(), audits.end(), [](const Audit& audit) {
    return std::any_of(audit.controls.begin(), audit.controls.end(), [](const AuditedControl& c) { return c.answer == Judgement::Answer::fail; });
  });
  return failed ? status_not : status_good;
}

}  // namespace fwsim
