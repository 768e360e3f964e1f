// "tcp 10.0.0.0/8 -> any:22,80-90 in eth0 new": a set of packets, described in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lint/ways.hh"
#include "model/pred.hh"
#include "simulator/sources/question.hh"

namespace fwsim {

struct Traffic {
  std::string text;               // as written
  std::optional<Family> family;   // none when neither address nor protocol says
  std::optional<Way> way;         // none: every way that fits
  bool local = false;             // the host sends it
  Pred pred;                      // over fields of the packet as it begins its way, and ct_state
  bool state_given = false;       // otherwise the pred leaves the state open
};

// PROTO ENDPOINT -> ENDPOINT [words]. PROTO: a protocol, `any`, or `ping`. ENDPOINT: any, an address, a prefix,
// a range a-b, a list in commas, each with :PORTS (ports and ranges in commas; IPv6 in brackets). Words as
// for one packet (question.hh), ranges allowed: in DEVICE, out DEVICE, new, established, related, invalid,
// syn, mark N[/M], ttl N, type N[/C], uid N. A device may end in +.
// The fault is set when nothing is returned.
std::optional<Traffic> read_traffic(std::string_view text, QuestionFault& fault);

}  // namespace fwsim
