#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

struct Talk {
  std::uint8_t protocol;
  std::string_view name;
  bool to_group;       // to a multicast group: conntrack knows no answers to it
  Asked in, out, in_known, out_known;
};
constexpr Talk talks[] = {
    {112, "VRRP", true, {Way::input, "112 any -> 224.0.0.18", Family::v4}, {Way::output, "112 any -> 224.0.0.18", Family::v4}, {}, {}},
    {112, "VRRP", true, {Way::input, "112 any -> ff02::12", Family::v6}, {Way::output, "112 any -> ff02::12", Family::v6}, {}, {}},
    {89, "OSPF", true, {Way::input, "89 any -> 224.0.0.5", Family::v4}, {Way::output, "89 any -> 224.0.0.5", Family::v4}, {}, {}},
    {89, "OSPF", true, {Way::input, "89 any -> ff02::5", Family::v6}, {Way::output, "89 any -> ff02::5", Family::v6}, {}, {}},
    {103, "PIM", true, {Way::input, "103 any -> 224.0.0.13", Family::v4}, {Way::output, "103 any -> 224.0.0.13", Family::v4}, {}, {}},
    {88, "EIGRP", true, {Way::input, "88 any -> 224.0.0.10", Family::v4}, {Way::output, "88 any -> 224.0.0.10", Family::v4}, {}, {}},
    {50, "ESP", false, {Way::input, "50 any -> any"}, {Way::output, "50 any -> any"}, {Way::input, "50 any -> any established"}, {Way::output, "50 any -> any established"}},
    {51, "AH", false, {Way::input, "51 any -> any"}, {Way::output, "51 any -> any"}, {Way::input, "51 any -> any established"}, {Way::output, "51 any -> any established"}},
    {47, "GRE", false, {Way::input, "47 any -> any"}, {Way::output, "47 any -> any"}, {Way::input, "47 any -> any established"}, {Way::output, "47 any -> any established"}},
    {4, "IPIP", false, {Way::input, "4 any -> any"}, {Way::output, "4 any -> any"}, {Way::input, "4 any -> any established"}, {Way::output, "4 any -> any established"}},
    {41, "IPv6 in IPv4", false, {Way::input, "41 any -> any"}, {Way::output, "41 any -> any"}, {Way::input, "41 any -> any established"}, {Way::output, "41 any -> any established"}},
    {115, "L2TP", false, {Way::input, "115 any -> any"}, {Way::output, "115 any -> any"}, {Way::input, "115 any -> any established"}, {Way::output, "115 any -> any established"}},
};

constexpr auto asked = [] {
  std::array<Asked, 2 * 6 + 4 * 6> out{};
  std::size_t n = 0;
  for (const Talk& t : talks) {
    out[n++] = t.in;
    out[n++] = t.out;
    if (t.to_group) continue;
    out[n++] = t.in_known;
    out[n++] = t.out_known;
  }
  return out;
}();

// A rule that lets it pass for what it is.
const Class* let_by_name(const Facts& facts, const Answered& answered, std::uint8_t protocol) {
  for (const Class& c : answered.passed) {
    if (!c.by || c.by->table != TableId::filter || c.by->index >= chain_of(facts, *c.by).rules.size()) continue;
    const BasicMatch& basic = facts.rules().source(*c.by).basic;
    if (basic.proto == protocol && !basic.not_proto && !outside(facts.answers(), c).empty()) return &c;
  }
  return nullptr;
}

void run(const Facts& facts, Findings& findings) {
  const Answers& answers = facts.answers();
  std::array<bool, 256> named{};   // most rulesets name none of them, and need not be asked
  for_rules(facts, TableId::filter, [&](const RuleId&, const Rule& rule) { named[rule.basic.proto] = true; });
  for (const Talk& t : talks)
    for (const bool in : {true, false}) {
      if (!named[t.protocol]) continue;
      const Class* let = let_by_name(facts, answers.of(in ? t.in : t.out), t.protocol);
      RuleId by, known;
      if (!let || !stops_outside(answers, answers.of(in ? t.out : t.in), by)) continue;
      if (!t.to_group && facts.rules().conntrack && !stops_outside(answers, answers.of(in ? t.out_known : t.in_known), known)) continue;
      findings.add(*let->by, fmt::format("lets {} {}, and {} stops what {} of it", t.name, in ? "in" : "out", facts.names({by}), in ? "this host sends" : "comes"), {by}).hint =
          fmt::format("accept -p {} in {} too", t.protocol, in ? "OUTPUT" : "INPUT");
    }
}

}  // namespace

const Check one_way_protocol{
    .id = "FW210", .name = "one-way-protocol",
    .title = "a routing protocol or tunnel passes in one direction only",
    .why = "Routers that hear and are not heard are no neighbours; of two with VRRP both become master; a tunnel carries nothing back.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT DROP [0:0]\n"
           "-A INPUT -p vrrp -j ACCEPT\n"
           "-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           ":OUTPUT DROP [0:0]\n"
           "-A INPUT -p vrrp -j ACCEPT\n"
           "-A INPUT -p gre -j ACCEPT\n"
           "-A OUTPUT -p vrrp -j ACCEPT\n"
           "-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .covers = "F07 traps:E48",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
