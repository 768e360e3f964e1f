// RFC 4180: a header, a line for each finding, CRLF at the end of each.
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/utf8.hh"

namespace fwsim {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return valid_utf8(text);
  std::string out = "\"";
  for (const char c : valid_utf8(text)) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string line(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ",") + field(fields[i]);
  return out + "\r\n";
}

}  // namespace

std::string lint_csv(const LintReport& report) {
  std::string out = line({"file", "line", "place", "severity", "certainty", "id", "check", "text", "rule", "by", "packet", "hint", "fingerprint"});
  for (const LintedRuleset& linted : report.rulesets)
    for (std::size_t i = 0; i < linted.result.findings.size(); ++i) {
      const Finding& f = linted.result.findings[i];
      std::string by;
      for (const Spot& place : f.by) by += (by.empty() ? "" : " ") + place.name;
      out += line({f.place.file, f.place.line == 0 ? "" : std::to_string(f.place.line), f.place.name, std::string(severity_word(f.severity)),
                   std::string(certainty_word(f.certainty)), f.id, f.check, f.text, rule_text(linted, f), by, f.witness, f.hint, linted.fingerprints[i]});
    }
  return out;
}

}  // namespace fwsim
