#include "lint/prepare.hh"

namespace fwsim {

Prepared prepare(const std::vector<const Ruleset*>& rulesets, const Host* host, const std::vector<Pred>& questions, bool whole_headers) {
  const Family family = rulesets.front()->family;
  SpaceBuilder builder(family);
  for (const Ruleset* ruleset : rulesets) builder.add(*ruleset);
  for (const Pred& question : questions) builder.add(question);
  add_laws(builder, family, host);   // some only about what is asked
  Prepared out{.space = std::make_unique<Space>(builder.build()), .rules = {}, .explorers = {}};
  for (const Ruleset* ruleset : rulesets) {
    out.rules.push_back(std::make_unique<Symbolic>(make_symbolic(*ruleset, *out.space, whole_headers)));
    out.explorers.push_back(std::make_unique<Explorer>(*out.rules.back(), host));
  }
  return out;
}

}  // namespace fwsim
