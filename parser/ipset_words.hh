// A line of an `ipset restore` file cut into words, by ipset's own rules: double quotes group and
// vanish wherever they stand, nothing escapes them, and empty words do not count.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "parser/grammar.hh"

namespace fwsim {

struct IpsetLine {
  std::vector<Word> words;
  std::deque<std::string> storage;  // text of words that had quotes
  unsigned open_quote = 0;          // column of a quote that nothing closes; 0 when there is none
};

// Reads one line, without its newline; `out` keeps its capacity between calls.
void split_ipset_line(std::string_view text, IpsetLine& out);

}  // namespace fwsim
