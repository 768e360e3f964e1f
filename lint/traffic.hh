// "tcp 10.0.0.0/8 -> any:22,80-90 in eth0 new": a set of packets, described in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/ways.hh"
#include "model/pred.hh"
#include "model/value.hh"
#include "simulator/sources/question.hh"

namespace fwsim {

struct Traffic {
  std::string text;               // as written
  std::optional<Family> family;   // none when neither address nor protocol says
  std::optional<Way> way;         // none: every way that fits
  bool local = false;             // the host sends it
  Pred pred;                      // over fields of the packet as it begins its way, and ct_state
  bool state_given = false;       // otherwise the pred leaves the state open
  // What was said, for who turns it round; empty lists and masks of 0 mean any.
  std::vector<Range> protocols, src, dst, sport, dport, icmp, states;
  Prefix in, out;                 // name words
  std::optional<unsigned> flags;  // of TCP
  std::vector<Pred> more;         // mark, ttl and so on
  bool mark_given = false;        // it begins with this mark, whatever the way says of marks
};

// PROTO ENDPOINT -> ENDPOINT [words]. PROTO: protocols in commas, `any`, or `ping`. ENDPOINT: any, an address, a
// prefix, a range a-b, a list in commas, each with :PORTS (ports and ranges in commas; IPv6 in brackets). Words as
// for one packet (question.hh), ranges allowed: in DEVICE, out DEVICE, new, established, related, invalid, untracked,
// TCP flags, mark N[/M], ttl N, tos N, len N, type N[/C], uid N, gid N, mac XX:... A device may end in +. Packets are
// whole: of fragments nothing is said. The fault is set when nothing is returned.
std::optional<Traffic> read_traffic(std::string_view text, QuestionFault& fault);

// What a question asks about: without a state, packets that begin connections (TCP: SYN); of known connections those
// that carry on (TCP: ACK). One part for each kind of protocol. `conntrack`: whether packets have states at all.
Pred asked(const Traffic& traffic, Family family, bool conntrack);

// The answers to it, as the other side of the same connections sends them: ports, addresses and devices change places.
Traffic replies_to(const Traffic& traffic);

}  // namespace fwsim
