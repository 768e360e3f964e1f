// What options of matches and targets say in plain words. One line for each option; no option of the model has none.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/extension.hh"

namespace fwsim {

// Of a match it follows a noun: "TCP" "to port {}". Of a target it follows "is ": "sent on to {}".
// {} is the value, {name} that of another option, empty when it is not given. Empty: another option's phrase says it.
struct Phrase {
  std::string_view extension, option, plain;
  std::string_view inverted = {};   // empty: "not " before the plain one
};

// A match or target that does what it does without any option, or besides them.
struct Alone {
  std::string_view extension, plain;
  bool always = false;   // also when options are given: before them
};

std::span<const Phrase> header_phrases();   // of matches: what stands in packets
std::span<const Phrase> state_phrases();    // of matches: what is remembered, or known of the host
std::span<const Phrase> target_phrases();
std::span<const Alone> match_alone();
std::span<const Alone> target_alone();

// The options of a use in words, joined with blanks; of what the model does not know, as they were written.
std::string match_words(const MatchUse& use, Family family);
std::string target_words(const TargetUse& use, Family family);

}  // namespace fwsim
