// Chains and rules in the columns of `iptables -L` (iptables/xshared.c: print_header,
// print_rule_details and their like).
#pragma once

#include <string>
#include <string_view>

#include "model/ruleset.hh"

namespace fwsim {

// The options of iptables that change a listing.
struct ListStyle {
  bool verbose = false;       // -v: counters and devices
  bool numeric = false;       // -n
  bool exact = false;         // -x: counters without K, M, G
  bool line_numbers = false;
};

// "Chain INPUT (policy ACCEPT)" and the line of headings.
std::string list_header(const Table& table, std::size_t chain, const ListStyle& style);
// One rule, numbered from 1, with its newline.
std::string list_row(const Rule& rule, const Table& table, std::size_t number, Family family, const ListStyle& style);
// The rule as -v shows what -A or -D is about to do.
std::string announce_rule(const Rule& rule, std::string_view target, Family family);

// "123K", as iptables shortens counters.
std::string short_count(std::uint64_t number);
// Of the columns: "ACCEPT", "LOGDROP", "" for a rule that only counts.
std::string_view target_name(const Rule& rule, const Table& table);
// "!10.0.0.0/8" without the "!": a network as iptables -n prints it.
std::string network_text(Family family, const Prefix& prefix);
// How many rules of the table jump to the chain.
std::size_t references(const Table& table, std::size_t chain);

}  // namespace fwsim
