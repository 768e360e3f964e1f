// fwsim verify: does the ruleset do what its owner says?
#include <fmt/format.h>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "cli/settings.hh"
#include "parser/policy.hh"
#include "reports/verify_report.hh"

namespace fwsim {

int run_verify(const VerifyArgs& args, const Common& common) {
  // With --rules or a snapshot the one file is the policy.
  RuleArgs rules = args.rules;
  HostArgs host = args.host;
  std::string policy_file = args.policy;
  if (policy_file.empty()) {
    policy_file = args.file;
    if (rules.rules.empty() && rules.rules6.empty() && args.host.snapshot.empty()) {
      SettingsFiles files({}, common);
      const Settings* settings = files.of(args.file);
      if (!settings) return status_bad;
      if (settings->site.policy.empty()) {
        fmt::print(stderr, "fwsim: verify needs a ruleset and a policy: fwsim verify RULES POLICY\n");
        return status_bad;
      }
      rules.rules = args.file;
      policy_file = settings->site.policy;
      if (host.toml.empty()) host.toml = settings->site.host;
    }
  } else if (rules.rules.empty()) {
    rules.rules = args.file;
  } else {
    fmt::print(stderr, "fwsim: {} and {} are both rulesets\n", rules.rules, args.file);
    return status_bad;
  }
  PolicyText policy = read_policy(policy_file);
  const std::vector<Claim> claims = understand(policy.policy, policy.diagnostics);
  print_diagnostics(policy.diagnostics, common);
  if (has_errors(policy.diagnostics)) return status_bad;
  const auto setting = load_for_proofs(rules, host, common);
  if (!setting) return status_bad;
  std::vector<Proof> proofs;
  bool all_proved = true;
  for (const Claim& claim : claims) {
    if (rulesets_for(claim.traffic.front(), *setting).empty()) return status_bad;
    for (Family family : {Family::v4, Family::v6}) {
      const Ruleset* ruleset = setting->rules(family);
      if (!ruleset || !concerns(claim, family)) continue;
      proofs.push_back(prove(*ruleset, known_host(*setting), claim));
      all_proved = all_proved && proofs.back().result == Proof::Result::proved;
    }
  }
  if (args.format == "json")
    fmt::print("{}\n", json_of(proofs, policy_file));
  else
    fmt::print("{}", text_of(proofs, policy_file, args.verbose));
  if (known_host(*setting)) say_assumptions(setting->host.assumed);
  return all_proved ? status_good : status_not;
}

}  // namespace fwsim
