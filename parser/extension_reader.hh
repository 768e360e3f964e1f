// One match or target while its options are being read, and what is checked when they all are.
#pragma once

#include <string>
#include <vector>

#include "model/extension.hh"
#include "model/ruleset.hh"
#include "parser/grammar.hh"
#include "parser/reporter.hh"

namespace fwsim {

struct ReadUse {
  Use use;
  Word named;                       // where -m or -j named it
};

// The option that `name` (without dashes) spells out in full, or null.
const Option* exact_option(const Extension& extension, std::string_view name);
// Adds all options that `name` abbreviates.
void abbreviated_options(const Extension& extension, std::string_view name, std::vector<const Option*>& found);
const Option* letter_option(const Extension& extension, char letter);

// Reads the value words and adds the option; strict: what iptables checks before the kernel does, too.
bool give_option(ReadUse& reading, const Option& option, const Word& at, std::span<const Word> values, bool inverted,
                 Family family, int protocol, Reporter& reporter, bool strict = false);

// After the last option: what is missing or contradicts, defaults, the extension's own checks.
// Not strict: what the kernel would refuse is a fault, too; strict: it is reported, and the rule read all the same.
bool finish_use(ReadUse& reading, const Rule& rule, Family family, TableId table, Reporter& reporter, bool strict = false);

}  // namespace fwsim
