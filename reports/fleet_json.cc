#include "reports/fleet_report.hh"
#include "reports/json_text.hh"
#include "reports/lint_words.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

std::string_view likeness_word(Likeness likeness) {
  constexpr std::string_view words[] = {"same rules", "same packets", "differs", "not compared"};
  return words[static_cast<std::size_t>(likeness)];
}

Json counts_json(const std::array<std::size_t, 3>& findings) { return {{"errors", findings[0]}, {"warnings", findings[1]}, {"notes", findings[2]}}; }

}  // namespace

std::string fleet_json(const FleetReport& report) {
  const FleetCounts all = count(report);
  Json j{{"version", 1}, {"hosts", report.hosts.size()}, {"rulesets", all.rulesets}, {"rules", all.rules}};
  j.update(counts_json(all.findings));
  j["undecided"] = all.undecided;
  j["known"] = all.known;
  j["not_linted"] = all.checked;
  j["broken"] = Json::array();
  for (const auto& [name, host] : report.hosts)
    if (!host.fault.empty()) j["broken"].push_back({{"host", name}, {"fault", host.fault}});
  j["worst"] = Json::array();
  for (const FleetHostEntry* entry : worst_hosts(report)) {
    Json one{{"host", entry->first}};
    one.update(counts_json(entry->second.findings));
    j["worst"].push_back(std::move(one));
  }
  j["findings"] = Json::array();
  for (const FleetFindingEntry* entry : frequent_findings(report)) {
    const auto& [what, found] = *entry;
    const auto& [host, place, rule] = found.example;
    j["findings"].push_back({{"id", what[0]}, {"check", what[1]}, {"text", what[2]}, {"severity", severity_word(found.severity)}, {"times", found.times}, {"hosts", found.hosts},
                             {"example", {{"host", host}, {"place", place}, {"rule", rule}}}});
  }
  j["variants"] = Json::array();
  for (const auto& [key, variant] : report.variants)
    j["variants"].push_back({{"family", family_word(key.first)}, {"digest", key.second}, {"file", variant.file}, {"hosts", variant.hosts}});
  for (const Golden& golden : report.golden) {
    Json one{{"file", golden.file}, {"family", family_word(golden.family)}, {"without", golden.without}, {"variants", Json::array()}};
    for (const GoldenVariant& v : golden.variants) {
      one["variants"].push_back({{"likeness", likeness_word(v.likeness)}, {"file", v.file}, {"hosts", v.hosts}});
      if (!v.text.empty()) one["variants"].back()["text"] = v.text;
    }
    j["golden"].push_back(std::move(one));
  }
  return to_text(j);
}

}  // namespace fwsim
