// Tests that need memory, payload or the host: one file each in oracles/. A rule that uses such
// a match gets its own Oracle when the program is made; what rules share (recent lists,
// hashlimit tables, sets) lives in the World.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/extension.hh"
#include "model/hooks.hh"
#include "simulator/packet.hh"

namespace fwsim {

struct World;

enum class Answer : std::uint8_t { no, yes, hotdrop, unknown };

// What a test may ask besides the packet.
struct Where {
  Hook hook = Hook::input;
  TableId table = TableId::filter;
  Family family = Family::v4;
};

class Oracle {
 public:
  Oracle() = default;
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  virtual ~Oracle() = default;
  // The answer for this packet; changes what the match remembers.
  virtual Answer test(Packet& packet, const Where& where, World& world) = 0;
  // Why the answer was `unknown`.
  virtual std::string why() const { return {}; }
  // Whether it holds a state of its own rule, and nothing of the ruleset's text: the same rule of another version takes it over.
  virtual bool remembers() const { return false; }
};

struct OracleKind {
  std::string_view match;  // name of the match
  std::unique_ptr<Oracle> (*make)(const MatchUse& use, Family family, World& world);
};

// The list in oracles.cc; null when the match has no oracle (then its answer is unknown).
const OracleKind* find_oracle(std::string_view match);

// Most oracles are a function with parameters read once.
std::unique_ptr<Oracle> make_oracle(std::function<Answer(Packet&, const Where&, World&)> test);
// One that cannot be answered, and why.
std::unique_ptr<Oracle> make_unknown(std::string why);
inline Answer answer(bool yes) { return yes ? Answer::yes : Answer::no; }

}  // namespace fwsim
