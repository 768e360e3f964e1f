#include <fmt/format.h>

#include "lint/checks.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

// Of the internet, and nobody's example.
bool is_public(u128 address) {
  struct Net {
    u128 address;
    unsigned length;
  };
  constexpr Net others[] = {{0, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8}, {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xe0000000, 3}};
  for (const Net& net : others)
    if ((address & prefix_mask(Family::v4, net.length)) == net.address) return false;
  return true;
}

void run(const Facts& facts, Findings& findings) {
  if (facts.ruleset().family != Family::v4) return;
  std::vector<RuleId> rules;
  std::string what;
  for_rules(facts, TableId::filter, [&](const RuleId& id, const Rule& rule) {
    if (!accepts(rule) || match_of(rule, "comment")) return;
    for (const Prefix* one : {&rule.basic.src, &rule.basic.dst})
      if (one->mask == address_mask(Family::v4) && is_public(one->address)) {
        if (rules.empty()) what = fmt::format("{} {}", one == &rule.basic.src ? "from" : "to", address_text(Family::v4, one->address));
        rules.push_back(id);
        return;
      }
  });
  if (rules.empty()) return;
  const std::vector<RuleId> more(rules.begin() + 1, rules.end());
  findings.add(rules.front(), fmt::format("accepts packets {}, and no comment says whose address that is{}", what, more.empty() ? "" : fmt::format("; {} more rules are like it", more.size())), more);
}

}  // namespace

const Check bare_address{
    .id = "FW819", .name = "bare-address",
    .title = "an address of the internet is let in, and nobody knows whose it is",
    .why = "Such addresses are given to others when a contract ends; the rule stays.",
    .fix = "say in a comment whose address it is and why it is here",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 203.0.113.7/32 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 203.0.113.7/32 -p tcp -m tcp --dport 22 -m comment --comment \"backup at the provider\" -j ACCEPT\n"
           "-A INPUT -s 10.0.0.7/32 -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .on = false,
    .covers = "I15",
    .run = run};

}  // namespace fwsim::checks
