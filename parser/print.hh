// A ruleset as iptables-legacy-save prints it.
#pragma once

#include <string>

#include "model/ruleset.hh"

namespace fwsim {

struct PrintOptions {
  bool counters = false;      // -c: "[packets:bytes]" before each rule
  bool keep_order = false;    // tables as in the file; else as the kernel lists them, last used first
};

std::string print_ruleset(const Ruleset& ruleset, const PrintOptions& options = {});

// ":INPUT DROP [0:0]"
std::string print_chain(const Chain& chain);
// "-A INPUT -s 10.0.0.0/8 -j ACCEPT"
// With counters, " -c 5 300" stands before the target, as iptables -S -v prints it.
std::string print_rule(const Rule& rule, const Chain& chain, const Table& table, Family family, bool counters = false);
// The same without "-A CHAIN ".
std::string print_rule_body(const Rule& rule, const Table& table, Family family);

}  // namespace fwsim
