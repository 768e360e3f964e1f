// Subcommands that make rulesets: of commands, of scripts.
#include "cli/help_texts.hh"
#include "cli/option_groups.hh"
#include "cli/subcommands/command_line.hh"

namespace fwsim {

void CommandLine::apply() {
  CLI::App* c = app_.add_subcommand("apply", "carry out iptables, ip6tables and ipset commands on rulesets")->group("Rules");
  c->footer(apply_help);
  c->add_option("COMMANDS", apply_.commands, "the commands, one a line; - for standard input")->required();
  c->add_option("--from", apply_.from, "rulesets and ipset files to begin with");
  c->add_option("--to", apply_.to, "where the ruleset goes; standard output if not given, or -");
  c->add_option("--to6", apply_.to6, "where the IPv6 ruleset goes");
  c->add_option("--sets", apply_.sets, "where the ipsets go");
  c->add_flag("-k,--keep-going", apply_.keep_going, "go on after a command that fails");
  c->add_flag("-c,--counters", apply_.counters, "with the counters of rules");
  commands_.push_back({c, [this] { return run_apply(apply_, common_); }});
}

void CommandLine::runs() {
  CLI::App* c = app_.add_subcommand("run", "run a script on a model of the machine: what rules does it make, and what is open meanwhile?")->group("Scripts and hosts");
  c->footer(run_help);
  c->add_option("-o,--output", run_.output, "write the machine as the script leaves it, as a snapshot")->option_text("DIR");
  c->add_flag("--timeline", run_.timeline, "every command, with its line and what held after it");
  c->add_option("--admin", run_.admin, "who must not be locked out: 'tcp 10.0.0.0/8 -> :22 in eth0'");
  add_rules(*c, run_.rules);
  add_host(*c, run_.host);
  c->add_option("--answers", run_.answers, "what the script reads from its standard input")->option_text("TEXT");
  c->add_option("--env", run_.environment, "a variable that it finds set: NAME=VALUE")->allow_extra_args(false)->take_all();
  c->add_option("--timeout", run_.seconds, "seconds after which it is stopped")->check(CLI::Range(0.1, 86400.0));
  c->add_flag("--later", run_.later, "with -o: the machine after what the script left running, too");
  c->add_flag("-q,--quiet", run_.quiet, "without the script's own output");
  add_format(*c, run_.format);
  commands_.push_back({c, [this] { return run_script(run_, common_); }});
}

void CommandLine::deploy() {
  CLI::App* c = app_.add_subcommand("deploy-script", "write a script that puts rules in force, and takes them back unless confirmed")->group("Scripts and hosts");
  c->footer(deploy_help);
  c->add_option("RULES", deploy_.file, "the ruleset");
  add_rules(*c, deploy_.rules);
  add_host(*c, deploy_.host);
  c->add_option("--admin", deploy_.admin, "who must not be locked out: 'tcp 10.0.0.0/8 -> :22 in eth0'");
  c->add_option("--seconds", deploy_.seconds, "time to confirm (60)")->check(CLI::Range(5U, 86400U));
  c->add_flag("--force", deploy_.force, "even if somebody is locked out or lint finds an error");
  c->add_option("-o,--output", deploy_.output, "write the script to FILE")->option_text("FILE");
  commands_.push_back({c, [this] { return run_deploy(deploy_, common_); }});
}

}  // namespace fwsim
