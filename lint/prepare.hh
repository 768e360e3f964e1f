// Rulesets of one family made ready for questions: one space that tells apart what any of them, the
// host or the questions do, and an explorer for each.
#pragma once

#include <memory>
#include <vector>

#include "lint/explore.hh"

namespace fwsim {

struct Prepared {
  std::unique_ptr<Space> space;
  std::vector<std::unique_ptr<Symbolic>> rules;
  std::vector<std::unique_ptr<Explorer>> explorers;

  const Explorer& operator[](std::size_t i) const { return *explorers[i]; }
};

// The rulesets and the host (may be null) must outlive it; the predicates of `questions` need not, but
// for the matches that their oracles name. `whole_headers`: as make_symbolic() takes it.
Prepared prepare(const std::vector<const Ruleset*>& rulesets, const Host* host, const std::vector<Pred>& questions = {}, bool whole_headers = false);

}  // namespace fwsim
