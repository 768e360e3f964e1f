// A packet for a claim: made from a piece, with the host on which it goes that way, and replayed
// through the simulator to show that the claim is true.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/explore.hh"
#include "model/host.hh"
#include "simulator/packet.hh"
#include "simulator/result.hh"

namespace fwsim {

struct Witness {
  Packet packet;               // decoded, with correct checksums
  Way way = Way::input;
  Host host;                   // as described, or made so that this packet goes this way
  std::string in, out;         // devices; `in` is empty for a packet that the host sends
  bool established = false;    // of a connection that is known beforehand
  // As `fwsim ask` takes it: "tcp 192.0.2.9:40000 -> 198.51.100.7:22 in eth0 syn".
  std::string question;
};

// A packet of the piece (as it begins the way), or none when no packet can be built (what is asked of
// it is beyond what the builder knows). `nth` chooses among several. `host` may be null.
std::optional<Witness> make_witness(const Space& space, Way way, const Piece& piece, const Host* host, unsigned nth = 0);

// Through the simulator, with every step of the way recorded.
Result replay(const Witness& witness, const Ruleset& ruleset);
// Whether the rule matched on the way (for policies and ends of chains: was come to).
bool passed_by(const Result& result, const Ruleset& ruleset, const RuleId& id);

// A packet that is shown to come to the rule: a few are tried, of each piece in which it may.
std::optional<Witness> confirmed_witness(const Explorer& explorer, const Explorer::Reached& reached, const RuleId& id, const Host* host);

}  // namespace fwsim
