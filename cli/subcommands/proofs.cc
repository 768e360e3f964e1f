// Subcommands that prove things about all packets.
#include "cli/help_texts.hh"
#include "cli/option_groups.hh"
#include "cli/subcommands/command_line.hh"

namespace fwsim {

// What all commands about a ruleset's packets take.
template <class Args>
CLI::App* CommandLine::proof(const char* name, const char* does, const char* help, Args& args) {
  CLI::App* c = app_.add_subcommand(name, does)->group("Findings and proofs");
  c->footer(help);
  add_rules(*c, args.rules);
  add_host(*c, args.host);
  add_format(*c, args.format);
  return c;
}

void CommandLine::proofs() {
  CLI::App* reach = proof("reach", "from where which services can be reached", reach_help, reach_);
  reach->add_option("RULES", reach_.file, "the ruleset");
  reach->add_flag("--all", reach_.whole, "all rows and sources, however many");
  commands_.push_back({reach, [this] { return run_reach(reach_, common_); }});
  CLI::App* lockout = proof("lockout", "can the administrator still get in?", lockout_help, lockout_);
  lockout->add_option("RULES", lockout_.file, "the ruleset");
  lockout->add_option("--admin", lockout_.admin, "who comes from where: 'tcp 10.0.0.0/8 -> :22 in eth0'");
  commands_.push_back({lockout, [this] { return run_lockout(lockout_, common_); }});
  CLI::App* verify = proof("verify", "does a ruleset do what a policy says?", verify_help, verify_);
  verify->add_option("RULES", verify_.file, "the ruleset; the policy, when --rules names that")->required();
  verify->add_option("POLICY", verify_.policy, "the policy, in TOML; without it that of the settings beside the ruleset");
  verify->add_flag("-v,--verbose", verify_.verbose, "the whole way of each packet that refutes");
  CLI::App* threats = proof("threats", "try attacks against a ruleset", threats_help, threats_);
  threats->add_option("RULES", threats_.file, "the ruleset");
  threats->add_option("--only", threats_.only, "only this experiment: syn-flood, brute-force, ...")->allow_extra_args(false)->take_all();
  threats->add_option("--port", threats_.ports, "a service to attack")->allow_extra_args(false)->take_all()->check(CLI::Range(1U, 65535U));
  threats->add_option("--admin", threats_.admin, "who may use ssh: 'tcp 10.0.0.0/8 -> :22 in eth0'");
  threats->add_option("--rate", threats_.rate, "packets a second");
  threats->add_option("--seconds", threats_.seconds, "how long each attack goes on");
  threats->add_option("--seed", threats_.seed, "for what attackers draw at random");
  commands_.push_back({threats, [this] { return run_threats(threats_, common_); }});
  commands_.push_back({verify, [this] { return run_verify(verify_, common_); }});
  audit();
}

void CommandLine::audit() {
  CLI::App* c = app_.add_subcommand("audit", "judge a ruleset by the controls of CIS, NIST and PCI DSS")->group("Findings and proofs");
  c->footer(audit_help);
  c->add_option("RULES", audit_.file, "the ruleset, - for standard input");
  add_rules(*c, audit_.rules);
  add_host(*c, audit_.host);
  c->add_option("--profile", audit_.profiles, "cis, nist-800-41, pci-dss or all; several with commas")->delimiter(',')->allow_extra_args(false);
  c->add_option("--config", audit_.config, "settings; without it .fwsim.toml beside the ruleset, or here")->option_text("FILE");
  c->add_option("--format", audit_.format, "text, json, markdown or junit")->check(one_of({"text", "json", "markdown", "junit"}));
  commands_.push_back({c, [this] { return run_audit(audit_, common_); }});
}

}  // namespace fwsim
