// Two versions of a ruleset side by side: which rules of the one are those of the other, whatever moved
// between them; and which are left as changed. Rules that commute may stand in either order.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "lint/symbolic.hh"

namespace fwsim {

// What a rule asks, and what it does, as a text: the same exactly when that is, comments left out.
std::string condition_text(const Rule& rule, Family family);
std::string target_text(const Rule& rule, const Table& table, Family family);

// Numbers for texts of conditions and of targets: the same in both versions exactly when the text is.
class RuleTexts {
 public:
  // `by_meaning`: conditions are the same that match the same packets, though they are written differently.
  RuleTexts(const Symbolic& before, const Symbolic& after, bool by_meaning = false);

  int condition(std::size_t version, const RuleId& id) const { return at(version, id).condition; }
  int target(std::size_t version, const RuleId& id) const { return at(version, id).target; }
  // What the rule logs and remembers, whatever it asks of the packet besides.
  int notes(std::size_t version, const RuleId& id) const { return at(version, id).notes; }
  // Of a target: "REJECT --reject-with tcp-reset".
  const std::string& text(int number) const { return texts_[static_cast<std::size_t>(number)]; }

 private:
  bool by_meaning_ = false;
  struct Numbers {
    int condition = 0, target = 0, notes = 0;
  };
  const Numbers& at(std::size_t version, const RuleId& id) const {
    return numbers_[version][static_cast<std::size_t>(id.table)][id.chain][id.index];
  }
  int number(std::string text);
  void add(std::size_t version, const Symbolic& rules);

  std::map<std::string, int> known_;
  std::vector<std::string> texts_;
  std::array<std::array<std::vector<std::vector<Numbers>>, table_count>, 2> numbers_;
};

struct AlignOptions {
  bool logs = false;   // logging is an effect
};

// The rules, and policies that differ, by which alone packets can be treated differently: a packet that none of
// its own version's matches has the same effects in both. Jumps without effect of their own are not among them; the
// rules that they lead to are.
struct Alignment {
  std::array<std::vector<RuleId>, 2> only;      // before, after: rules and policies that the other version has not, or not there
  std::array<std::vector<RuleId>, 2> changed;   // before, after
  std::size_t joined = 0;                       // old rules for several of which one new rule stands
  std::size_t moved = 0;                        // rules that stand elsewhere among rules that they commute with
};
Alignment align(const Symbolic& before, const Symbolic& after, const RuleTexts& texts, const AlignOptions& options = {});

}  // namespace fwsim
