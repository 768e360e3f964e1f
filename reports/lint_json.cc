#include <nlohmann/json.hpp>

#include "reports/host_lines.hh"
#include "reports/json_text.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json place_json(const Spot& place) {
  Json j;
  j["name"] = place.name;
  j["file"] = place.file;
  if (place.line != 0) j["line"] = place.line;
  return j;
}

Json fix_json(const Fix& fix) {
  Json j{{"title", fix.title}, {"safe", fix.safe}, {"edits", Json::array()}};
  for (const LineEdit& e : line_edits(fix.edits)) j["edits"].push_back({{"line", e.line}, {"count", e.count}, {"text", e.text}});
  return j;
}

Json finding_json(const LintedRuleset& linted, std::size_t index) {
  const Finding& f = linted.result.findings[index];
  Json j;
  j["id"] = f.id;
  j["check"] = f.check;
  j["severity"] = severity_word(f.severity);
  j["certainty"] = certainty_word(f.certainty);
  if (!f.proof.empty()) j["proof"] = f.proof;
  j["place"] = place_json(f.place);
  if (const std::string text = rule_text(linted, f); !text.empty()) j["rule"] = text;
  j["text"] = f.text;
  j["by"] = Json::array();
  for (const Spot& place : f.by) j["by"].push_back(place_json(place));
  if (!f.witness.empty()) j["packet"] = f.witness;
  if (!f.hint.empty()) j["hint"] = f.hint;
  if (f.fix) j["fix"] = fix_json(*f.fix);
  j["fingerprint"] = linted.fingerprints[index];
  return j;
}

Json ruleset_json(const LintedRuleset& linted) {
  Json j;
  j["file"] = linted.file;
  j["family"] = family_word(linted.family);
  j["rules"] = linted.rules;
  if (!linted.digest.empty()) j["digest"] = linted.digest;
  if (linted.known != 0) j["known"] = linted.known;
  j["findings"] = Json::array();
  for (std::size_t i = 0; i < linted.result.findings.size(); ++i) j["findings"].push_back(finding_json(linted, i));
  j["undecided"] = Json::array();
  for (const UndecidedCheck& u : linted.result.undecided) j["undecided"].push_back({{"check", u.check}, {"place", place_json(u.place)}});
  for (const Suppressed& s : linted.result.suppressed) {
    Json one{{"id", s.finding.id}, {"check", s.finding.check}, {"place", place_json(s.finding.place)}, {"text", s.finding.text}, {"where", s.where}};
    if (!s.reason.empty()) one["reason"] = s.reason;
    j["suppressed"].push_back(std::move(one));
  }
  for (const LeftOut& l : linted.result.left_out) j["left_out"][l.manager] = l.findings;
  return j;
}

}  // namespace

std::string lint_json(const LintReport& report) {
  Json all = {{"version", 1}, {"rulesets", Json::array()}};
  for (const LintedRuleset& linted : report.rulesets) all["rulesets"].push_back(ruleset_json(linted));
  return to_text(all);
}

std::string lint_ndjson(const LintReport& report) {
  std::vector<Json> rulesets;
  for (const LintedRuleset& linted : report.rulesets) rulesets.push_back(ruleset_json(linted));
  return host_lines(report.host, rulesets, report.diagnostics);
}

}  // namespace fwsim
