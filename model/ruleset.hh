// A ruleset as the kernel holds it: tables of chains of rules, with where each came from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/extension.hh"
#include "model/hooks.hh"
#include "model/types.hh"
#include "model/value.hh"

namespace fwsim {

// The conditions that every rule has without -m (struct ipt_ip, ip6t_ip6).
struct BasicMatch {
  Prefix src;  // mask 0: any
  Prefix dst;
  u128 in_word = 0, out_word = 0;             // names of devices,
  std::uint8_t in_bytes = 0, out_bytes = 0;   // and how many of their bytes count; 0: any
  std::uint8_t proto = 0;  // 0: any
  bool fragment = false;   // -f
  bool not_src = false, not_dst = false, not_in = false, not_out = false, not_proto = false, not_fragment = false;
  // Written, though the mask is 0: "! -i +" and "! -s 0/0" match nothing and must be kept.
  bool any_in_given = false, any_out_given = false;

  Prefix in() const { return {in_word, name_mask(in_bytes)}; }
  Prefix out() const { return {out_word, name_mask(out_bytes)}; }
  // Of patterns as read_interface() gives them.
  void set_in(const Prefix& pattern) { in_word = pattern.address, in_bytes = mask_bytes(pattern.mask); }
  void set_out(const Prefix& pattern) { out_word = pattern.address, out_bytes = mask_bytes(pattern.mask); }
  bool operator==(const BasicMatch&) const = default;
};

struct Rule {
  BasicMatch basic;
  std::vector<MatchUse> matches;
  // none (only counts), a verdict, a chain, or a target extension
  std::variant<std::monostate, Verdict, Jump, TargetUse> target;
  Counters counters;
  unsigned line = 0;  // in Ruleset::file; one line can hold several rules (-s a,b)
};

struct Chain {
  std::string name;
  std::optional<Hook> hook;        // of built-in chains
  Verdict policy = Verdict::accept;  // of built-in chains: accept or drop
  Counters counters;               // of the policy
  std::vector<Rule> rules;
  unsigned line = 0;
};

struct Table {
  TableId id = TableId::filter;
  std::vector<Chain> chains;  // built-in ones first, in hook order; then the user's, by name
  unsigned line = 0;

  const Chain* find(std::string_view name) const;
  int index(std::string_view name) const;  // -1 when there is none
  const Chain* at(Hook hook) const;
};

// A comment line of the file that is meant for us: "# fwsim: allow FW101 ...".
struct Remark {
  unsigned line = 0;
  std::string text;   // what follows "fwsim:"
};

struct Ruleset {
  Family family = Family::v4;
  std::string file;            // as named by the user, for reports
  std::vector<Table> tables;   // in order of first use in the file
  std::vector<Remark> remarks;

  const Table* find(TableId id) const;
};

// The rule's basic conditions in the core language. For v6 a rule with -p drops packets whose
// extension headers cannot be walked (ip6_packet_match).
Meaning meaning_of(const BasicMatch& basic, Family family);

// Whether loading this ruleset makes the kernel track connections (hooks.md: only then).
bool needs_conntrack(const Ruleset& ruleset);
bool needs_defrag(const Ruleset& ruleset);
bool uses_match(const Ruleset& ruleset, std::string_view name);

// "filter/INPUT/3", rules counted from 1; "filter/INPUT/policy".
std::string rule_name(TableId table, const Chain& chain, std::size_t index);

}  // namespace fwsim
