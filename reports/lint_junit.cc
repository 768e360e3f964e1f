// JUnit's XML, as CI services read it. A suite for each ruleset; a case for each finding, which fails when the exit
// status would; and one that passes for each check that found nothing, so that a clean run is not an empty one.
#include <fmt/format.h>

#include <algorithm>

#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

// For text and attributes. Control characters have no place in XML 1.0, not even escaped.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(text)) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  return out;
}

std::string details(const LintedRuleset& linted, const Finding& f) {
  std::string out = fmt::format("{}: {}\n", f.place.text(), rule_text(linted, f));
  if (!f.witness.empty()) out += fmt::format("packet: {}\n", f.witness);
  if (!f.proof.empty()) out += fmt::format("proof: {}\n", f.proof);
  if (!f.hint.empty()) out += fmt::format("hint: {}\n", f.hint);
  return out;
}

std::string opened(std::string_view check, std::string_view id, const std::string& place, const LintedRuleset& linted) {
  const std::string name = place.empty() ? fmt::format("{} {}", id, check) : fmt::format("{} {} {}", id, check, place);
  return fmt::format("    <testcase name=\"{}\" classname=\"{}\" file=\"{}\"", xml(name), xml(linted.file), xml(linted.file));
}

struct Suite {
  std::size_t tests = 0, failures = 0, skipped = 0;
  std::string cases;
};

Suite suite(const LintReport& report, const LintedRuleset& linted) {
  Suite out;
  for (const Finding& f : linted.result.findings) {
    ++out.tests;
    out.cases += opened(f.check, f.id, f.place.name, linted) + (f.place.line == 0 ? ">\n" : fmt::format(" line=\"{}\">\n", f.place.line));
    if (fails(report, f)) {
      ++out.failures;
      out.cases += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", severity_word(f.severity), xml(sentence(f)),
                               xml(details(linted, f)));
    } else {
      out.cases +=
          fmt::format("      <system-out>{}: {}&#10;{}</system-out>\n", severity_word(f.severity), xml(sentence(f)), xml(details(linted, f)));
    }
    out.cases += "    </testcase>\n";
  }
  for (const UndecidedCheck& u : linted.result.undecided) {
    ++out.tests;
    ++out.skipped;
    const auto check = std::find_if(report.checks.begin(), report.checks.end(), [&](const Check* c) { return c->name == u.check; });
    out.cases += opened(u.check, check == report.checks.end() ? "" : (*check)->id, u.place.name, linted) +
                 ">\n      <skipped message=\"not decided\"/>\n    </testcase>\n";
  }
  for (const Check* check : report.checks) {
    const auto& found = linted.result.findings;
    if (std::any_of(found.begin(), found.end(), [&](const Finding& f) { return f.id == check->id; })) continue;
    ++out.tests;
    out.cases += opened(check->name, check->id, "", linted) + "/>\n";
  }
  return out;
}

}  // namespace

std::string lint_junit(const LintReport& report) {
  Suite all;
  std::string suites;
  for (const LintedRuleset& linted : report.rulesets) {
    const Suite one = suite(report, linted);
    suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}  </testsuite>\n", xml(linted.file),
                          one.tests, one.failures, one.skipped, one.cases);
    all.tests += one.tests;
    all.failures += one.failures;
    all.skipped += one.skipped;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fwsim lint\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "skipped=\"{}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.skipped, suites);
}

}  // namespace fwsim
