// What `nft -j list ruleset` prints (libnftables-json(5), nft 1.0.6), as a ruleset of iptables that does the same.
// Base chains become the built-in chain of the table that runs at their place; where several share one place, each
// goes on with the next. What is not understood becomes a condition or a target that is not known, and a warning
// says where it stands. A rule's `line` is its handle.
#pragma once

#include "parser/parse.hh"

namespace fwsim {

// Whether the text is such a listing, and no text of iptables-save.
bool is_nft_json(std::string_view text);

// Families whose packets meet any of its tables.
std::vector<Family> nft_families(std::string_view text);

// Without a family in `options`: IPv4 when there are tables for it.
Parsed parse_nft_json(std::string_view text, const ParseOptions& options);

}  // namespace fwsim
