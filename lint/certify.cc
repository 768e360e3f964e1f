#include "lint/certify.hh"

#include "lint/prepare.hh"
#include "lint/solvers/z3_solver.hh"

namespace fwsim {

void certify(LintResult& result, const Ruleset& ruleset, const Host* host,
             const std::function<void(const Finding&, const std::string& text)>& smtlib) {
  const Prepared prepared = prepare({&ruleset}, host);
  Z3Solver z3(*prepared.rules[0], host);
  for (Finding& f : result.findings) {
    if (f.of_chain || f.certainty != Certainty::proved) continue;
    // All that takes packets from it; the solver says which of them it needs.
    const Explorer::Reached reached = prepared[0].reach(f.place.rule);
    if (reached.answer != Explorer::Reached::Answer::never) continue;
    const Certificate certificate = z3.certify(f.place.rule, reached.by);
    if (certificate.kind == Certificate::Kind::unknown) {
      f.proof = "Z3 could not tell in time";
    } else if (certificate.kind == Certificate::Kind::refuted) {
      f.proof = "Z3 does not agree: please report this";
    } else {
      std::string by;
      for (const RuleId& id : certificate.by) by += (by.empty() ? "unsat, by " : ", ") + prepared.rules[0]->name(id);
      f.proof = by.empty() ? "unsat: no packet is like that" : by;
    }
    if (smtlib && certificate.kind == Certificate::Kind::proved) smtlib(f, z3.smtlib(f.place.rule, certificate.by));
  }
}

}  // namespace fwsim
