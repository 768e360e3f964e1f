// Tables of rules with what iptables 1.8.9 printed for them, and of rules that it refused.
#pragma once

#include <initializer_list>

#include "tests/one_rule.hh"

namespace fwsim::test {

struct Printed {
  const char* given;
  const char* printed = nullptr;  // null: the same as given
};

inline void check(std::initializer_list<Printed> cases, const Place& place) {
  for (const Printed& c : cases) {
    INFO(std::string(c.given));
    CHECK(saved(c.given, place) == std::string(c.printed ? c.printed : c.given));
  }
}
inline void refuse(std::initializer_list<const char*> rules, const Place& place) {
  for (const char* rule : rules) {
    INFO(std::string(rule));
    CHECK(saved(rule, place) == "FAIL");
  }
}
inline void check_v4(std::initializer_list<Printed> cases) { check(cases, {.chain = "FORWARD"}); }
inline void check_v6(std::initializer_list<Printed> cases) { check(cases, {Family::v6, "filter", "FORWARD"}); }
inline void refuse_v4(std::initializer_list<const char*> rules) { refuse(rules, {.chain = "FORWARD"}); }
inline void refuse_v6(std::initializer_list<const char*> rules) { refuse(rules, {Family::v6, "filter", "FORWARD"}); }

}  // namespace fwsim::test
