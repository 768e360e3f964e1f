// Conditions of rules that were written for nft(8), which are no options of a match of iptables. They are one
// extension whose meaning is told by whoever makes it; to iptables it is not known, in no text of rules.
#pragma once

#include <string>

#include "model/extension.hh"

namespace fwsim {

// `text` as nft writes it. `connection`: asking it turns connection tracking on.
MatchUse nft_match(Pred meaning, std::string text, bool connection);
// One that cannot be decided: every answer that depends on it is unknown.
MatchUse unknown_nft_match(std::string text);

// A statement that does nothing to the packet: it writes a set that no other condition can be decided by, or counts.
TargetUse nft_note(std::string text);
// A statement of which nothing is known.
TargetUse unknown_nft_target(std::string text);

}  // namespace fwsim
