// What becomes of one rule: as iptables-save would print it, its meaning, or why it is refused.
// Also runs the tests of the iptables project.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "parser/parse.hh"
#include "parser/print.hh"
#include "tests/shared.hh"
#include "tests/xt_file.hh"

namespace fwsim::test {

struct Place {
  Family family = Family::v4;
  std::string table = "filter";
  std::string chain = "INPUT";
};

inline Parsed parse_rule(const std::string& rule, const Place& place = {}) {
  const std::string text = fmt::format("*{}\n-A {} {}\nCOMMIT\n", place.table, place.chain, rule);
  Parsed parsed = parse_ruleset(text, {.file = "test", .family = place.family});
  return parsed;
}

// "FAIL" or the rule as saved.
inline std::string saved(const std::string& rule, const Place& place = {}) {
  const Parsed parsed = parse_rule(rule, place);
  if (has_errors(parsed.diagnostics)) return "FAIL";
  const Table& table = parsed.ruleset.tables.front();
  return print_rule_body(table.find(place.chain)->rules.at(0), table, place.family);
}

// The meaning of the rule's first match.
inline std::string means(const std::string& rule, const Place& place = {}) {
  const Parsed parsed = parse_rule(rule, place);
  if (has_errors(parsed.diagnostics)) return "FAIL";
  return to_text(
      meaning_of(parsed.ruleset.tables.front().find(place.chain)->rules.at(0).matches.at(0), place.family).matches);
}

// Runs one file of ../shared/corpora/rulesets/xt-tests; lines that contain `except` are left out.
inline void run_xt_file(const std::string& name, std::vector<Family> families, const std::string& except = "") {
  const std::string path = shared("corpora/rulesets/xt-tests/" + name);
  if (path.empty()) return;
  unsigned count = 0;
  for (const XtTest& test : read_xt_file(path)) {
    if (!except.empty() && test.line.find(except) != test.line.npos) continue;
    for (Family family : families)
      for (const std::string& chain : test.chains) {
        INFO(name, " ", chain, " ", test.line);
        CHECK(saved(test.rule, {family, test.table, chain}) == test.expected);
        ++count;
      }
  }
  CHECK(count > 0);
}

}  // namespace fwsim::test
