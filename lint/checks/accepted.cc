#include "lint/checks/accepted.hh"

#include <algorithm>

#include "lint/checks/judge.hh"

namespace fwsim {

void find_accepted(const Facts& facts, Findings& findings, const Asked& packets, const std::string& text, std::string_view hint) {
  const Answers& answers = facts.answers();
  std::vector<RuleId> said = wide_openings(answers, packets.way), more;
  const Class* first = nullptr;
  for (const Class& c : answers.of(packets).passed) {
    if (!c.by || std::find(said.begin(), said.end(), *c.by) != said.end() || !from_anywhere(answers.space(), outside(answers, c))) continue;
    said.push_back(*c.by);
    if (first)
      more.push_back(*c.by);
    else
      first = &c;
  }
  if (!first) return;
  Finding& f = findings.add(*first->by, text + facts.so_do(more), more);
  f.witness = answers.packet(*first, outside(answers, *first));
  if (first->vague) f.certainty = Certainty::may;
  f.hint = hint;
}

}  // namespace fwsim
