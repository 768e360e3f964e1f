// The sets that a file has made so far, as the kernel holds them: created, destroyed, renamed and
// swapped as whole sets (net/netfilter/ipset/ip_set_core.c). What is wrong is reported.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>

#include "parser/grammar.hh"
#include "parser/ipset.hh"
#include "parser/ipset_table.hh"
#include "parser/reporter.hh"

namespace fwsim {

class SetTables {
 public:
  // Whom it tells what is wrong from now on; strict: what follows from a creation that failed, too.
  void tell(Reporter& reporter, bool strict = false) {
    reporter_ = &reporter;
    strict_ = strict;
    last_ = nullptr;
  }
  // How often rules name a set: one that they name can be neither destroyed nor renamed.
  void rules_name(std::function<std::size_t(std::string_view)> count) { named_by_rules_ = std::move(count); }

  // Each takes the words of the whole line; `exist` as ipset's -exist.
  void create(std::span<const Word> words, bool exist);
  void destroy(std::span<const Word> words, bool exist);
  void flush(std::span<const Word> words);
  void rename(std::span<const Word> words);
  void swap(std::span<const Word> words);

  // The set of that name, or null, which is reported unless its creation failed.
  SetTable* table(const Word& name);
  // Without a report.
  const SetTable* find(std::string_view name) const;
  // A set whose creation failed: no faults for what follows from that.
  bool broken(std::string_view name) const { return broken_.contains(name); }

  IpSets take();
  // All sets, with what they have been made of.
  IpSets copy() const;
  // In the place of those there are.
  void load(const IpSets& sets);
  // Rules and lists that hold the set.
  std::size_t references(std::string_view name) const;

 private:
  using Tables = std::map<std::string, SetTable, std::less<>>;

  Tables::iterator find_or_report(const Word& word);
  bool check_name(const Word& word);
  bool no_more(std::span<const Word> words, std::size_t count);
  bool in_use(const Word& word, std::string_view what, std::string_view tool);
  unsigned take_place();

  Reporter* reporter_ = nullptr;
  bool strict_ = false;
  std::function<std::size_t(std::string_view)> named_by_rules_;
  Tables tables_;
  std::set<std::string, std::less<>> broken_;
  std::set<unsigned> free_places_;
  unsigned next_place_ = 0;
  SetTable* last_ = nullptr;  // most lines name the same set as the line before
};

}  // namespace fwsim
