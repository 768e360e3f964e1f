// What becomes of packets as one version of a ruleset treats them, and whether the other does the same. What neither
// packet nor rules decide (a limit, the port that MASQUERADE takes) is decided alike in both versions when
// the same condition or target asks for it the same time on the way.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lint/align.hh"
#include "lint/explore.hh"

namespace fwsim {

// A variable at the end of the way.
struct FinalValue {
  enum class Kind : std::uint8_t {
    begun,    // atom map[a] of variable `from`, as it began with atom a (no map: a itself)
    fixed,    // `atom`
    chosen    // by the kernel: by target `key`, the nth time
  };
  Kind kind = Kind::begun;
  Var from = no_var;
  Atom atom = 0;
  std::vector<Atom> map;
  std::pair<int, int> key;
  std::optional<RuleId> rule;   // that wrote it last
  bool operator==(const FinalValue& o) const { return kind == o.kind && from == o.from && atom == o.atom && map == o.map && key == o.key; }
};

struct Treatment {
  PieceFate fate = PieceFate::passed;
  std::optional<RuleId> by;      // of fates but passed
  Hook hook = Hook::prerouting;
  int target = 0;                // text of that rule's target (RuleTexts)
  std::vector<FinalValue> values;   // of passed, queued and diverted packets, by variable
  bool untracked = false;        // by NOTRACK
  struct Passed {
    RuleId rule;
    Hook hook = Hook::prerouting;
  };
  std::vector<Passed> accepted;  // in order: what let it pass each table
  std::map<std::pair<int, int>, unsigned> answers;             // condition or target, nth time -> which way it went
  std::map<std::pair<std::pair<int, int>, Var>, AtomSet> chosen;   // values that choices had to have
  std::vector<int> noted;        // what remembered or logged it
  std::vector<RuleId> noted_by;
  bool vague = false;
};
Treatment treatment_of(const Explorer& explorer, const Leaf& leaf, const RuleTexts& texts, std::size_t version);

// The same for treatments that differ in nothing but the rules that bring it about; and for those that differ in none.
std::string effect_key(const Treatment& treatment);
std::string rules_key(const Treatment& treatment);

// Whether one packet can be treated so by the one version and so by the other.
bool compatible(const Treatment& before, const Treatment& after);

struct DifferentPart {
  Piece packets;                 // as they begin
  bool perhaps = false;          // not all, or not surely
  Var var = no_var;              // the first that ends up different, when the fates are the same
};
// The parts of the packets that are treated differently, apart from each other; appended.
void compare(const Space& space, const Treatment& before, const Treatment& after, const Piece& packets, std::vector<DifferentPart>& out);

// "dropped", "rejected (REJECT --reject-with tcp-reset)", "passed, dst 10.0.0.5, dport 8080".
std::string text_of(const Space& space, const Treatment& treatment, const RuleTexts& texts);

}  // namespace fwsim
