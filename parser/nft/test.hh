// One condition of a rule of nft, understood.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/ruleset.hh"
#include "parser/nft/text.hh"

namespace fwsim::nft_json {

// An expression or statement that cannot be told in the model; it holds the words of nft for it. Caught where the
// statement is: the rule keeps a condition or a target that is not known.
struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Test {
  // What BasicMatch can say, too.
  enum class Basic : std::uint8_t { none, src, dst, in, out, proto };

  Pred pred;                       // the meaning, unless it is that of `match`
  std::optional<MatchUse> match;   // an extension of iptables
  Basic basic = Basic::none;
  Prefix value{};                  // of `basic`; the protocol stands in its address
  bool negated = false;
  bool connection = false;         // asks connection tracking
  bool counts = false;             // has memory: it has its place, and is asked once
  bool any_port = false;           // not known of protocols without ports, unless the rule asks for those with
  std::string text;
};
using Tests = std::vector<Test>;

// Protocols whose header begins with ports.
inline std::vector<Range> protocols_with_ports() { return {{6, 6}, {17, 17}, {33, 33}, {132, 132}, {136, 136}}; }

}  // namespace fwsim::nft_json
