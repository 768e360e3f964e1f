// Packets as terms of Z3: a bit-vector for each field, a boolean for each that may be absent, predicates as
// formulas. Private to the solvers, the only files that see z3++.
#pragma once

#include <z3++.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lint/space.hh"

namespace fwsim::smt {

// One for each thread, made once.
z3::context& context();

// With constants folded, so that formulas of small rulesets are small.
z3::expr both(const z3::expr& a, const z3::expr& b);
z3::expr either(const z3::expr& a, const z3::expr& b);
z3::expr opposite(const z3::expr& a);
z3::expr choose(const z3::expr& condition, const z3::expr& yes, const z3::expr& no);
z3::expr number(u128 value, unsigned width);

unsigned width_of(Field field, Family family);   // 8, 16, 32, 64 or 128

struct Term {
  z3::expr value;
  z3::expr present;   // of fields with an "absent" of their own; otherwise true and presence() tells
};

// A condition that may depend on what cannot be told: certainly so, and possibly so.
struct Truth {
  z3::expr must, may;
};

// The packets at one place of the way: under which condition they are there, and what has changed of them.
struct Case {
  z3::expr alive;
  z3::expr vague;   // by way of something that cannot be told
  std::map<Field, Term> fields;
  std::map<std::string, z3::expr, std::less<>> tests;
};

// The packet as it begins the way, and what is asked of it later.
class Terms {
 public:
  Terms(Family family, std::string prefix) : family_(family), prefix_(std::move(prefix)) {}

  Family family() const { return family_; }
  const Term& first(Field field);                            // as it begins
  const Term& of(const Case& at, Field field);
  z3::expr present(const Case& at, Field field);
  Truth truth(const Case& at, const Pred& pred);
  // Two places that no packet is at both of.
  Case merge(const Case& a, const Case& b);
  z3::expr fresh_boolean();
  z3::expr fresh_value(Field field);
  void rewritten(Case& at);                                  // tests of the bytes may answer otherwise now

  const std::map<Field, Term>& asked() const { return first_; }
  z3::expr limits() const;                                   // no field is greater than it can be

 private:
  z3::expr test(const Case& at, const std::string& text);
  z3::expr is_in(const z3::expr& value, const std::vector<Range>& ranges, unsigned width);

  Family family_;
  std::string prefix_;
  std::map<Field, Term> first_;
  std::map<std::string, z3::expr, std::less<>> tests_;
  unsigned fresh_ = 0;
};

}  // namespace fwsim::smt
