// Whether a ruleset came with counters: iptables-save prints those of policies always and those of rules with -c. A
// file of zeros alone says nothing.
#pragma once

#include "model/ruleset.hh"

namespace fwsim {

struct CountersThere {
  bool rules = false, policies = false;
};

inline CountersThere counters_there(const Ruleset& ruleset) {
  CountersThere there;
  for (const Table& table : ruleset.tables)
    for (const Chain& chain : table.chains) {
      there.policies = there.policies || chain.counters.packets != 0;
      for (const Rule& rule : chain.rules) there.rules = there.rules || rule.counters.packets != 0;
    }
  there.policies = there.policies || there.rules;
  return there;
}

}  // namespace fwsim
