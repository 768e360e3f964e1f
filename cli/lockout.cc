// fwsim lockout: can the administrator still get in?
#include <fmt/format.h>

#include <cstdlib>

#include "cli/ask_all.hh"
#include "cli/load.hh"
#include "reports/lockout_report.hh"

namespace fwsim {

int run_lockout(const LockoutArgs& args, const Common& common) {
  Admin admin;
  if (args.admin.empty()) {
    const char* session = std::getenv("SSH_CONNECTION");
    admin = admin_of_session(session ? session : "");
  } else {
    QuestionFault fault;
    auto read = read_admin(args.admin, fault);
    if (!read) {
      print_diagnostics({diagnostic_of(fault, args.admin, "--admin")}, common);
      return status_bad;
    }
    admin = std::move(*read);
  }
  if (admin.traffic.way && *admin.traffic.way != Way::input) {
    fmt::print(stderr, "fwsim: the administrator comes to the host itself: leave out 'out' and owners\n");
    return status_bad;
  }
  RuleArgs rules = args.rules;
  if (rules.rules.empty()) rules.rules = args.file;
  const auto setting = load_for_proofs(rules, args.host, common);
  if (!setting) return status_bad;
  const std::vector<const Ruleset*> rulesets = rulesets_for(admin.traffic, *setting);
  if (rulesets.empty()) return status_bad;
  int status = status_good;
  for (const Ruleset* ruleset : rulesets) {
    const Lockout lockout = check_lockout(*ruleset, known_host(*setting), admin);
    if (args.format == "json")
      fmt::print("{}\n", json_of(lockout));
    else
      fmt::print("{}{}", rulesets.size() > 1 ? (ruleset->family == Family::v4 ? "IPv4: " : "IPv6: ") : "", text_of(lockout));
    if (lockout.locked_out) status = status_not;
  }
  if (args.admin.empty()) say_assumptions({admin.anywhere ? "the administrator uses SSH from anywhere (say --admin)" : "the administrator is who $SSH_CONNECTION names"});
  return status;
}

}  // namespace fwsim
