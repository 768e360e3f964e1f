#include <fmt/format.h>

#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "lint/check.hh"
#include "lint/checks.hh"
#include "lint/checks/judge.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    new_in,
    new_through,
};

// Ports that anybody reaches, in order, with a rule or policy that lets them (none where no filter is). Each by itself: what one is open to
// says nothing of its neighbour.
std::vector<std::pair<Range, std::optional<RuleId>>> open_ports(const Facts& facts, const Asked& question, u128 protocol) {
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  const Var v = space.of(Field::dport);
  std::vector<std::pair<Piece, std::optional<RuleId>>> parts;
  std::set<u128> begins;   // of ports that are treated alike
  for (const Class& c : answers.of(question).passed)
    for (const Piece& piece : outside(answers, c)) {
      const auto part = part_of(space, piece, Field::proto, {{protocol, protocol}});
      if (!part || values_of(space, Field::sport, {*part}) <= 1024 || by_certain_devices(answers, {*part})) continue;
      parts.emplace_back(*part, c.by);
      for (const Range& r : space.ranges(v, (*part)[v])) begins.insert({r.low, r.high + 1});
    }
  std::vector<std::pair<Range, std::optional<RuleId>>> out;
  for (auto begin = begins.begin(); begin != begins.end() && std::next(begin) != begins.end(); ++begin) {
    const Range ports{*begin, *std::next(begin) - 1};
    std::vector<Piece> reached;
    std::optional<RuleId> by;
    for (const auto& [piece, rule] : parts)
      if (piece[v].contains(space.atom_of(v, ports.low))) {
        if (reached.empty()) by = rule;
        reached.push_back(piece);
      }
    if (from_anywhere(space, reached)) out.emplace_back(ports, by);
  }
  return out;
}

// Those of `ports` that are in none of the others, both in order.
std::vector<Range> without(const Range& ports, const std::vector<std::pair<Range, std::optional<RuleId>>>& others) {
  std::vector<Range> left;
  u128 at = ports.low;
  for (const auto& [other, rule] : others) {
    if (other.high < at || other.low > ports.high) continue;
    if (other.low > at) left.push_back({at, other.low - 1});
    at = other.high + 1;
  }
  if (at <= ports.high) left.push_back({at, ports.high});
  return left;
}

void run(const Facts& v4, const Facts& v6, Findings& findings) {
  for (const Asked& question : {new_in, new_through}) {
    if (!v4.answers().of(question).complete) continue;   // what was not seen may be open
    for (const u128 protocol : {u128{6}, u128{17}}) {
      const auto open4 = open_ports(v4, question, protocol);
      std::map<RuleId, std::vector<Range>> gap;
      for (const auto& [ports, by] : open_ports(v6, question, protocol))
        for (const Range& left : by ? without(ports, open4) : std::vector<Range>()) {
          std::vector<Range>& list = gap[*by];
          if (!list.empty() && list.back().high + 1 == left.low)
            list.back().high = left.high;
          else
            list.push_back(left);
        }
      for (const auto& [by, ranges] : gap) {
        std::string ports;
        for (const Range& r : ranges) ports += (ports.empty() ? "" : ", ") + ports_text(r);
        findings.add(by, fmt::format("opens {} {}{} to anybody, which IPv4 ({}) does not", protocol == 6 ? "tcp" : "udp", ports, question.way == Way::forward ? " behind this host" : "", v4.ruleset().file)).hint =
            "give both families the same rules";
      }
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
