// Rules as lines of the file that they were read from: what to write there when some go or become others.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lint/fix.hh"
#include "lint/symbolic.hh"
#include "model/ruleset.hh"

namespace fwsim {

// "-A INPUT -j DROP"
using RulePrinter = std::function<std::string(const Rule&, const Chain&, const Table&)>;

class RuleLines {
 public:
  // `text` is what was read; lines are those of rules and chains. All must outlive it.
  RuleLines(const Ruleset& ruleset, std::string_view text, const RulePrinter& print);

  // Rules that become others, or go (nullopt). One line can hold several (-s a,b): all of it are written out then.
  void rewrite(const std::map<RuleId, std::optional<Rule>>& changes, Edits& edits) const;
  // The rules of a chain in another order: at each place, the rule that stood at this index. Comment lines right above a
  // rule that moves go with it.
  void reorder(TableId table, std::uint16_t chain, const std::vector<std::uint32_t>& order, Edits& edits) const;
  // Each line of rules as they would be printed, where it is not like that. A rule that has counted something keeps that.
  void write_out(Edits& edits) const;
  // The whole line, with the notes for fwsim that stand before it: they are about what is deleted.
  void remove(unsigned line, Edits& edits) const;

  std::size_t rules_at(unsigned line) const;   // how many rules the line holds
  std::size_t count() const { return lines_.size(); }
  // Whether each rule stands where it is read, so that a line can be written, or go, without another meaning otherwise.
  bool plain() const;

 private:
  const Table& table(const RuleId& id) const { return *ruleset_.find(id.table); }
  const Chain& chain(const RuleId& id) const { return table(id).chains[id.chain]; }
  std::string written(const RuleId& id, const Rule& rule, bool counters) const;
  std::string text_of(const RuleId& id) const;
  bool counted(unsigned line) const;

  const Ruleset& ruleset_;
  const std::vector<std::string_view> lines_;
  const RulePrinter& print_;
  std::map<unsigned, std::vector<RuleId>> rules_;   // by line
  std::set<unsigned> spots_;                        // lines of rules and chains
};

}  // namespace fwsim
