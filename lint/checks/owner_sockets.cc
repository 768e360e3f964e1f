#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "owner");
    if (!use || !use->inverted("socket-exists")) return;
    // In POSTROUTING it tells what is forwarded from what is sent.
    if (facts.explorer().hooks_of_chain(id.table, id.chain) != set_of(Hook::output) || facts.never(id)) return;
    findings.add(id, "takes little of what the kernel sends by itself: its RSTs, echo replies and ICMP errors have a socket, only without an owner").hint =
        "-m conntrack --ctstate RELATED,ESTABLISHED takes them; -m owner ! --uid-owner 0-4294967294 what has no owner";
  });
}

}  // namespace

const Check owner_sockets{
    .id = "FW629", .name = "owner-sockets",
    .title = "a rule looks for packets without a socket, and few have none",
    .why = "The kernel sends its own answers by sockets of its own, which exist. Of what leaves a host only a few packets have none, as the RST of a REJECT.",
    .bad = "*filter\n"
           ":OUTPUT DROP [0:0]\n"
           "-A OUTPUT -m owner ! --socket-exists -j ACCEPT\n"
           "COMMIT\n",
    .good = "*mangle\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -m owner ! --socket-exists -j TTL --ttl-set 64\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "traps:E61",
    .run = run};

}  // namespace fwsim::checks
