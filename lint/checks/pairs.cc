// Al-Shaer's anomalies that are often meant: an exception before its rule, and rules whose order matters.
#include <fmt/format.h>

#include <algorithm>

#include "lint/check.hh"
#include "lint/checks.hh"

namespace fwsim::checks {
namespace {

bool covers(const Facts& facts, const RuleId& wide, const RuleId& narrow) {
  for (const Box& box : facts.rules().rule(narrow)->match.boxes) {
    Piece piece = whole(facts.space());
    if (fwsim::narrow(piece, box) && !subtract(piece, facts.rules().rule(wide)->match.boxes).empty()) return false;
  }
  return true;
}

bool decides(const SymbolicRule& rule) {
  return rule.match.exact && !rule.match.boxes.empty() && (rule.ending == Ending::accept || rule.ending == Ending::drop || rule.ending == Ending::reject);
}

bool opposed(const SymbolicRule& a, const SymbolicRule& b) { return (a.ending == Ending::accept) != (b.ending == Ending::accept); }

bool overlap(const Facts& facts, const SymbolicRule& a, const SymbolicRule& b) {
  for (const Box& x : a.match.boxes)
    for (const Box& y : b.match.boxes) {
      Piece piece = whole(facts.space());
      if (narrow(piece, x) && narrow(piece, y)) return true;
    }
  return false;
}

// Calls each(earlier, later) for rules of filter chains that overlap and decide otherwise, neither of them dead.
template <class Each>
void opposed_pairs(const Facts& facts, Each each) {
  for (const RuleId& later : facts.all()) {
    const SymbolicRule& rule = *facts.rules().rule(later);
    if (!decides(rule) || !facts.entered(later.table, later.chain) || facts.never(later)) continue;
    for (std::uint32_t i = 0; i < later.index; ++i) {
      const RuleId earlier{later.table, later.chain, i};
      const SymbolicRule& other = *facts.rules().rule(earlier);
      if (decides(other) && opposed(rule, other) && !facts.never(earlier) && overlap(facts, rule, other)) each(earlier, later);
    }
  }
}

void generalizations(const Facts& facts, Findings& findings) {
  opposed_pairs(facts, [&](const RuleId& earlier, const RuleId& later) {
    if (covers(facts, later, earlier))
      findings.add(earlier, fmt::format("is an exception to {}, which would {} its packets", facts.place(later).text(), facts.target(later)), {later});
  });
}

// Whether the rule looks into packets in a way that cannot be told of others: u32, a string, a set.
bool asks_content(const Facts& facts, const RuleId& id) {
  const auto& boxes = facts.rules().rule(id)->match.boxes;
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) {
    return std::any_of(box.limits.begin(), box.limits.end(), [&](const auto& limit) { return facts.space()[limit.first].kind == Variable::Kind::boolean; });
  });
}

void correlations(const Facts& facts, Findings& findings) {
  opposed_pairs(facts, [&](const RuleId& earlier, const RuleId& later) {
    if (covers(facts, later, earlier) || covers(facts, earlier, later)) return;
    const bool may = asks_content(facts, later) || asks_content(facts, earlier);
    Finding& f = findings.add(later, fmt::format("{} {}: which of them comes first decides between {} and {}", may ? "may overlap" : "overlaps", facts.place(earlier).text(), facts.target(earlier), facts.target(later)), {earlier});
    if (may) f.certainty = Certainty::may;
  });
}

}  // namespace

const Check generalization{
    .id = "FW112", .name = "generalization",
    .title = "a rule is an exception to a later, wider one with another verdict",
    .why = "Most are meant; a list of them helps to review a policy.",
    .fix = "see whether the exception still holds",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.1.0.0/16 -j DROP\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.1.0.0/16 -j DROP\n-A INPUT -s 192.168.0.0/16 -j ACCEPT\nCOMMIT\n",
    .severity = Severity::note, .on = false, .covers = "A07", .run = generalizations};

const Check correlation{
    .id = "FW113", .name = "correlation",
    .title = "two rules with different verdicts overlap, and neither contains the other",
    .why = "What happens to the packets of both depends on the order alone.",
    .fix = "see whether the first is meant to win; if so, nothing",
    .bad = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -j DROP\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n",
    .good = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -j DROP\n-A INPUT -s 10.1.0.0/16 -p tcp -m tcp --dport 80 -j REJECT\nCOMMIT\n",
    .severity = Severity::note, .on = false, .covers = "A08 N08", .run = correlations};

}  // namespace fwsim::checks
