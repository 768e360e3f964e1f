// What becomes of one rule: as iptables-save would print it, its meaning, or why it is refused.
// Also runs the tests of the iptables project ("rule;saved form or =;OK|FAIL").
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <vector>

#include "../shared.hh"
#include "parser/parse.hh"
#include "parser/print.hh"

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
  std::ifstream in(path);
  std::vector<std::string> chains;
  std::string table = "filter";
  unsigned count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == '%' || line[0] == '@') continue;
    if (!except.empty() && line.find(except) != line.npos) continue;
    if (line[0] == '*') {
      table = line.substr(1);
      continue;
    }
    if (line[0] == ':') {
      chains.clear();
      for (std::string_view chain : split(std::string_view(line).substr(1), ',')) chains.emplace_back(chain);
      continue;
    }
    const auto parts = split(line, ';');
    const std::string rule(parts.at(0));
    std::string expected =
        parts.at(2).substr(0, 2) == "OK" ? std::string(parts.at(1) == "=" ? parts.at(0) : parts.at(1)) : "FAIL";
    for (Family family : families)
      for (const std::string& chain : chains) {
        INFO(name, " ", chain, " ", line);
        CHECK(saved(rule, {family, table, chain}) == expected);
        ++count;
      }
  }
  CHECK(count > 0);
}

}  // namespace fwsim::test
