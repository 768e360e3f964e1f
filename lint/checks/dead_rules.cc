#include "lint/checks/dead_rules.hh"

#include <fmt/format.h>

#include <algorithm>

namespace fwsim {

void for_dead_rules(const Facts& facts, Findings* undecided, const std::function<void(const RuleId&, const Cover&)>& each) {
  for (const RuleId& id : facts.all()) {
    if (facts.rules().rule(id)->match.boxes.empty() || !facts.entered(id.table, id.chain)) continue;
    const Explorer::Reached& reached = facts.reach(id);
    if (reached.answer == Explorer::Reached::Answer::gave_up && undecided) undecided->undecided(id);
    if (reached.answer != Explorer::Reached::Answer::never || facts.twin(id)) continue;
    each(id, facts.cover(id));
  }
}

std::string dead_text(const Facts& facts, const Cover& cover) {
  switch (cover.kind) {
    case Cover::Kind::one: return fmt::format("never matches: {} takes all its packets first", facts.names(cover.by));
    case Cover::Kind::together: return fmt::format("never matches: {} together take all its packets first", facts.names(cover.by));
    case Cover::Kind::elsewhere:
      return fmt::format("never matches: what could is taken before by {}", facts.names(cover.by));
    case Cover::Kind::context: return "never matches: no packet that comes to this chain is like that";
    case Cover::Kind::kernel: return "never matches: the kernel lets no such packet come here";
  }
  return {};
}

bool same_end(const Facts& facts, const RuleId& rule, const Cover& cover) {
  return !cover.by.empty() && std::all_of(cover.by.begin(), cover.by.end(), [&](const RuleId& other) {
    return facts.rules().rule(other) != nullptr && other.table == rule.table && facts.same_target(rule, other);
  });
}

}  // namespace fwsim
