// Rules that redirect connections (DNAT, REDIRECT), and what becomes of what they redirect.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "lint/check.hh"

namespace fwsim {

struct Redirection {
  RuleId id;
  std::optional<Range> address, ports;   // what the destination becomes
  bool here = false;                     // REDIRECT: an address of this host
};

// Those at these hooks that packets come to; not those of programs that know what they do (managers.hh).
std::vector<Redirection> redirections(const Facts& facts, HookSet hooks);
// Packets that begin connections, as they begin the way, that the rule asks for; what is written on the way is left open.
std::vector<Piece> new_for(const Explorer& explorer, Way way, const RuleId& id);
// Of these packets, each leaf of those that the rule matched. False when not all could be seen.
bool follow(const Explorer& explorer, Way way, const Piece& begin, const RuleId& id, const std::function<bool(const Leaf&)>& see);
// The rule of nat with SNAT, MASQUERADE or the like that these packets met.
std::optional<RuleId> source_changed(const Explorer& explorer, const Leaf& leaf);
// Whether the rule matched on the way.
bool matched(const Leaf& leaf, const RuleId& id);

}  // namespace fwsim
