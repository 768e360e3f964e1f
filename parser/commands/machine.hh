// The firewall of a machine as its commands see and change it: iptables, ip6tables, ipset, their
// save and restore. A command is answered with what the tools themselves (iptables 1.8.9 legacy,
// ipset 7.17) would print and exit with, and changes the machine as they change the kernel: wholly
// or not at all. Nothing here is global; a machine can be copied, and written down as the text of
// iptables-save -c and ipset save.
#pragma once

#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/ruleset.hh"
#include "parser/ipset_tables.hh"
#include "parser/live_table.hh"

namespace fwsim {

// One command, as a shell would start it.
struct CommandCall {
  std::vector<std::string> argv;  // with the name of the command
  std::optional<std::string> input{};   // standard input; none: Machine::read_input is asked when a command wants it
  std::time_t now = 0;            // for the comments of iptables-save, which are in local time
  unsigned line = 0;              // goes into the rules that it adds (Rule::line)
};

// Something that a command did, in the order of doing. A replaced rule is removed and added.
struct CommandEffect {
  enum class Kind : std::uint8_t { rule_added, rule_removed, chain_added, chain_removed, chain_renamed, policy_set, zeroed };
  Kind kind{};
  Family family = Family::v4;
  TableId table = TableId::filter;
  std::string chain;
  std::size_t number = 0;   // of the rule, from 1, at that moment
  std::string text{};       // the rule as iptables-save prints it; the new name; the policy
};

struct CommandResult {
  std::string out;          // standard output
  std::string err;          // standard error
  int status = 0;           // exit status
  std::vector<CommandEffect> effects{};
  std::optional<std::size_t> word{};  // index in argv where the fault lies, where that is known
  std::string hint{};                 // what may be meant
};

// The tables of one family, in the order in which they came into use.
class LiveTables {
 public:
  // The table, which comes into being with its first use.
  LiveTable& use(TableId id);
  const LiveTable* find(TableId id) const;
  std::vector<LiveTable>& all() { return tables_; }
  const std::vector<LiveTable>& all() const { return tables_; }

 private:
  std::vector<LiveTable> tables_;
};

class Machine {
 public:
  CommandResult run(const CommandCall& call);
  // Whether run() knows a command of this name (without folders).
  static bool knows(std::string_view name);

  // As if the ruleset had been restored: its tables replace those there are.
  void load(const Ruleset& ruleset);
  Ruleset ruleset(Family family) const;
  LiveTables& tables(Family family) { return tables_[static_cast<std::size_t>(family)]; }
  const LiveTables& tables(Family family) const { return tables_[static_cast<std::size_t>(family)]; }

  SetTables& sets() { return sets_; }
  const SetTables& sets() const { return sets_; }
  // How often rules of either family name the set.
  std::size_t rules_naming(std::string_view set) const;

  // How `iptables-restore FILE` reads files; nothing when it cannot. Without it there are none.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  // Standard input of a call that brings none. Without it, that is empty.
  std::function<std::string()> read_input;

 private:
  LiveTables tables_[2];
  SetTables sets_;
};

}  // namespace fwsim
