// A rule of iptables as lines of nft: mostly one; several where it says "or" or "not", which nft
// can say only with more rules or a chain of their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/nft/extensions.hh"
#include "reports/nft/parts.hh"

namespace fwsim::nft {

// A chain that one rule needs for itself.
struct Helper {
  std::string name;
  std::vector<Line> lines;
};

struct RuleText {
  std::vector<Line> lines;
  std::vector<Helper> helpers;
  std::string rest;  // not empty: the chain in which the later rules of this chain go on
  std::string why;   // not empty: it cannot be said
};

// `name` gives the chains of the table their names, `fresh` makes one for a helper. `base` is the
// policy when the chain is a base chain.
struct RuleNames {
  std::function<std::string(int)> chain;
  std::function<std::string()> fresh;
  std::optional<Verdict> policy;
};

RuleText rule_text(RuleContext& context, const RuleNames& names);

// Runs of lines that differ in one value become one with a set, and those that differ in a value and
// the verdict one with a map. Nothing is moved over another line.
void merge_runs(std::vector<Line>& lines);

}  // namespace fwsim::nft
