// What iptables checks of a command line as a whole, and of the names and numbers in it, with its
// words for each (iptables/xshared.c). All report and return false when something is wrong.
#pragma once

#include <string_view>

#include "parser/reporter.hh"
#include "parser/rule_reader.hh"

namespace fwsim {

inline constexpr std::size_t longest_chain_name = 28;  // XT_EXTENSION_MAXNAMELEN - 1

bool good_rule_number(const Word& word, Reporter& reporter);
bool good_new_chain(const Word& word, Family family, Reporter& reporter);
bool good_target_name(const Word& word, Reporter& reporter);

// Whether the options of which `letters` says the names go with the command; faults are put at `last`.
bool options_suit(const ReadRule& command, std::string_view letters, const Word& last, Reporter& reporter);
bool chain_names_fit(const ReadRule& command, Reporter& reporter);
// Of a second command in one line.
bool commands_suit(const ReadRule& first, Basic second, const Word& at, bool tool, Reporter& reporter);

// -A, -I, -R, -D, -C
bool is_rule_command(Basic command);

ToolWords unknown_option(const Word& word);
ToolWords argument_missing(const Word& word);
// Of -E and -P, which have two.
ToolWords second_missing(const Word& word);

}  // namespace fwsim
