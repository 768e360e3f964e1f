// The formats of `fwsim lint`. A new one is one file reports/lint_<name>.cc and one line in lint_formats.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/lint_report.hh"

namespace fwsim {

struct LintFormat {
  std::string_view name, title;   // "sarif", "SARIF 2.1.0, for code scanning"
  std::string (*write)(const LintReport& report);
};

std::span<const LintFormat> lint_formats();
const LintFormat* find_lint_format(std::string_view name);   // null when there is none

std::string lint_sarif(const LintReport& report);
std::string lint_junit(const LintReport& report);
std::string lint_github(const LintReport& report);
std::string lint_gitlab(const LintReport& report);
std::string lint_csv(const LintReport& report);
std::string lint_markdown(const LintReport& report);
std::string lint_prometheus(const LintReport& report);
std::string lint_html(const LintReport& report);
// Of one host: a line for each of its rulesets, or one with the fault for which there is none.
std::string lint_ndjson(const LintReport& report);

}  // namespace fwsim
