#include "lint/solvers/z3_solver.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "lint/solvers/z3_encoding.hh"

namespace fwsim {

using smt::Encoding;
using smt::Place;

std::string_view z3_answer_name(Z3Answer::Kind kind) {
  constexpr std::string_view names[] = {"yes", "maybe", "never", "unknown"};
  return names[static_cast<std::size_t>(kind)];
}

namespace {

using Assignment = std::vector<std::pair<Field, std::optional<u128>>>;

u128 value_of(const z3::model& model, const z3::expr& term) {
  const unsigned width = term.get_sort().bv_size();
  if (width <= 64) return model.eval(term, true).get_numeral_uint64();
  return make_u128(model.eval(term.extract(width - 1, 64), true).get_numeral_uint64(), model.eval(term.extract(63, 0), true).get_numeral_uint64());
}

Assignment packet_of(const z3::model& model, const std::map<Field, smt::Term>& fields) {
  Assignment out;
  for (const auto& [field, term] : fields)
    out.emplace_back(field, model.eval(term.present, true).is_true() ? std::optional(value_of(model, term.value)) : std::nullopt);
  return out;
}

std::string quoted(const z3::expr& literal) { return "|" + literal.decl().name().str() + "|"; }

}  // namespace

struct Z3Solver::Inside {
  // The whole ruleset, encoded once for a way and asked for each rule.
  struct Whole {
    Encoding encoding;
    z3::solver solver;
  };

  const Symbolic& rules;
  const Host* host;
  std::map<Way, Whole> wholes;
  std::map<RuleId, Z3Answer> found;   // models often show more than was asked

  Whole& whole(Way way) {
    const auto known = wholes.find(way);
    if (known != wholes.end()) return known->second;
    Encoding encoding(rules, host, way, {.prefix = std::string(way_name(way)) + "."});
    z3::solver solver(smt::context(), z3::solver::simple());
    solver.add(encoding.base());
    return wholes.emplace(way, Whole{std::move(encoding), std::move(solver)}).first->second;
  }

  void learn(const z3::model& model, const Whole& whole) {
    std::optional<Assignment> packet;
    for (const Place& place : whole.encoding.places()) {
      if (found.count(place.rule) != 0 || place.alive.is_false()) continue;
      if (!model.eval(smt::both(place.alive, smt::opposite(place.vague)), true).is_true()) continue;
      if (!packet) packet = packet_of(model, whole.encoding.packet());
      found.emplace(place.rule, Z3Answer{Z3Answer::Kind::yes, whole.encoding.plan().way, place.hook, *packet});
    }
  }

  // One literal for each blamed rule, in all encodings the same.
  struct Claim {
    std::vector<std::pair<RuleId, z3::expr>> literals;
    std::vector<z3::expr> questions;   // for each way and hook: that some packet comes to the target
    bool complete = true;
  };

