// A rule of nft as rules of iptables: one, or several where it does several things, or different things by a value;
// what must be asked only once goes to a chain of its own.
#pragma once

#include <functional>

#include "parser/nft/deeds.hh"
#include "parser/nft/listing.hh"
#include "parser/nft/tests.hh"

namespace fwsim::nft_json {

// Where the rules go. Chains are numbers in a table of the model.
struct Surroundings {
  Scope scope;
  std::string place;                                      // "table inet filter, chain input, handle 7"
  std::size_t chain = 0;
  std::function<std::vector<Rule>&(std::size_t)> rules;   // of a chain
  std::function<std::size_t()> helper;                    // makes a chain
  std::function<int(const std::string&)> called;          // the chain with this name; throws NotUnderstood
  // What `accept` does, and `return` where no chain has called: here other base chains may follow.
  std::variant<Verdict, Jump> accepted = Verdict::accept, returned = Verdict::back;
  std::function<void(const std::string&)> report;         // something that is not understood
};

// `next`: the rule behind it, which may be a part of what this one means; null for the last.
void make_rules(const ListedRule& rule, const ListedRule* next, const Surroundings& where);

// Whether any packet of the family can match the rule.
bool concerns(const ListedRule& rule, const Scope& scope);

}  // namespace fwsim::nft_json
