// The second opinion on what lint proved: Z3 is asked about the rule and those to blame alone.
#pragma once

#include <functional>
#include <string>

#include "lint/finding.hh"
#include "model/host.hh"
#include "model/ruleset.hh"

namespace fwsim {

// Fills in Finding::proof of rules that no packet comes to: "unsat, by filter/INPUT/3, filter/INPUT/17". When
// given, `smtlib` gets each question in SMT-LIB 2. `host` may be null.
void certify(LintResult& result, const Ruleset& ruleset, const Host* host,
             const std::function<void(const Finding&, const std::string& text)>& smtlib = {});

}  // namespace fwsim
