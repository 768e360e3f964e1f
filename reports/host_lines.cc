#include "reports/host_lines.hh"

#include <fmt/format.h>

#include <algorithm>

#include "reports/check_report.hh"
#include "reports/json_text.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json diagnostic_json(const Diagnostic& d) {
  Json j{{"severity", severity_word(d.severity)}, {"file", d.file}};
  if (d.line != 0) j["line"] = d.line;
  if (d.column != 0) j["column"] = d.column;
  j["id"] = d.id;
  j["text"] = d.text;
  if (!d.hint.empty()) j["hint"] = d.hint;
  if (d.times > 1) j["times"] = d.times;
  return j;
}

constexpr std::size_t most_diagnostics = 50;   // of a host

void add_diagnostics(Json& line, const Diagnostics& diagnostics) {
  if (diagnostics.empty()) return;
  Json& list = line["diagnostics"] = Json::array();
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note})
    for (const Diagnostic& d : diagnostics)
      if (d.severity == severity && list.size() < most_diagnostics) list.push_back(diagnostic_json(d));
  if (diagnostics.size() > list.size()) line["more_diagnostics"] = diagnostics.size() - list.size();
}

// The first error as a compiler would say it: "rules.v4:12:5: what is wrong".
std::string fault_words(const Diagnostics& diagnostics) {
  for (const Diagnostic& d : diagnostics) {
    if (d.severity != Severity::error) continue;
    std::string words = d.file;
    for (const unsigned number : {d.line, d.column})
      if (number != 0) words += fmt::format(":{}", number);
    return words + (words.empty() ? "" : ": ") + d.text;
  }
  return "there is no ruleset";
}

}  // namespace

std::string host_lines(const std::string& host, const std::vector<Json>& rulesets, const Diagnostics& diagnostics) {
  std::string text;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, rulesets.size()); ++i) {
    Json line{{"version", 1}, {"host", host}};
    if (rulesets.empty())
      line["fault"] = fault_words(diagnostics);
    else
      line.update(rulesets[i]);
    if (i == 0) add_diagnostics(line, diagnostics);
    text += to_text(line, -1) + "\n";
  }
  return text;
}

std::string check_ndjson(const std::string& host, const std::vector<CheckedRuleset>& rulesets, const Diagnostics& diagnostics) {
  std::vector<Json> lines;
  for (const CheckedRuleset& r : rulesets) {
    Json& line = lines.emplace_back(Json{{"file", r.file}, {"family", family_word(r.family)}, {"rules", r.rules}, {"digest", r.digest}});
    if (r.text) line["text"] = *r.text;
  }
  return host_lines(host, lines, diagnostics);
}

std::string fault_ndjson(const std::string& host, std::string said) {
  if (said.starts_with("fwsim: ")) said.erase(0, 7);
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return host_lines(host, {}, {{.severity = Severity::error, .file = {}, .id = "unreadable-host", .text = std::move(said), .hint = {}, .source = {}}});
}

}  // namespace fwsim
