// Reading of the files that several subcommands take, with their faults printed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.hh"
#include "parser/parse.hh"

namespace fwsim {

// Prints diagnostics to standard error: the first 50 of each severity, and how many more there are; or hands all on to Common::heard.
void print_diagnostics(const Diagnostics& diagnostics, const Common& common);

// The ruleset of a file, or nothing when it has errors (which are printed).
std::optional<Ruleset> load_ruleset(const std::string& path, std::optional<Family> family, const Common& common);
// The same of a file's text, which was read before.
std::optional<Ruleset> load_ruleset(const std::string& path, std::string_view text, std::optional<Family> family, const Common& common);

// The same for files that give the same ruleset, but for its counters; of a listing of nft, not all of which has words in iptables,
// only for the same text.
std::string ruleset_digest(const Ruleset& ruleset, std::string_view text);

// Messages about tables that are not there; the exit status.
int no_such_table(const std::string& word);
int table_missing(const std::string& file, std::optional<TableId> table);   // none: it has no table at all

}  // namespace fwsim
