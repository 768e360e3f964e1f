#include <nlohmann/json.hpp>

#include "reports/lint_report.hh"

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

Json finding_json(const Finding& f, const std::function<std::string(const Spot&)>& source) {
  constexpr const char* severities[] = {"error", "warning", "note"};
  Json j;
  j["id"] = f.id;
  j["check"] = f.check;
  j["severity"] = severities[static_cast<std::size_t>(f.severity)];
  j["certainty"] = f.certainty == Certainty::proved ? "proved" : "may";
  if (!f.proof.empty()) j["proof"] = f.proof;
  j["place"] = place_json(f.place);
  if (source && !f.of_chain)
    if (const std::string text = source(f.place); !text.empty()) j["rule"] = text;
  j["text"] = f.text;
  j["by"] = Json::array();
  for (const Spot& place : f.by) j["by"].push_back(place_json(place));
  if (!f.witness.empty()) j["packet"] = f.witness;
  if (!f.hint.empty()) j["hint"] = f.hint;
  return j;
}

}  // namespace

std::string lint_json(const std::vector<LintedRuleset>& list) {
  Json all = Json::array();
  for (const LintedRuleset& linted : list) {
    Json j;
    j["file"] = linted.file;
    j["family"] = linted.family == Family::v4 ? "ipv4" : "ipv6";
    j["rules"] = linted.rules;
    j["findings"] = Json::array();
    for (const Finding& f : linted.result->findings) j["findings"].push_back(finding_json(f, linted.source));
    j["undecided"] = Json::array();
    for (const UndecidedCheck& u : linted.result->undecided) j["undecided"].push_back({{"check", u.check}, {"place", place_json(u.place)}});
    j["suppressed"] = Json::array();
    for (const Suppressed& s : linted.result->suppressed) {
      Json one = finding_json(s.finding, linted.source);
      one["reason"] = s.reason;
      one["where"] = s.where;
      j["suppressed"].push_back(std::move(one));
    }
    j["left_out"] = Json::object();
    for (const LeftOut& l : linted.result->left_out) j["left_out"][l.manager] = l.findings;
    all.push_back(std::move(j));
  }
  return all.dump(2) + "\n";
}

}  // namespace fwsim
