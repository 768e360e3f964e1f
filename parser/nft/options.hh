// Matches and targets of iptables from the words of its own command line: what is the same there needs no other way
// to be made, and is canonical.
#pragma once

#include <string>

#include "model/ruleset.hh"

namespace fwsim::nft_json {

// "-m limit --limit 5/sec", "-p tcp -j REDIRECT --to-ports 80". Throws NotUnderstood when iptables does not take it.
Rule rule_of(const std::string& words, Family family, TableId table);
MatchUse match_of(const std::string& words, Family family);
TargetUse target_of(const std::string& words, Family family, TableId table = TableId::mangle);

}  // namespace fwsim::nft_json
