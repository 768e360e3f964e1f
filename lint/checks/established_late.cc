#include <fmt/format.h>

#include <algorithm>

#include "lint/checks.hh"
#include "lint/checks/judge.hh"
#include "lint/checks/rule_parts.hh"

namespace fwsim::checks {
namespace {

constexpr Asked asked[] = {
    {Way::input, "tcp any -> any established"},
    {Way::forward, "tcp any -> any established"},
};
constexpr std::size_t many = 10;

void run(const Facts& facts, Findings& findings) {
  if (!facts.rules().conntrack) return;
  const Answers& answers = facts.answers();
  const Space& space = answers.space();
  for (const Asked& question : asked)
    for (const Class& c : answers.of(question).passed) {
      if (!c.by || c.vague || c.by->table != TableId::filter || !chain_of(facts, *c.by).hook || c.by->index >= chain_of(facts, *c.by).rules.size()) continue;
      const std::vector<Piece> pieces = outside(answers, c);
      const Rule& rule = facts.rules().source(*c.by);
      if ((!match_of(rule, "conntrack") && !match_of(rule, "state")) || rule.basic.in().mask != 0 || rule.basic.out().mask != 0) continue;
      if (!from_anywhere(space, pieces) || values_of(space, Field::dport, pieces) < 60'000 || values_of(space, Field::sport, pieces) < 60'000) continue;
      // To go before what accepts changes nothing.
      const auto& rules = chain_of(facts, *c.by).rules;
      const auto before = static_cast<std::size_t>(std::count_if(rules.begin(), rules.begin() + c.by->index, [](const Rule& earlier) { return accepts(earlier); }));
      if (before < many) continue;
      findings.add(*c.by, fmt::format("takes the packets of known connections only after {} rules that accept others: each packet is compared with all of them", before)).hint =
          "nearly all packets are of known connections: accept them first";
      break;
    }
}

}  // namespace

const Check established_late{
    .id = "FW214", .name = "established-late",
    .title = "packets of known connections meet many rules before the one for them",
    .why = "Of each connection one packet is new and all others are not; what takes those last makes every one of them pay for the whole chain.",
    .bad = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -p tcp -m tcp --dport 21 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 25 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 110 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 143 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 465 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 587 -j ACCEPT\n"
           "-A INPUT -p tcp -m tcp --dport 993 -j ACCEPT\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .good = "*filter\n"
           ":INPUT DROP [0:0]\n"
           "-A INPUT -s 10.0.0.1/32 -j DROP\n"
           "-A INPUT -s 10.0.0.3/32 -j DROP\n"
           "-A INPUT -s 10.0.0.5/32 -j DROP\n"
           "-A INPUT -s 10.0.0.7/32 -j DROP\n"
           "-A INPUT -s 10.0.0.9/32 -j DROP\n"
           "-A INPUT -s 10.0.0.11/32 -j DROP\n"
           "-A INPUT -s 10.0.0.13/32 -j DROP\n"
           "-A INPUT -s 10.0.0.15/32 -j DROP\n"
           "-A INPUT -s 10.0.0.17/32 -j DROP\n"
           "-A INPUT -s 10.0.0.19/32 -j DROP\n"
           "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
           "COMMIT\n",
    .severity = Severity::note,
    .covers = "E02",
    .asks = asked,
    .run = run};

}  // namespace fwsim::checks
