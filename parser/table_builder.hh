// A table while the commands of a file are carried out, in order, as iptables-restore does; what
// is refused is reported.
#pragma once

#include "model/ruleset.hh"
#include "parser/live_table.hh"
#include "parser/reporter.hh"
#include "parser/rule_reader.hh"

namespace fwsim {

// Why a chain cannot have this name; empty when it can.
std::string chain_name_fault(std::string_view text);

class TableBuilder {
 public:
  TableBuilder(TableId id, unsigned line) : table_(id, line) {}

  TableId id() const { return table_.id(); }
  // ":NAME POLICY [p:b]": sets the policy of a built-in chain, makes or empties another.
  void declare(const Line& line, Reporter& reporter);
  void apply(ReadRule&& rule, Reporter& reporter);
  // Starts again from empty, as a second "*table" without --noflush does; policies stay.
  void flush() { table_.clear(); }
  // The finished table: chains in the order in which iptables-save lists them.
  Table finish() { return std::move(table_).finish(); }

 private:
  int need(const Word& name, Reporter& reporter);
  bool good_name(const Word& name, Reporter& reporter);
  const Chain& at(int chain) const { return table_.chains()[static_cast<std::size_t>(chain)]; }
  bool resolve_jump(ReadRule& rule, Reporter& reporter);

  void insert(ReadRule&& rule, Reporter& reporter);
  void remove(ReadRule& rule, Reporter& reporter);
  void replace(ReadRule&& rule, Reporter& reporter);
  void delete_chain(const ReadRule& rule, Reporter& reporter);
  void rename_chain(const ReadRule& rule, Reporter& reporter);
  void set_policy(const ReadRule& rule, Reporter& reporter);
  void for_chains(const ReadRule& rule, Reporter& reporter, void (LiveTable::*change)(int));

  LiveTable table_;
};

}  // namespace fwsim
