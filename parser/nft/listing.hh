// What `nft -j list ruleset` prints, sorted by what it is: chains with their rules, named objects. The document must
// outlive it.
#pragma once

#include <vector>

#include "parser/nft/objects.hh"

namespace fwsim::nft_json {

struct ListedRule {
  const json* expressions = nullptr;   // may be null: it has none
  std::uint64_t handle = 0;
  std::string comment;
};

struct ListedChain {
  std::string name;
  std::uint64_t handle = 0;
  std::vector<ListedRule> rules;
  // Of base chains.
  std::string type, hook;
  std::int64_t priority = 0;
  Verdict policy = Verdict::accept;
  bool is_base() const { return !hook.empty(); }
};

struct ListedTable {
  TableName name;
  std::vector<ListedChain> chains;

  const ListedChain* find(std::string_view chain) const {
    for (const ListedChain& c : chains)
      if (c.name == chain) return &c;
    return nullptr;
  }
  // Whether packets of the family meet its chains.
  bool is_of(Family family) const { return name.family == "inet" || name.family == (family == Family::v4 ? "ip" : "ip6"); }
};

struct Listing {
  std::vector<ListedTable> tables;
  Objects objects;
};

// Throws json::exception, or NotUnderstood with a message, where it is no such listing.
Listing listing_of(const json& document);

}  // namespace fwsim::nft_json
