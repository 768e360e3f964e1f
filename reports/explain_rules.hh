// Rules explained: one, a chain, or a whole ruleset, in plain words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/facts.hh"
#include "lint/services.hh"

namespace fwsim {

struct ExplainedRule {
  std::string name, source;         // "filter/INPUT/3", "-A INPUT ..."
  unsigned line = 0;
  std::string sentence, note;
  std::string where;                // table, chain, who calls it
  std::string reached;              // whether packets come to it, and which; empty when that was not asked
  std::vector<std::string> taken;   // earlier rules of the chain that take packets that it asks for
};

struct ExplainedChain {
  std::string name;                 // "filter/INPUT"
  unsigned line = 0;
  std::string what;                 // whose packets, how many rules, what becomes of the rest
  bool idle = false;                // the kernel's own, without rules, and no service hangs on that
  std::vector<std::string> open, logged, limited, translated, dead;
  std::vector<ExplainedRule> rules; // of a chain that was asked for
};

// How rules are written; "-A INPUT -j DROP".
using SourceOf = std::string (*)(const Rule&, const Chain&, const Table&, Family);

ExplainedRule explain_rule(const Facts& facts, const RuleId& id, SourceOf source);
ExplainedChain explain_chain(const Facts& facts, TableId table, std::uint16_t chain, SourceOf source);
// What begins the paragraph of a chain: whose packets, who calls it, how many rules, what becomes of the rest.
std::string chain_words(const Facts& facts, TableId table, std::uint16_t chain);
// Every chain; `services` tells what is open.
std::vector<ExplainedChain> explain_ruleset(const Facts& facts, const Services& services);

std::string rules_explained_text(const std::string& file, const std::vector<ExplainedChain>& chains, const std::vector<ExplainedRule>& rules);
std::string rules_explained_json(const std::string& file, const std::vector<ExplainedChain>& chains, const std::vector<ExplainedRule>& rules);

}  // namespace fwsim
