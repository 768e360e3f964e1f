#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    if (!target_of(rule, "DNAT") && !target_of(rule, "REDIRECT")) return;
    if (chain_of(facts, id).hook != Hook::prerouting || facts.never(id)) return;
    if (asks_of(facts, id, {Field::in_if, Field::src, Field::dst, Field::mark, Field::ct_mark, Field::src_type, Field::dst_type, Field::mac_src})) return;
    Finding& f = findings.add(id, "redirects packets to every destination, those that only pass through as well");
    f.hint = "name the address that it stands for (-d), the device (-i), or -m addrtype --dst-type LOCAL";
  });
}

}  // namespace

const Check dnat_everything{
    .id = "FW402", .name = "dnat-everything",
    .title = "a rule redirects packets to any destination",
    .why = "Connections of internal hosts to the same port elsewhere, and those that only pass through, are taken too.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.5\n"
           "COMMIT\n",
    .covers = "G04 traps:D21",
    .run = run};

}  // namespace fwsim::checks
