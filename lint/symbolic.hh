// A ruleset over a space: each rule's condition as boxes, what it does as changes of variables and
// an ending. This is to proofs what simulator/program is to packets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lint/box.hh"
#include "lint/chain_index.hh"
#include "lint/laws.hh"
#include "lint/space.hh"
#include "model/ruleset.hh"

namespace fwsim {

// A rule, or with `index` == number of rules the policy or end of a chain.
struct RuleId {
  TableId table = TableId::filter;
  std::uint16_t chain = 0;
  std::uint32_t index = 0;
  auto operator<=>(const RuleId&) const = default;
};

// What happens to one variable.
struct Change {
  enum class Kind : std::uint8_t {
    set,    // becomes some value of `values`; when that is one atom, exactly it
    map,    // atom a becomes map[a]
    copy,   // becomes what `from` is; both have the same atoms
  };
  Kind kind = Kind::set;
  Var var = no_var;
  Var from = no_var;
  AtomSet values;
  std::vector<Atom> map;
  bool operator==(const Change&) const = default;
};

enum class Ending : std::uint8_t {
  next,      // goes on with the next rule
  accept,    // of this table at this hook
  drop, reject,
  queue,     // to a program: NFQUEUE, QUEUE
  divert,    // TPROXY: to a socket of this host
  back,      // RETURN
  jump, go,  // to `chain`
  perhaps,   // ends the packet or goes on, and which cannot be told
  unknown    // a target that fwsim does not know
};

struct SymbolicRule {
  // Conditions under which matches drop the packet in the middle of the rule, asked first.
  std::vector<Box> hotdrop;
  Boxes match;
  std::vector<Change> changes;
  Ending ending = Ending::next;
  std::uint16_t chain = 0;
  bool exact_changes = true;    // false when a `set` leaves a choice that the kernel would make
  bool inert = false;           // does nothing that a verdict or a field shows: LOG, a comment, no target
  bool remembers = false;       // other rules, or other packets, may ask what it remembers: recent, SET, limit
  bool logs = false;            // LOG, NFLOG, ULOG, TRACE
  // It stands in a row of rules that differ in what they ask of `row_var` only, and end the packet's way through
  // the chain: from row_begin on, before row_end. No row: no_var.
  Var row_var = no_var;
  std::uint32_t row_begin = 0, row_end = 0;
};

inline bool calls_chain(const SymbolicRule& rule) { return rule.ending == Ending::jump || rule.ending == Ending::go; }

struct SymbolicChain {
  std::vector<SymbolicRule> rules;
  std::optional<Hook> hook;
  Ending policy = Ending::back;      // of user chains: back to the caller
  ChainIndex index;                  // of the rules that are not inert, remember or log
  std::vector<std::uint32_t> special;   // rules that do more than end packets: calls, RETURN, changes, queues, unknown targets
};

struct SymbolicTable {
  std::vector<SymbolicChain> chains;
  std::array<int, hook_count> base{-1, -1, -1, -1, -1};
  std::vector<std::vector<RuleId>> callers;   // of each chain: the rules that jump or go there
  bool rewrites = false;             // some rule changes packets
};

struct Symbolic {
  const Ruleset* ruleset = nullptr;
  const Space* space = nullptr;
  std::array<std::optional<SymbolicTable>, table_count> tables;
  bool conntrack = false, defrag = false;
  bool translates = false;   // some rule does NAT
  Relations relations;       // what may be RELATED

  const SymbolicTable* table(TableId id) const {
    const auto& t = tables[static_cast<std::size_t>(id)];
    return t ? &*t : nullptr;
  }
  const SymbolicRule* rule(const RuleId& id) const;   // null for policies
  const Rule& source(const RuleId& id) const;         // of rules
  std::string name(const RuleId& id) const;           // "filter/INPUT/3"
  unsigned line(const RuleId& id) const;
};

// `whole_headers`: packets whose headers are cut off, which matches drop, are of no interest.
Symbolic make_symbolic(const Ruleset& ruleset, const Space& space, bool whole_headers = false);

}  // namespace fwsim