  Claim claim(const RuleId& target, const std::vector<RuleId>& blamed) const {
    Claim out;
    const std::set<RuleId> guilty(blamed.begin(), blamed.end());
    std::map<RuleId, z3::expr> literals;
    const auto weigh = [&](const RuleId& id, bool removable) -> smt::Weight {
      if (removable && guilty.count(id) == 0) return {.kept = false, .only_if = std::nullopt};
      const auto at = literals.find(id);
      if (at != literals.end()) return {.kept = true, .only_if = at->second};
      const z3::expr literal = smt::context().bool_const(rules.name(id).c_str());
      literals.emplace(id, literal);
      out.literals.emplace_back(id, literal);
      return {.kept = true, .only_if = literal};
    };
    for (Way way : all_ways) {
      const WayPlan plan = plan_way(rules, way, host);
      for (const WayStage& stage : plan.stages) {
        if (stage.kind != WayStage::Kind::table || stage.table != target.table) continue;
        smt::EncodingOptions options{.prefix = fmt::format("{}.{}.", way_name(way), hook_name(stage.hook)), .target = &target, .hook = stage.hook, .weigh = weigh};
        Encoding encoding(rules, host, way, std::move(options));
        out.complete = out.complete && encoding.complete();
        z3::expr comes = smt::context().bool_val(false);
        for (const Place& place : encoding.places())
          if (place.rule == target && place.hook == stage.hook) comes = smt::either(comes, place.alive);
        if (!comes.is_false()) out.questions.push_back(encoding.base() && comes);
      }
    }
    return out;
  }
};

Z3Solver::Z3Solver(const Symbolic& rules, const Host* host) : inside_(new Inside{rules, host, {}, {}}) {}
Z3Solver::~Z3Solver() = default;

Z3Answer Z3Solver::reach(const RuleId& target, unsigned timeout_ms) {
  const auto known = inside_->found.find(target);
  if (known != inside_->found.end()) return known->second;
  Z3Answer out{.kind = Z3Answer::Kind::never, .packet = {}};
  bool unknown = false;
  // First certainly, then by way of what cannot be told.
  for (const bool certain : {true, false})
    for (Way way : all_ways) {
      Inside::Whole& whole = inside_->whole(way);
      if (!whole.encoding.complete()) unknown = true;
      whole.solver.set("timeout", timeout_ms);
      for (const Place& place : whole.encoding.places()) {
        if (place.rule != target || place.alive.is_false()) continue;
        if (!certain && place.vague.is_false()) continue;
        const z3::expr question = certain ? smt::both(place.alive, smt::opposite(place.vague)) : place.alive;
        if (question.is_false()) continue;
        whole.solver.push();
        whole.solver.add(question);
        const z3::check_result answer = whole.solver.check();
        if (answer == z3::sat) {
          const z3::model model = whole.solver.get_model();
          out = {certain ? Z3Answer::Kind::yes : Z3Answer::Kind::maybe, way, place.hook, packet_of(model, whole.encoding.packet())};
          inside_->found.emplace(target, out);
          inside_->learn(model, whole);
        }
        whole.solver.pop();
        if (answer == z3::sat) return out;
        if (answer == z3::unknown) unknown = true;
      }
    }
  if (unknown) out.kind = Z3Answer::Kind::unknown;
  inside_->found.emplace(target, out);
  return out;
}

Certificate Z3Solver::certify(const RuleId& target, const std::vector<RuleId>& blamed, unsigned timeout_ms) {
  const Inside::Claim claim = inside_->claim(target, blamed);
  Certificate out;
  if (!claim.complete) return out;
  std::set<RuleId> core;
  for (const z3::expr& question : claim.questions) {
    z3::solver solver(smt::context(), z3::solver::simple());
    z3::params params(smt::context());
    params.set("timeout", timeout_ms);
    params.set("core.minimize", true);
    solver.set(params);
    solver.add(question);
    z3::expr_vector assumptions(smt::context());
    for (const auto& [id, literal] : claim.literals) assumptions.push_back(literal);
    const z3::check_result answer = solver.check(assumptions);
    if (answer == z3::unknown) return out;
    if (answer == z3::sat) {
      out.kind = Certificate::Kind::refuted;
      return out;
    }
    for (const z3::expr& part : solver.unsat_core())
      for (const auto& [id, literal] : claim.literals)
        if (z3::eq(part, literal)) core.insert(id);
  }
  out.kind = Certificate::Kind::proved;
  out.by.assign(core.begin(), core.end());
  return out;
}

std::string Z3Solver::smtlib(const RuleId& target, const std::vector<RuleId>& blamed) {
  const Inside::Claim claim = inside_->claim(target, blamed);
  z3::solver solver(smt::context(), z3::solver::simple());
  z3::expr some = smt::context().bool_val(false);
  for (const z3::expr& question : claim.questions) some = smt::either(some, question);
  solver.add(some);
  std::string text = solver.to_smt2();
  // Z3 ends with the question; the blamed rules come before it, each under a name of its own for unsat cores.
  const std::size_t end = text.rfind("(check-sat)");
  std::string named, declared;
  for (const auto& [id, literal] : claim.literals) {
    const std::string plain = fmt::format("(declare-fun {} (", literal.decl().name().str());   // Z3 quotes where it must
    if (text.find(quoted(literal)) == std::string::npos && text.find(plain) == std::string::npos) declared += fmt::format("(declare-fun {} () Bool)\n", quoted(literal));
    named += fmt::format("(assert (! {} :named |by {}|))\n", quoted(literal), inside_->rules.name(id));
  }
  return fmt::format("; unsat: no packet comes to {}\n(set-option :produce-unsat-cores true)\n(set-logic QF_BV)\n{}{}{}(check-sat)\n(get-unsat-core)\n",
                     inside_->rules.name(target), text.substr(0, end), declared, named);
}

}  // namespace fwsim
