#include <fmt/format.h>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/comes.hh"
#include "lint/checks/rule_parts.hh"
#include "model/matches/ct_state.hh"

namespace fwsim::checks {
namespace {

constexpr std::string_view elsewhere = "the same rule in the mangle or filter table";

void run(const Facts& facts, Findings& findings) {
  constexpr std::uint64_t invalid = 1;
  for_rules(facts, TableId::raw, [&](const RuleId& id, const Rule& rule) {
    for (const MatchUse& use : rule.matches) {
      if (use.name != "conntrack" && use.name != "state") continue;
      const std::string_view option = use.name == "state" ? "state" : "ctstate";
      const Bits* states = use.get<Bits>(option);
      if (!states || facts.never(id)) return;   // FW101 says so
      std::string words;
      print_options(use, facts.ruleset().family, words);
      words.erase(0, words.find_first_not_of(' '));
      // What this host has sent over lo comes back with its state.
      const auto others = some_come(facts, id, negation(is(Field::in_if, name_word("lo"))));
      if (others == false) {
        if (rule.basic.in().mask == 0) findings.add(id, fmt::format("asks for a state where no packet has one yet: '{}' is true of nothing but what this host sends over lo", words)).hint = elsewhere;
        return;
      }
      if (!others || ((states->bits & invalid) != 0) == use.inverted(option)) return;
      Finding& f = findings.add(id, fmt::format("asks for a state where no packet has one yet: '{}' is true of all packets here, of known connections too", words));
      if (refuses(rule)) f.severity = Severity::error;
      f.hint = elsewhere;
      return;
    }
  });
}

}  // namespace

const Check state_in_raw{
    .id = "FW714", .name = "state-in-raw",
    .title = "a rule of the raw table asks for the state of a connection",
    .why = "The raw table comes before connection tracking: there every packet counts as INVALID. A rule that drops INVALID drops all.",
    .bad = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -m conntrack --ctstate INVALID -j DROP\n"
           "COMMIT\n",
    .good = "*raw\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -m conntrack --ctstate UNTRACKED -j ACCEPT\n"
           "COMMIT\n"
           "*mangle\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -m conntrack --ctstate INVALID -j DROP\n"
           "COMMIT\n",
    .covers = "traps:B17",
    .run = run};

}  // namespace fwsim::checks
