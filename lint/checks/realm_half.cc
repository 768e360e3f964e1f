#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  if (!facts.host()) return;
  const auto& routes = facts.host()->routes;
  const auto with_realm = std::find_if(routes.begin(), routes.end(), [](const Route& r) { return r.family == Family::v4 && (r.realm & 0xffff) != 0; });
  if (with_realm == routes.end()) return;
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* use = match_of(rule, "realm");
    const Masked* realm = use ? use->get<Masked>("realm") : nullptr;
    if (!realm || realm->mask != 0xffffffff || realm->value > 0xffff || realm->value == 0 || facts.never(id)) return;
    findings.add(id, fmt::format("{} packets whose source has a realm too, as {} has ({}): the upper half of what it compares is the source's", use->inverted("realm") ? "takes all" : "misses",
                                 prefix_text(Family::v4, with_realm->destination), with_realm->realm & 0xffff)).hint = fmt::format("--realm {:#x}/0xffff", realm->value);
  });
}

}  // namespace

const Check realm_half{
    .id = "FW642", .name = "realm-half",
    .title = "a rule compares the realm of the source too, and means the destination's",
    .why = "The number has the realm of the source's route in its upper 16 bits, that of the destination's in the lower ones; without a mask both are compared.",
    .bad = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -m realm --realm 0x2 -j DROP\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":FORWARD ACCEPT [0:0]\n"
           "-A FORWARD -m realm --realm 0x2/0xffff -j DROP\n"
           "COMMIT\n",
    .covers = "traps:E60",
    .host = "routes = [\"198.51.100.0/24 via 192.0.2.2 dev eth0 realm 3\"]\n"
            "[interfaces.eth0]\n"
            "addresses = [\"192.0.2.1/24\"]\n"
            "[interfaces.eth1]\n"
            "addresses = [\"10.0.0.1/24\"]\n"
            "[sysctl]\n"
            "\"net.ipv4.ip_forward\" = 1\n",
    .run = run};

}  // namespace fwsim::checks
