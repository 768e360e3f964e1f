// One line of a ruleset by itself, for who shows it to people: which of its words are options, and what has been loaded when it ends.
#pragma once

#include <string_view>
#include <vector>

#include "parser/rule_reader.hh"

namespace fwsim {

struct LineReading {
  Line line;                                // its words hang on the text
  bool cut = false;                         // it is no line at all (a quote that does not end): no words
  // Of rules only.
  std::vector<OptionPlace> options;         // up to the first fault
  std::vector<const Extension*> loaded;     // matches and the target, the one loaded last first
  std::uint8_t protocol = 0;                // of a -p without '!'; 0: none
  bool whole = false;                       // all words belong to options
};

// `text` must outlive the result. Faults are of no interest here; extensions that fwsim does not know are not among `loaded`.
LineReading read_line_alone(std::string_view text, Family family, TableId table);

// How many values of the option are still to come behind the last word.
std::size_t values_missing(const OptionPlace& place);
// The option's name as it is written: "--dport", "-s".
std::string_view written_name(const LineReading& reading, const OptionPlace& place);

}  // namespace fwsim
