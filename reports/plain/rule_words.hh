// A rule as an English sentence: "TCP to port 22 from 10.0.0.0/8 that begins a connection is accepted."
#pragma once

#include <string>

#include "model/ruleset.hh"

namespace fwsim {

// What the rule matches, to begin a sentence with: "TCP to port 22 from 10.0.0.0/8".
std::string subject_words(const Rule& rule, Family family);
// What becomes of it: "is accepted".
std::string fate_words(const Rule& rule, const Table& table, const Chain& chain, Family family);
std::string rule_sentence(const Rule& rule, const Table& table, const Chain& chain, Family family);
// The note that the rule carries; empty when it has none.
std::string rule_note(const Rule& rule);
// "packets for this host": what comes to the chains of a hook.
std::string_view hook_words(Hook hook);

}  // namespace fwsim
