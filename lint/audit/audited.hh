// A ruleset under audit, with what the questions have in common.
#pragma once

#include <string>
#include <vector>

#include "lint/audit.hh"
#include "lint/audit/surroundings.hh"
#include "lint/facts.hh"

namespace fwsim {

class Audited {
 public:
  // All must outlive it; `host` may be null.
  Audited(const Ruleset& ruleset, const Host* host, const Settings& settings, std::vector<Asked> asked);

  const Ruleset& ruleset() const { return facts_.ruleset(); }
  Family family() const { return ruleset().family; }
  const Host* host() const { return facts_.host(); }
  const Settings& settings() const { return facts_.settings(); }
  const Surroundings& around() const { return around_; }
  const Facts& facts() const { return facts_; }
  const Answers& answers() const { return facts_.answers(); }
  const Answered& of(const Asked& question) const { return answers().of(question); }
  const Space& space() const { return answers().space(); }

  // "iptables", "ip6tables".
  std::string_view tool() const { return family() == Family::v4 ? "iptables" : "ip6tables"; }
  // "filter/INPUT/3 (rules.v4:12)", "no rule"; the file without its directory, which reports name once.
  std::string name(const RuleId& rule) const;
  std::string name(Spot spot) const;
  std::string name(const Class& c) const;
  std::string names(const std::vector<const Class*>& list) const;
  std::string names(const std::vector<RuleId>& list) const;
  // The command that takes the rule away, or changes the policy.
  std::string remove(const RuleId& rule) const;
  bool is_policy(const RuleId& rule) const;

 private:
  Surroundings around_;
  Facts facts_;
};

// Which side packets come from (of `output`: go to): by a device that is outside; where nobody said which those are, by
// every device. `unclear`: by devices that rules name, and whether these are outside nobody said.
enum class Side : std::uint8_t { outside, unclear, inside };
Side side_of(const Audited& audited, Way way, const Piece& piece);
// The pieces of that side, as far as they are of it; never those by lo alone, nor those of connections that were translated.
std::vector<Piece> on_side(const Audited& audited, const Class& c, Side side);
// The class without what no packet is, where that matters: such pieces may be many.
Class really(Class c);
// Of outside, and unclear ones too.
std::vector<Piece> from_elsewhere(const Audited& audited, const Class& c);

// The parts that belong to one protocol.
std::vector<Piece> of_protocol(const Space& space, const std::vector<Piece>& pieces, unsigned protocol);
// How many ports they have together: all, when no rule asks for one.
u128 ports_of(const Space& space, Field field, const std::vector<Piece>& pieces);
// Those that ask for nothing special: a set, a string, an owner, a mark.
std::vector<Piece> ordinary(const Audited& audited, Way way, std::vector<Piece> pieces);
// Whether ordinary ones come from anywhere, from any port, to nearly every port.
bool nearly_all(const Audited& audited, Way way, const std::vector<Piece>& pieces);
// The same whatever the source port; of ICMP and the like whatever its type.
bool wide(const Audited& audited, Way way, const std::vector<Piece>& pieces);
// A packet, or "" with the evidence saying so nowhere.
Evidence shown(const Audited& audited, std::string text, const Class& c, const std::vector<Piece>& pieces = {});
// The words for a way: "INPUT".
std::string_view chain_of(Way way);
const Asked& new_on(Way way);

// By protocol: "TCP", "UDP", "ICMP"; what most rules are about.
struct Kind {
  unsigned protocol = 6;
  std::string_view name;
};
std::vector<Kind> common_protocols(Family family);

}  // namespace fwsim
