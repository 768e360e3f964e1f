// A table that commands change, one by one, as libiptc and the kernel do it: each operation is
// done or refused with the kernel's error number, and is written down, so that a command can be
// taken back and its effect told (libiptc/libiptc.c).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/ruleset.hh"

namespace fwsim {

// What was done to a table, in order. A replaced rule is removed, then added at its place.
struct TableStep {
  enum class Kind : std::uint8_t { rule_added, rule_removed, chain_added, chain_removed, chain_renamed, policy_set, zeroed };
  Kind kind{};
  int chain = 0;            // index into LiveTable::chains()
  std::size_t at = 0;       // of a rule, from 0
  Rule rule{};              // the removed one
  std::string name{};       // of the chain before, or of a removed one
  Verdict policy{};         // before
  Counters counters{};      // of the policy, before
};

class LiveTable {
 public:
  explicit LiveTable(TableId id, unsigned line = 0);
  explicit LiveTable(Table table);

  TableId id() const { return table_.id; }
  // In the order in which they were made; a removed chain has no name. Jumps are indexes of this.
  const Table& raw() const { return table_; }
  const std::vector<Chain>& chains() const { return table_.chains; }
  // The chains as iptables-save lists them.
  std::vector<std::size_t> order() const;
  Table finish() const &;               // a copy in that order
  Table finish() &&;
  int find(std::string_view name) const;  // -1: there is none
  std::vector<std::string_view> names() const;
  std::size_t references(int chain) const;

  // All return 0 or an errno(3) number, and change nothing then. Chains are named by index; rules count from 0.
  int add_chain(std::string_view name, unsigned line = 0);
  int remove_chain(int chain);
  int rename_chain(int chain, std::string_view name);
  void insert(int chain, std::size_t at, Rule&& rule);
  void remove(int chain, std::size_t at);
  void replace(int chain, std::size_t at, Rule rule);
  // The first rule that says the same; -1: none.
  int find_rule(int chain, const Rule& rule) const;
  void flush(int chain);
  void zero(int chain);
  void zero_rule(int chain, std::size_t at);
  void set_policy(int chain, Verdict policy, Counters counters);
  void set_line(int chain, unsigned line) { at(chain).line = line; }
  // Empty but for its policies.
  void clear();

  // What was done since the last start(); nothing is written down before the first.
  void start() {
    recording_ = true;
    steps_.clear();
  }
  const std::vector<TableStep>& steps() const { return steps_; }
  // Takes it back. Not what was zeroed: nothing refuses that.
  void undo();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  Chain& at(int chain) { return table_.chains[static_cast<std::size_t>(chain)]; }
  void index();
  void note(TableStep&& step) {
    if (recording_) steps_.push_back(std::move(step));
  }

  Table table_;
  std::unordered_map<std::string, int, Hash, std::equal_to<>> index_;
  std::vector<TableStep> steps_;
  bool recording_ = false;
};

}  // namespace fwsim
