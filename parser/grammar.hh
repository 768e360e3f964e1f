// The lines of an iptables-save file, cut into words. Knows quotes, comments and columns; knows
// no option by name. This is the only file whose implementation sees Boost.Spirit.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/types.hh"

namespace fwsim {

struct Word {
  std::string_view text;  // without quotes and escapes
  unsigned column = 0;    // from 1
  unsigned end = 0;       // column after its last character, closing quote included
  bool quoted = false;
};

struct Line {
  enum class Kind : std::uint8_t { empty, comment, table, chain, commit, rule };
  Kind kind = Kind::empty;
  std::optional<Counters> counters;  // of a rule or a chain
  std::vector<Word> words;           // table: its name; chain: name, policy; rule: all words
  std::deque<std::string> storage;   // text of words that had quotes
};

struct GrammarError {
  unsigned column = 0;
  std::string text;
  std::string hint;
};

// Reads one line (without its newline) into `out`, which keeps its capacity between calls.
std::optional<GrammarError> read_line(std::string_view text, Line& out);

}  // namespace fwsim
