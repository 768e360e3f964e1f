#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    if (!target_of(rule, "MASQUERADE") && !target_of(rule, "SNAT")) return;
    const Chain& chain = chain_of(facts, id);
    // User chains have been chosen by their callers.
    if (chain.hook != Hook::postrouting || facts.never(id)) return;
    if (asks_of(facts, id, {Field::out_if, Field::in_if, Field::src, Field::dst, Field::mark, Field::ct_mark, Field::src_type, Field::dst_type, Field::uid})) return;
    Finding& f = findings.add(id, "translates the source of whatever leaves, by any device and from any network");
    f.hint = "limit it to the device that leads outside (-o eth0), or to the internal networks (-s 10.0.0.0/8)";
  });
}

}  // namespace

const Check nat_everything{
    .id = "FW401", .name = "nat-everything",
    .title = "a rule translates the source of everything that is forwarded or sent",
    .why = "Traffic between internal networks and into tunnels is translated too: logs, access lists and IPsec selectors see the gateway instead of the sender.",
    .bad = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -j MASQUERADE\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A POSTROUTING -o eth0 -j MASQUERADE\n"
           "COMMIT\n",
    .covers = "G06 G07 traps:D5 traps:D6",
    .run = run};

}  // namespace fwsim::checks
