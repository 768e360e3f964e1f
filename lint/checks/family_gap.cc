#include <fmt/format.h>

#include <map>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

// Ports that strangers reach, with the rule or policy that lets them.
std::vector<std::pair<Range, RuleId>> open_ports(const Facts& facts, const Asked& question, u128 protocol) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  std::vector<std::pair<Range, RuleId>> out;
  for (const Class& c : answers.of(question).passed) {
    if (!c.by) continue;
    std::vector<Piece> parts;
    for (const Piece& piece : outside(answers, c))
      if (const auto part = part_of(space, piece, Field::proto, {{protocol, protocol}}); part && values_of(space, Field::sport, {*part}) > 1024) parts.push_back(*part);
    if (!from_anywhere(space, parts) || by_certain_devices(space, parts)) continue;
    const Var v = space.of(Field::dport);
    for (const Range& r : space.ranges(v, hull(parts)[v])) out.emplace_back(r, *c.by);
  }
  return out;
}

void run(const Facts& v4, const Facts& v6, Findings& findings) {
  for (const Asked& question : {new_in, new_through})
    for (const u128 protocol : {u128{6}, u128{17}}) {
      const auto open4 = open_ports(v4, question, protocol), open6 = open_ports(v6, question, protocol);
      std::map<RuleId, std::vector<Range>> gap;
      for (const auto& [range, by] : open6) {
        // Ports of it that IPv4 does not open.
        u128 at = range.low;
        bool covered = false;
        for (const auto& [other, unused] : open4) covered = covered || (other.low <= at && other.high >= range.high);
        if (!covered) gap[by].push_back(range);
      }
      for (const auto& [by, ranges] : gap) {
        std::string ports;
        for (const Range& r : ranges) ports += fmt::format("{}{}", ports.empty() ? "" : ", ", r.low == r.high ? fmt::format("{}", static_cast<unsigned>(r.low)) : fmt::format("{}-{}", static_cast<unsigned>(r.low), static_cast<unsigned>(r.high)));
        findings.add(by, fmt::format("opens {} {}{} to anybody, which IPv4 ({}) does not", protocol == 6 ? "tcp" : "udp", ports, question.way == Way::forward ? " behind this host" : "", v4.ruleset().file)).hint =
            "give both families the same rules";
      }
    }
}

}  // namespace

const Check family_gap{
    .id = "FW721", .name = "family-gap",
    .title = "a port is closed to strangers in IPv4 and open in IPv6",
    .why = "Who closed it thought of one family; most hosts have both.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .covers = "B08 H09 traps:E14 traps:D18",
    .bad6 = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .good6 = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "COMMIT\n",
    .asks = asked,
    .run_pair = run};

}  // namespace fwsim::checks
