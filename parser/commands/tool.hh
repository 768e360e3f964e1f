// A tool while it answers one command: what it is called, and what it has printed so far.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.hh"
#include "parser/commands/machine.hh"
#include "parser/rule_reader.hh"

namespace fwsim {

struct Tool {
  Machine& machine;
  const CommandCall& call;
  Family family;
  std::string name;         // "iptables-restore": what it calls itself
  std::string variant;      // "legacy"
  unsigned line = 0;        // of the file of iptables-restore
  CommandResult result{};
  int refused_by_kernel = 0;  // errno(3) of what the kernel will say of the rule that was read

  std::string version() const;          // "iptables v1.8.9 (legacy)"
  std::string input() const { return call.input ? *call.input : machine.read_input ? machine.read_input() : std::string(); }
  // A fault that ends the tool (xtables_error): status 2 is one of the words, 3 one of the kernel.
  void fail(ToolWords words);
  bool failed() const { return result.status != 0; }
};

// Words of a command line or of a line of a file, with their columns made from their places.
Line line_of(const std::vector<std::string>& words);
std::size_t word_at(unsigned column);

// Reads a command; false when the tool has failed or is done.
bool read_command(Tool& tool, const Line& line, TableId table, ReadAs as, ReadRule& out);
// Carries it out on a table. 0, or errno(3) after which the table is as before, with what the tool says of it.
struct Refused {
  int number = 0;
  std::string text{};
};
// As the kernel's error is spoken of.
Refused kernel_refusal(int number);
Refused carry_out(Tool& tool, LiveTable& table, ReadRule& command);
// What the kernel says of the table as it now is.
Refused commit(Tool& tool, LiveTable& table);
// Appends the steps of a table to the effects.
void tell_effects(Tool& tool, const LiveTable& table);

void run_iptables(Tool& tool);
void run_save(Tool& tool);
void run_restore(Tool& tool);
void run_ipset(Tool& tool);

// The sets that a rule names.
std::vector<std::string_view> set_names(const Rule& rule);

// The text of iptables-save for one table.
std::string save_table(const LiveTable& table, Family family, bool counters);

}  // namespace fwsim
