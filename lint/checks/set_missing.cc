#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/set_uses.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!sets_known(facts)) return;
  for (const auto& uses : by_set(set_uses(facts))) {
    const SetUse& first = uses.front();
    const std::vector<RuleId> more = other_rules(uses);
    const IpSet* set = set_of(facts, first.name);
    const std::string_view family = facts.ruleset().family == Family::v4 ? "inet" : "inet6";
    if (!set)
      findings.add(first.id, fmt::format("asks for the set {}, which this host does not have{}: iptables-restore refuses the whole file", first.name, facts.so_do(more)), more)
          .hint = fmt::format("make it before the rules are loaded: ipset create {} hash:{} family {}", first.name, first.sides.size() > 1 ? "ip,port" : "net", family);
    else if (set->type->families != SetType::Families::none && set->family != facts.ruleset().family)
      findings.add(first.id, fmt::format("asks for the set {}, whose family is {}{}: iptables-restore refuses the whole file", first.name, set->family == Family::v4 ? "inet" : "inet6", facts.so_do(more)), more)
          .hint = fmt::format("a set for each family: ipset create {}{} {} family {}", first.name, facts.ruleset().family == Family::v4 ? "4" : "6", set->type->name, family);
  }
}

}  // namespace

const Check set_missing{
    .id = "FW831", .name = "set-missing",
    .title = "rules ask for a set that is not there, or is of the other family",
    .why = "iptables looks sets up when rules are loaded: without one of them nothing of the file is loaded, and after a boot there is no firewall.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m set --match-set friend src -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -m set --match-set friends src -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::error,
    .covers = "I14 traps:E18",
    .host = "sets = \"ipset.save\"\n",
    .sets = "create friends hash:net family inet\n"
            "add friends 192.0.2.0/24\n",
    .run = run};

}  // namespace fwsim::checks
