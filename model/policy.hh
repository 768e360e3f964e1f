// What a ruleset must do, as its owner says: assertions, in words that are read later, each with
// its place in the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

// A text in a file.
struct PlacedText {
  std::string text;
  unsigned line = 0, column = 0;   // of its first character, from 1
};

struct Assertion {
  enum class Kind : std::uint8_t { must_pass, must_not_pass, only_from, isolated, must_log, must_limit, must_nat_to };
  std::string name;
  Kind kind = Kind::must_pass;
  PlacedText traffic;
  std::vector<PlacedText> sources;         // only_from
  std::vector<PlacedText> one, other;      // isolated: networks of either side
  PlacedText to;                           // must_nat_to: ADDRESS[:PORT]
  PlacedText way;                          // "input", "forward", "output"; empty: those that fit
  bool replies = false;                    // what comes back must pass too
  unsigned line = 0, column = 0;
};

struct Policy {
  std::string file;
  std::vector<std::string> lines;          // for carets
  std::vector<Assertion> assertions;
};

inline constexpr std::string_view assertion_kinds[] = {"must-pass", "must-not-pass", "only-from", "isolated",
                                                       "must-log",  "must-limit",    "must-nat-to"};
inline std::string_view kind_name(Assertion::Kind kind) { return assertion_kinds[static_cast<std::size_t>(kind)]; }

}  // namespace fwsim
