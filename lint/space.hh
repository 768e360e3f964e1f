// The space of packets as some rulesets see it: variables, each with finitely many atoms. A
// variable is a field; or some bits of one that rules test by masks (marks, flags of connections);
// or a test that depends on the packet alone but not on fields (string, u32, set membership), which
// is a boolean: the same text on the same packet has the same answer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lint/atoms.hh"
#include "model/action.hh"
#include "model/extension.hh"
#include "model/pred.hh"
#include "model/ruleset.hh"

namespace fwsim {

using Var = std::uint16_t;
inline constexpr Var no_var = 0xffff;

struct Variable {
  enum class Kind : std::uint8_t {
    ordered,   // atoms are ranges of values: atom i begins at starts[i]
    table,     // of a byte: atom of each value in `table`, starts[i] an example of atom i
    bits,      // field & mask: atom i is the value starts[i]; the last may stand for all others
    boolean    // 0 no, 1 yes
  };
  Kind kind = Kind::ordered;
  Field field = Field::none;
  u128 limit = 0;             // greatest value of the field
  u128 mask = 0;              // bits
  std::vector<u128> starts;
  std::vector<Atom> table;
  bool others = false;        // bits: the last atom is "any other value"
  bool optional = false;      // one more atom, the last: the field is absent
  std::string text;           // boolean: as in a rule
  const MatchUse* use = nullptr;   // boolean

  Atom count() const { return static_cast<Atom>(kind == Kind::boolean ? 2 : starts.size() + (optional ? 1 : 0)); }
  Atom absent() const { return static_cast<Atom>(starts.size()); }   // when optional
};

// Whether the answer of this match depends on nothing but the packet and things that stay as they
// are; otherwise (limit, recent, quota, statistic, ...) each time it is asked may differ.
bool is_pure(const MatchUse& use);

class Space {
 public:
  Family family() const { return family_; }
  const std::vector<Variable>& vars() const { return vars_; }
  const Variable& operator[](Var v) const { return vars_[v]; }
  // The variable of a field (of `bits` the first; they follow each other). no_var when no rule tests the field.
  Var of(Field field) const { return first_[index_of(field)]; }
  unsigned bit_groups(Field field) const { return groups_[index_of(field)]; }
  Var of_test(const MatchUse& use) const;   // boolean

  AtomSet everything(Var v) const { return AtomSet::all(vars_[v].count()); }
  AtomSet present(Var v) const;                              // all but "absent"
  AtomSet in(Var v, const std::vector<Range>& ranges) const;      // ordered and table; values were named to the builder
  AtomSet masked(Var v, u128 value, u128 mask) const;             // table: (v & mask) == value; bits: mask covers the group
  Atom atom_of(Var v, u128 value) const;                     // ordered, table, bits
  u128 example(Var v, Atom atom) const;                      // a value of the atom; of ordered ones the first
  // The values of a set as ranges, joined; ordered variables only. "absent" is left out.
  std::vector<Range> ranges(Var v, const AtomSet& set) const;
  // "10.0.0.0/8, 192.0.2.1", "22, 80-90", "eth*", "SYN": for people. Empty when it is everything.
  std::string text(Var v, const AtomSet& set) const;

 private:
  friend class SpaceBuilder;
  Family family_ = Family::v4;
  std::vector<Variable> vars_;
  std::array<Var, field_count> first_{};
  std::array<unsigned, field_count> groups_{};
  std::map<std::string, Var, std::less<>> tests_;
};

// Learns what is distinguished; then makes the space.
class SpaceBuilder {
 public:
  explicit SpaceBuilder(Family family);
  void add(const Ruleset& ruleset);
  void add(const Pred& pred);
  void add(const Action& action);
  void add(Field field, Range range);
  void add_masked(Field field, u128 value, u128 mask);
  bool asks(Field field) const { return fields_[index_of(field)].used; }   // whether something was added about it
  Space build();

 private:
  void add_rule(const Rule& rule);

  Family family_;
  struct Learned {
    bool used = false;
    std::vector<Range> ranges;
    std::vector<std::pair<u128, u128>> masked;   // value, mask
    std::vector<std::pair<u128, u128>> assigned; // constant, keep
  };
  std::array<Learned, field_count> fields_;
  std::map<std::string, const MatchUse*, std::less<>> tests_;
};

// How a field is kept; greatest value.
Variable::Kind kind_of(Field field);
u128 limit_of(Field field, Family family);
// Present exactly when this holds (of fields without an "absent" of their own); `always` otherwise.
Pred presence(Field field, Family family);
bool has_absent(Field field, Family family);
// A mask of leading ones: the test is a range.
bool is_prefix(Field field, Family family, u128 mask);
// The text that two uses of a pure match have in common exactly when they ask the same.
std::string test_text(const MatchUse& use, Family family);

}  // namespace fwsim
