// A table while its commands are carried out, in order, as iptables-restore does (libiptc).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/ruleset.hh"
#include "parser/reporter.hh"
#include "parser/rule_reader.hh"

namespace fwsim {

class TableBuilder {
 public:
  TableBuilder(TableId id, unsigned line);

  TableId id() const { return id_; }
  // ":NAME POLICY [p:b]": sets the policy of a built-in chain, makes or empties another.
  void declare(const Line& line, Reporter& reporter);
  void apply(ReadRule&& rule, Reporter& reporter);
  // Starts again from empty, as a second "*table" without --noflush does; policies stay.
  void flush();
  // The finished table: chains in the order in which iptables-save lists them.
  Table finish();

 private:
  int find(std::string_view name) const;
  int need(const Word& name, Reporter& reporter);
  bool create(const Word& name, Reporter& reporter);
  bool resolve_jump(ReadRule& rule, Reporter& reporter);
  bool unused(int chain) const;

  void insert(ReadRule&& rule, Reporter& reporter);
  void remove(ReadRule& rule, Reporter& reporter);
  void replace(ReadRule&& rule, Reporter& reporter);
  void delete_chain(const ReadRule& rule, Reporter& reporter);
  void rename_chain(const ReadRule& rule, Reporter& reporter);
  void set_policy(const ReadRule& rule, Reporter& reporter);
  void for_chains(const ReadRule& rule, Reporter& reporter, void (*change)(Chain&));

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  TableId id_;
  unsigned line_;
  std::vector<Chain> chains_;   // never shrinks: indexes stay; a deleted chain has no name
  std::unordered_map<std::string, int, Hash, std::equal_to<>> index_;
};

}  // namespace fwsim
