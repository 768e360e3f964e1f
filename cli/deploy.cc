// fwsim deploy-script: rules that have passed, in a script that puts them in force and can take them back.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "cli/write_file.hh"
#include "lint/check.hh"
#include "lint/lockout.hh"
#include "parser/ipset.hh"
#include "parser/print.hh"
#include "reports/deploy_script.hh"
#include "reports/lockout_report.hh"

namespace fwsim {
namespace {

// What lint calls an error, to standard error; how many there are.
std::size_t tell_errors(const Ruleset& ruleset, const Host* host) {
  std::size_t errors = 0;
  for (const Finding& finding : lint(ruleset, host, {}).findings) {
    if (finding.severity != Severity::error) continue;
    ++errors;
    fmt::print(stderr, "{}:{}: error: {} {} [{} {}]\n", finding.place.file, finding.place.line, finding.place.name, finding.text, finding.id, finding.check);
  }
  return errors;
}

}  // namespace

int run_deploy(const DeployArgs& args, const Common& common) {
  QuestionFault fault;
  const auto admin = args.admin.empty() ? admin_of_session({}) : read_admin(args.admin, fault);
  if (!admin) {
    print_diagnostics({diagnostic_of(fault, args.admin, "--admin")}, common);
    return status_bad;
  }
  RuleArgs rules = args.rules;
  if (rules.rules.empty()) rules.rules = args.file;
  const auto setting = load_for_proofs(rules, args.host, common);
  if (!setting) return status_bad;
  Deployment deployment{.seconds = args.seconds};
  bool good = true;
  for (const Family family : {Family::v4, Family::v6}) {
    const Ruleset* ruleset = setting->rules(family);
    if (!ruleset) continue;
    deployment.rules.push_back({.ruleset = ruleset, .text = print_ruleset(*ruleset, {.keep_order = true})});
    good = tell_errors(*ruleset, known_host(*setting)) == 0 && good;
    // Who said nothing of IPv6 need not get in by it.
    if (admin->traffic.family ? *admin->traffic.family != family : admin->anywhere && family == Family::v6 && setting->v4) continue;
    const Lockout lockout = check_lockout(*ruleset, known_host(*setting), *admin);
    if (!lockout.locked_out) continue;
    good = false;
    fmt::print(stderr, "{}", text_of(lockout));
  }
  if (!good && !args.force) {
    fmt::print(stderr, "no script is written: mend this first, or say --force\n");
    return status_not;
  }
  if (!setting->host.sets.empty()) deployment.sets = print_ipsets(setting->host.sets);
  deployment.checked = fmt::format("{} {}", admin->anywhere ? "SSH from anywhere" : admin->traffic.text,
                                   good ? "gets in by these rules, and lint finds no error in them." : "or lint had objections that were overridden (--force).");
  const std::string script = deploy_script(deployment);
  if (args.output.empty() || args.output == "-") {
    fmt::print("{}", script);
    return status_good;
  }
  write_file(args.output, script);
  std::error_code ignored;
  std::filesystem::permissions(args.output, std::filesystem::perms::owner_exec | std::filesystem::perms::group_exec | std::filesystem::perms::others_exec, std::filesystem::perm_options::add, ignored);
  return status_good;
}

}  // namespace fwsim
