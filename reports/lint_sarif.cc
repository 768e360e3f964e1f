// SARIF 2.1.0 (OASIS), as GitHub code scanning and editors read it. One run; the checks are its rules.
#include <fmt/format.h>

#include <algorithm>

#include "reports/json_text.hh"
#include "reports/lint_formats.hh"
#include "reports/lint_words.hh"
#include "reports/uri.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

std::string fenced(std::string_view text) { return fmt::format("```\n{}{}```\n", text, text.empty() || text.back() == '\n' ? "" : "\n"); }

Json rule_json(const Check& check) {
  const std::string help = fmt::format("{}\n\nFound in:\n\n{}\nNot in:\n\n{}", check.why, fenced(check.bad), fenced(check.good));
  return {{"id", check.id},
          {"name", check.name},
          {"shortDescription", {{"text", check.title}}},
          {"fullDescription", {{"text", check.why}}},
          {"help", {{"text", fmt::format("{}\n\nFound in:\n{}\nNot in:\n{}", check.why, check.bad, check.good)}, {"markdown", help}}},
          {"defaultConfiguration", {{"enabled", check.on}, {"level", severity_word(check.severity)}}},
          {"properties", {{"tags", {"iptables", "firewall"}}}}};
}

// A URI reference (RFC 3986): relative files stay so, which is what services resolve against the repository.
std::string uri(const std::string& file) {
  const std::string_view path = file.rfind("./", 0) == 0 ? std::string_view(file).substr(2) : std::string_view(file);
  return (!file.empty() && file[0] == '/' ? "file://" : "") + percent_encoded(path);
}

Json location(const Spot& place) {
  Json physical = {{"artifactLocation", {{"uri", uri(place.file)}}}};
  if (place.line != 0) physical["region"] = {{"startLine", place.line}};
  const bool chain = std::count(place.name.begin(), place.name.end(), '/') < 2;
  return {{"physicalLocation", std::move(physical)},
          {"logicalLocations", {{{"fullyQualifiedName", place.name}, {"kind", chain ? "chain" : "rule"}}}}};
}

// 3.55. A line is deleted up to the first column of the next, its end included.
Json fix_json(const Fix& fix, const std::string& file) {
  Json replacements = Json::array();
  for (const LineEdit& e : line_edits(fix.edits)) {
    Json r = {{"deletedRegion", {{"startLine", e.line}, {"startColumn", 1}, {"endLine", e.line + e.count}, {"endColumn", 1}}}};
    if (!e.text.empty()) r["insertedContent"] = {{"text", e.text}};
    replacements.push_back(std::move(r));
  }
  Json change = {{"artifactLocation", {{"uri", uri(file)}}}, {"replacements", std::move(replacements)}};
  return {{"description", {{"text", fix.title}}}, {"artifactChanges", Json::array({std::move(change)})}};
}

Json result(const LintedRuleset& linted, std::size_t index, const std::vector<const Check*>& checks) {
  const Finding& f = linted.result.findings[index];
  Json j = {{"ruleId", f.id}};
  const auto check = std::find_if(checks.begin(), checks.end(), [&](const Check* c) { return c->id == f.id; });
  if (check != checks.end()) j["ruleIndex"] = check - checks.begin();
  j["level"] = severity_word(f.severity);
  j["message"] = {{"text", sentence(f) + (f.hint.empty() ? "" : fmt::format("\n{}", f.hint))}};
  j["locations"] = Json::array({location(f.place)});
  for (std::size_t i = 0; i < f.by.size(); ++i) {
    Json by = location(f.by[i]);
    by["id"] = i + 1;
    by["message"] = {{"text", f.by[i].name}};
    j["relatedLocations"].push_back(std::move(by));
  }
  if (f.fix) j["fixes"] = Json::array({fix_json(*f.fix, f.place.file)});
  j["partialFingerprints"] = {{"fwsimFinding/v1", linted.fingerprints[index]}};
  j["properties"] = {{"certainty", certainty_word(f.certainty)}};
  if (const std::string rule = rule_text(linted, f); !rule.empty()) j["properties"]["rule"] = rule;
  if (!f.witness.empty()) j["properties"]["packet"] = f.witness;
  if (!f.proof.empty()) j["properties"]["proof"] = f.proof;
  return j;
}

// What could not be decided is no result; it is said of the run.
Json notification(const UndecidedCheck& u) {
  return {{"level", "note"},
          {"message", {{"text", fmt::format("not decided: {} [{}]", u.place.name, u.check)}}},
          {"locations", Json::array({location(u.place)})}};
}

}  // namespace

std::string lint_sarif(const LintReport& report) {
  Json rules = Json::array(), results = Json::array(), notifications = Json::array();
  for (const Check* check : report.checks) rules.push_back(rule_json(*check));
  for (const LintedRuleset& linted : report.rulesets) {
    for (std::size_t i = 0; i < linted.result.findings.size(); ++i) results.push_back(result(linted, i, report.checks));
    for (const UndecidedCheck& u : linted.result.undecided) notifications.push_back(notification(u));
  }
  Json driver = {{"name", "fwsim"}};
  if (!report.version.empty()) driver["semanticVersion"] = report.version;
  driver["rules"] = std::move(rules);
  Json run = {{"tool", {{"driver", std::move(driver)}}}};
  run["invocations"] = Json::array({{{"executionSuccessful", true}, {"toolExecutionNotifications", std::move(notifications)}}});
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  return to_text({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}});
}

}  // namespace fwsim
