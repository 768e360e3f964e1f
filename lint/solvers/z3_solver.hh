// The second solver: the same questions answered by Z3 from the rules' own predicates over bit-vectors,
// sharing no set arithmetic with the boxes. Its answers come with a packet, or with the rules that suffice
// for the proof; the question can be written down for any other solver.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lint/symbolic.hh"
#include "lint/ways.hh"
#include "model/host.hh"

namespace fwsim {

struct Z3Answer {
  enum class Kind : std::uint8_t { yes, maybe, never, unknown };
  Kind kind = Kind::unknown;
  Way way = Way::input;
  Hook hook = Hook::prerouting;
  // yes, maybe: the packet as it begins the way (ct_state and out_if as conntrack and routing will have it);
  // none: the field is absent. Only what the rules ask for.
  std::vector<std::pair<Field, std::optional<u128>>> packet;
};
std::string_view z3_answer_name(Z3Answer::Kind kind);   // "yes"

struct Certificate {
  enum class Kind : std::uint8_t { proved, refuted, unknown };
  Kind kind = Kind::unknown;
  std::vector<RuleId> by;   // proved: these rules and policies take every packet that would come there. Empty:
                            // no packet is such, or nothing leads there.
};

class Z3Solver {
 public:
  // What it refers to must outlive it; `host` may be null. One thread only.
  explicit Z3Solver(const Symbolic& rules, const Host* host = nullptr);
  ~Z3Solver();
  Z3Solver(const Z3Solver&) = delete;
  Z3Solver& operator=(const Z3Solver&) = delete;

  // Whether some packet is matched by this rule, or for policies and ends of chains: comes to them.
  Z3Answer reach(const RuleId& target, unsigned timeout_ms = 10'000);

  // That no packet comes to the target, from the blamed rules alone (Explorer::Reached::by) and what rewrites or
  // leads on the way; every other rule that takes packets is left out. Leaving out only lets more packets come.
  Certificate certify(const RuleId& target, const std::vector<RuleId>& blamed, unsigned timeout_ms = 10'000);
  // The question of certify() in SMT-LIB 2: "unsat" is the proof. Each blamed rule has a name for its assertion.
  std::string smtlib(const RuleId& target, const std::vector<RuleId>& blamed);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace fwsim
