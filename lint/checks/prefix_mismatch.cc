#include <fmt/format.h>

#include <optional>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// The address that the rule changes, as it comes to the rule.
Field changed(const Facts& facts, const RuleId& id) {
  return (facts.explorer().hooks_of_chain(id.table, id.chain) & (set_of(Hook::postrouting) | set_of(Hook::input))) != 0 ? Field::src : Field::dst;
}

std::optional<Prefix> asked(const Rule& rule, Field field) {
  const bool src = field == Field::src;
  if (src ? rule.basic.not_src : rule.basic.not_dst) return std::nullopt;
  return src ? rule.basic.src : rule.basic.dst;
}

// Several addresses that the rule is for become one.
void judge_netmap(const Facts& facts, Findings& findings, const RuleId& id, const Rule& rule, const Prefix& to) {
  const Family family = facts.ruleset().family;
  const Field field = changed(facts, id);
  const auto from = asked(rule, field);
  const int length = from ? prefix_length(family, from->mask) : 0, wanted = prefix_length(family, to.mask);
  if (length < 0 || length >= wanted) return;
  // By the callers of the chain, or by another match, it may be for less.
  if (!chain_of(facts, id).hook || (from->mask == 0 && asks_of(facts, id, {field}))) return;
  const std::string which = from->mask == 0 ? fmt::format("every {}", field == Field::src ? "source" : "destination") : prefix_text(family, *from);
  findings.add(id, fmt::format("maps {} onto {}, which is smaller: addresses that differ only in what is cut off become the same one", which, prefix_text(family, to))).hint =
      fmt::format("-{} with a network of {} bits, like the one of --to", field == Field::src ? "s" : "d", wanted);
}

// The prefix is no condition: others lose theirs too.
void judge_npt(const Facts& facts, Findings& findings, const RuleId& id, const Rule& rule, const Prefix& prefix, Field field) {
  const auto from = asked(rule, field);
  if (!chain_of(facts, id).hook || prefix.mask == 0) return;
  const bool inside = from && (from->mask & prefix.mask) == prefix.mask && (from->address & prefix.mask) == prefix.address;
  if (inside || (from && from->mask == 0 && asks_of(facts, id, {field}))) return;
  const std::string text = prefix_text(facts.ruleset().family, prefix);
  findings.add(id, fmt::format("changes the {} of packets that are not in {}, too: the option is no condition", field == Field::src ? "source" : "destination", text)).hint =
      fmt::format("add -{} {}", field == Field::src ? "s" : "d", text);
}

void run(const Facts& facts, Findings& findings) {
  for_rules(facts, [&](const RuleId& id, const Rule& rule) {
    const auto* use = std::get_if<TargetUse>(&rule.target);
    if (!use || (use->name != "NETMAP" && use->name != "SNPT" && use->name != "DNPT") || facts.never(id)) return;
    if (use->name == "NETMAP") {
      if (const auto* to = use->get<Prefix>("to")) judge_netmap(facts, findings, id, rule, *to);
    } else if (const auto* prefix = use->get<Prefix>("src-pfx")) {
      judge_npt(facts, findings, id, rule, *prefix, use->name == "SNPT" ? Field::src : Field::dst);
    }
  });
}

}  // namespace

const Check prefix_mismatch{
    .id = "FW410", .name = "prefix-mismatch",
    .title = "NETMAP, SNPT or DNPT translates other addresses than its network has",
    .why = "They replace the first bits of whatever comes to them. What comes from a wider network loses what told its addresses apart, or gets a prefix that is not for it.",
    .bad = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 10.1.0.0/16 -i tun0 -j NETMAP --to 192.168.1.0/24\n"
           "COMMIT\n",
    .good = "*nat\n"
           ":PREROUTING ACCEPT [0:0]\n"
           "-A PREROUTING -d 10.1.1.0/24 -i tun0 -j NETMAP --to 192.168.1.0/24\n"
           "-A PREROUTING -d 10.1.2.128/25 -i tun0 -j NETMAP --to 192.168.2.0/24\n"
           "COMMIT\n",
    .covers = "G15 traps:E55",
    .run = run};

}  // namespace fwsim::checks
