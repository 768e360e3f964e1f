// Text of iptables-save, or of anything that iptables-restore takes, to a ruleset.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/diagnostic.hh"
#include "model/ruleset.hh"

namespace fwsim {

struct ParseOptions {
  std::string file = "-";            // for messages, and a hint at the family
  std::optional<Family> family;      // not given: by content, then by file name
};

struct Parsed {
  Ruleset ruleset;
  Diagnostics diagnostics;           // in the order of lines; with errors the ruleset lacks what they name
};

Parsed parse_ruleset(std::string_view text, const ParseOptions& options = {});

// Family by what the text says ("ip6tables-save" in its first comment, addresses, ICMPv6), then
// by the name of the file (".v6", "ip6"); IPv4 when neither tells.
Family guess_family(std::string_view text, std::string_view file);

// The whole of a file, or of standard input for "-". Throws EnvironmentError.
std::string read_file(const std::string& path);

// What the kernel checks when the table is committed: hooks, tables and protocols of extensions,
// loops (net/ipv4/netfilter/ip_tables.c, mark_source_chains; x_tables.c, xt_check_match).
void check_loading(const Ruleset& ruleset, std::string_view text, Diagnostics& diagnostics);
// One table; no lines are known.
void check_loading(const Table& table, Diagnostics& diagnostics);
// One rule that was added to a table that loads; it is no jump.
void check_added(const Table& table, std::size_t chain, std::size_t rule, Diagnostics& diagnostics);

// The base hooks from which each chain of a table can be reached.
std::vector<HookSet> reachable_hooks(const Table& table);

}  // namespace fwsim
