// What `fwsim lint --fix` does about a finding. Each fix deletes lines of the ruleset's file, or writes fewer rules into
// one; a mender (mend.hh) writes only those that it can prove to change nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fwsim {

// Whether what a check finds can be deleted.
enum class Mend : std::uint8_t {
  none,
  asked,   // no packet would notice, but what it was meant for does not happen: who wrote it may want to mend it otherwise
  safe     // something else does all that it was meant for
};

// Lines of a file, counted from 1, and what stands there instead: whole lines, or nothing.
using Edits = std::map<unsigned, std::string>;

struct Fix {
  std::string title;   // "delete the rule"
  bool safe = false;   // without being asked for by name
  Edits edits;
};

// The text with the edits; for each line of it, from 1, the line of the old text that it comes from.
struct Edited {
  std::string text;
  std::vector<unsigned> was{0};
};
Edited edited(std::string_view text, const Edits& edits);

}  // namespace fwsim
