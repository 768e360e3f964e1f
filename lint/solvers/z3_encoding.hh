// One way through a ruleset as formulas: for each rule, when a packet is matched by it. Runs forward through the
// stages with all packets at once, joining again what a rule parted. Private to the solvers.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lint/solvers/z3_terms.hh"
#include "lint/symbolic.hh"
#include "lint/ways.hh"
#include "model/host.hh"

namespace fwsim::smt {

// What is done with a rule or policy that takes packets.
struct Weight {
  bool kept = true;                  // otherwise it is as if it were not there
  std::optional<z3::expr> only_if;   // it takes packets only if this holds
};

struct Place {   // where packets come to a rule; one for each call site
  RuleId rule;
  Hook hook = Hook::prerouting;
  z3::expr alive, vague;
};

struct EncodingOptions {
  std::string prefix;                // of the names of variables
  // With a target only the stages up to this hook of its table are needed, and of them only what `weigh` keeps.
  // `removable`: rules below only get more packets without it.
  const RuleId* target = nullptr;
  Hook hook = Hook::prerouting;
  std::function<Weight(const RuleId&, bool removable)> weigh;
  std::size_t budget = 200'000;      // rules encoded before giving up
};

class Encoding {
 public:
  Encoding(const Symbolic& rules, const Host* host, Way way, EncodingOptions options);

  bool complete() const { return !gave_up_; }
  const WayPlan& plan() const { return plan_; }
  z3::expr base();                                   // what every packet is that begins this way
  const std::vector<Place>& places() const { return places_; }
  const std::map<Field, Term>& packet() const { return terms_.asked(); }

 private:
  void run();
  void start();
  void past();
  void forbid(Case& at, const std::vector<Pred>& laws);
  void track(Case& at);
  Case table(Case at, const WayStage& stage);
  // The packets that come out at the end, or by RETURN.
  Case chain(const Table& table, std::size_t index, Case at, bool outermost);
  void note(const RuleId& id, const Case& at) { places_.push_back({id, hook_, at.alive, at.vague}); }

  struct Parted {
    Case taken, rest, whole;   // of what no match dropped
  };
  Parted part(const Rule& rule, Case at);
  // Whether leaving it out of the formulas changes anything.
  bool matters(const Table& table, const RuleId& id);
  bool matters(const Table& table, std::size_t chain);
  Weight weigh(const RuleId& id, const Action& action) const;
  // Goes on after the rule with what is taken; false when it went elsewhere.
  bool act(const Actions& actions, const Table& table, const RuleId& id, Parted& parted, std::vector<Case>& returned);
  bool verdict(Verdict verdict, Parted& parted, std::vector<Case>& returned);
  void assign(Case& at, const Assign& a);
  void any_value(Case& at, Field field);
  void becomes(Case& at, Field field, const Range& range);
  void translate(Case& at, const Nat& nat);
  void known_connection(Case& at);
  z3::expr none() const { return context().bool_val(false); }

  const Symbolic& rules_;
  const Host* host_;
  EncodingOptions options_;
  WayPlan plan_;
  Terms terms_;
  std::vector<z3::expr> start_;
  z3::expr marked_ = context().bool_val(false), told_ = context().bool_val(false);   // what is known of the packet's past
  std::vector<Place> places_;
  std::vector<Case> accepted_;
  std::set<Field> used_;                             // fields that some condition asks for
  std::map<std::size_t, bool> matters_;              // chains of the present stage
  Hook hook_ = Hook::prerouting;
  bool last_stage_ = false, gave_up_ = false;
  std::size_t encoded_ = 0;
};

}  // namespace fwsim::smt
