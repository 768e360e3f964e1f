// A ruleset, and what lint says about it.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "lint/check.hh"
#include "lint/facts.hh"
#include "parser/parse.hh"

namespace fwsim::test {

struct Linted {
  Ruleset ruleset;
  LintResult result;

  explicit Linted(std::string_view text, const LintOptions& options = {}, const Host* host = nullptr, std::optional<Family> family = {}) {
    Parsed parsed = parse_ruleset(text, {.file = "rules", .family = family});
    for (const Diagnostic& d : parsed.diagnostics)
      if (d.severity == Severity::error) FAIL(to_text(d));
    ruleset = std::move(parsed.ruleset);
    result = lint(ruleset, host, options);
  }
  // What both families say together; `text` is IPv6.
  void with(std::string_view text, const LintOptions& options, const Host* host) {
    Linted other(text, options, host, Family::v6);
    lint_pair(Facts(ruleset, host), Facts(other.ruleset, host), options, other.result);
    for (Finding& f : other.result.findings) result.findings.push_back(std::move(f));
  }
  // "FW101 filter/INPUT/3 by filter/INPUT/1\n" for each finding.
  std::string text() const {
    std::string out;
    for (const Finding& f : result.findings) {
      out += fmt::format("{} {}", f.id, f.place.name);
      for (std::size_t i = 0; i < f.by.size(); ++i) out += (i == 0 ? " by " : ", ") + f.by[i].name;
      out += f.certainty == Certainty::may ? " perhaps\n" : "\n";
    }
    return out;
  }
};

}  // namespace fwsim::test
