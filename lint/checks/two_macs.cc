#include <fmt/format.h>

#include <map>
#include <optional>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

std::string mac_text(std::uint64_t mac) {
  std::string out;
  for (int shift = 40; shift >= 0; shift -= 8) out += fmt::format("{:02x}{}", (mac >> shift) & 0xff, shift ? ":" : "");
  return out;
}

struct Binding {
  std::uint64_t mac = 0;
  RuleId by;
};

void run(const Facts& facts, Findings& findings) {
  const Family family = facts.ruleset().family;
  std::map<u128, Binding> accepted, held;   // "-s IP -m mac --mac-source MAC -j ACCEPT"; "... ! --mac-source MAC -j DROP"
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const MatchUse* match = match_of(rule, "mac");
    if (!match || rule.basic.not_src || rule.basic.src.mask != address_mask(family)) return;
    const bool inverted = match->inverted("mac-source");
    if (inverted ? !refuses(rule) : !accepts(rule)) return;
    auto& list = inverted ? held : accepted;
    const Binding now{match->number("mac-source"), id};
    const auto [known, fresh] = list.emplace(rule.basic.src.address, now);
    if (fresh || known->second.mac == now.mac || known->second.by.table != id.table || facts.never(id)) return;
    const std::string address = address_text(family, rule.basic.src.address), text = inverted
        ? fmt::format("keeps {} to {}, and {} keeps it to {}: no packet from it has both", address, mac_text(now.mac), facts.names({known->second.by}), mac_text(known->second.mac))
        : fmt::format("binds {} to {}, and {} to {}", address, mac_text(now.mac), facts.names({known->second.by}), mac_text(known->second.mac));
    Finding& f = findings.add(id, text, {known->second.by});
    if (!inverted) f.severity = Severity::note;
    f.hint = "after a change of cards remove the old one";
  });
}

}  // namespace

const Check two_macs{
    .id = "FW217", .name = "two-macs",
    .title = "an address is bound to two MAC addresses",
    .why = "One of them is old: whoever has that card may use the address; or nobody may, where each rule drops what the other expects.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.5/32 -m mac --mac-source 02:00:00:00:00:05 -j ACCEPT\n"
           "-A INPUT -s 10.0.0.5/32 -m mac --mac-source 02:00:00:00:00:06 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.5/32 -m mac --mac-source 02:00:00:00:00:05 -j ACCEPT\n"
           "-A INPUT -s 10.0.0.6/32 -m mac --mac-source 02:00:00:00:00:06 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "D11",
    .run = run};

}  // namespace fwsim::checks
