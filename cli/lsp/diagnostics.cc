#include "cli/lsp/diagnostics.hh"

#include <fmt/format.h>

#include <filesystem>

#include "cli/lsp/file_uri.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

constexpr int hint_severity = 4;   // DiagnosticSeverity.Hint
constexpr int unnecessary = 1;     // DiagnosticTag.Unnecessary: shown faded

int severity_number(Severity severity) { return static_cast<int>(severity) + 1; }

// Lines of files count from 1; what has none is said at the beginning.
std::size_t place_of(unsigned line) { return line == 0 ? 0 : line - 1; }

Json diagnostic(Json range, int severity, const std::string& text) {
  return {{"range", std::move(range)}, {"severity", severity}, {"source", "fwsim"}, {"message", text}};
}

std::string with_hint(std::string text, const std::string& hint) { return hint.empty() ? text : fmt::format("{}\n{}", text, hint); }

Json location(const LspDocument& document, const Spot& place) {
  if (place.file == document.file()) return {{"uri", document.uri()}, {"range", document.line_range(place_of(place.line))}};
  const Json at{{"line", place_of(place.line)}, {"character", 0}};
  return {{"uri", uri_of_path(std::filesystem::absolute(place.file).string())}, {"range", {{"start", at}, {"end", at}}}};
}

}  // namespace

Json fault_diagnostic(const LspDocument& document, const Diagnostic& fault) {
  const std::size_t line = place_of(fault.line);
  const std::size_t from = fault.column - 1, end = std::min<std::size_t>(from + fault.width, document.line(line).size());
  Json range = fault.column == 0 ? document.line_range(line) : document.range(line, from, end);
  const std::string text = fault.times == 1 ? fault.text : fmt::format("{} more: {}", fault.times, fault.text);
  Json out = diagnostic(std::move(range), severity_number(fault.severity), with_hint(text, fault.hint));
  out["code"] = fault.id;
  return out;
}

Json elsewhere_diagnostic(Severity severity, unsigned line, const std::string& id, const std::string& text) {
  const std::size_t at = place_of(line);
  Json out = diagnostic({{"start", {{"line", at}, {"character", 0}}}, {"end", {{"line", at + 1}, {"character", 0}}}}, severity_number(severity), text);
  out["code"] = id;
  return out;
}

Json note_diagnostic(const LspDocument& document, const std::string& text) { return diagnostic(document.range(0, 0, 0), severity_number(Severity::note), text); }

Json finding_diagnostic(const LspDocument& document, const LspClient& client, const LintedRuleset& linted, const Finding& finding) {
  Json out = diagnostic(document.line_range(place_of(finding.place.line)), severity_number(finding.severity), with_hint(sentence(finding), finding.hint));
  out["code"] = finding.id;
  if (client.tags && finding.mend != Mend::none) out["tags"] = Json::array({unnecessary});
  if (!client.related) return out;
  for (const Spot& place : finding.by) {
    const std::string rule = linted.source ? linted.source(place) : "";
    out["relatedInformation"].push_back({{"location", location(document, place)}, {"message", rule.empty() ? place.name : fmt::format("{}: {}", place.name, rule)}});
  }
  return out;
}

Json undecided_diagnostic(const LspDocument& document, const UndecidedCheck& undecided) {
  Json out = diagnostic(document.line_range(place_of(undecided.place.line)), hint_severity,
                        fmt::format("{}: whether {} finds it could not be decided", undecided.place.name, undecided.check));
  out["code"] = undecided.id;
  return out;
}

}  // namespace fwsim
