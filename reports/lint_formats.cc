#include "reports/lint_formats.hh"

namespace fwsim {
namespace {

constexpr LintFormat list[] = {
    {"text", "for people, in a terminal", lint_text},
    {"json", "for programs and --baseline", lint_json},
    {"ndjson", "a line of JSON for each ruleset of many, for fwsim merge", lint_ndjson},
    {"html", "a page to search, with charts", lint_html},
    {"markdown", "a table for a pull request's comment", lint_markdown},
    {"sarif", "SARIF 2.1.0, for code scanning", lint_sarif},
    {"github", "annotations of GitHub Actions", lint_github},
    {"gitlab", "Code Quality of GitLab", lint_gitlab},
    {"junit", "test results, for CI", lint_junit},
    {"csv", "for spreadsheets (RFC 4180)", lint_csv},
    {"prometheus", "for the textfile collector, with counters", lint_prometheus},
};

}  // namespace

std::span<const LintFormat> lint_formats() { return list; }

const LintFormat* find_lint_format(std::string_view name) {
  for (const LintFormat& format : list)
    if (format.name == name) return &format;
  return nullptr;
}

}  // namespace fwsim
