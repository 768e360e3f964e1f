#include <fmt/format.h>

#include <map>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// The address that rules themselves give to what comes by a device: as a destination, alone.
std::map<u128, u128> written_addresses(const Facts& facts) {
  std::map<u128, u128> out;
  for_rules(facts, [&](const RuleId&, const Rule& rule) {
    const BasicMatch& basic = rule.basic;
    if (basic.in().mask != all_ones || basic.not_in || basic.not_dst || basic.dst.mask != address_mask(facts.ruleset().family)) return;
    const auto hooks = target_of(rule, "DNAT") || target_of(rule, "REDIRECT");
    if (hooks) out.emplace(basic.in().address, basic.dst.address);
  });
  return out;
}

void run(const Facts& facts, Findings& findings) {
  const auto addresses = written_addresses(facts);
  if (addresses.empty()) return;
  for_rules(facts, TableId::nat, [&](const RuleId& id, const Rule& rule) {
    const BasicMatch& basic = rule.basic;
    if (!target_of(rule, "MASQUERADE") || basic.out().mask != all_ones || basic.not_out) return;
    const auto found = addresses.find(basic.out().address);
    if (found == addresses.end() || facts.never(id)) return;
    const std::string address = address_text(facts.ruleset().family, found->second);
    findings.add(id, fmt::format("looks up the address of {} for each connection, and forgets them all when the device goes down, though other rules know it: {}", name_text(basic.out().address), address)).hint =
        fmt::format("-j SNAT --to-source {}", address);
  });
}

}  // namespace

const Check static_masquerade{
    .id = "FW409", .name = "static-masquerade",
    .title = "MASQUERADE where the address is known",
    .why = "MASQUERADE is for addresses that change. Where one is fixed, SNAT does the same, and connections outlive a short loss of the link.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o eth0 -j MASQUERADE\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           ":POSTROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 203.0.113.1/32 -i eth0 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5\n"
           "-A POSTROUTING -s 10.0.0.0/24 -o ppp0 -j MASQUERADE\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "G11",
    .run = run};

}  // namespace fwsim::checks
