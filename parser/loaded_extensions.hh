// The extensions that one rule has loaded so far, and which of them an option word means: the
// tables of options as libxtables merges them for getopt_long, the one loaded last first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/basic_options.hh"
#include "parser/extension_reader.hh"

namespace fwsim {

struct LoadedExtensions {
  std::vector<ReadUse> matches;  // in the order of the rule
  std::optional<ReadUse> target;
};

// What an option word turned out to be: `basic`, or `option`, or neither.
struct FoundOption {
  const BasicOption* basic = nullptr;
  const Option* option = nullptr;
  ReadUse* use = nullptr;  // owner of `option`
  bool ambiguous = false;  // an abbreviation of several
};

// `name` is without dashes; it may be abbreviated.
FoundOption find_option(LoadedExtensions& loaded, std::string_view name);
FoundOption find_option(LoadedExtensions& loaded, char letter);

// What to write instead of `name`, which is no option here; empty when there is no guess.
std::string hint_for_option(const LoadedExtensions& loaded, std::string_view name, std::uint8_t proto, Family family);

}  // namespace fwsim
