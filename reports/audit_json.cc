#include <nlohmann/json.hpp>

#include "reports/audit_report.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(Judgement::Answer answer) {
  constexpr std::string_view words[] = {"pass", "fail", "not-applicable", "cannot-tell"};
  return words[static_cast<std::size_t>(answer)];
}

Json judgement_json(const AuditedControl::OfFamily& judged) {
  Json j;
  j["family"] = judged.family == Family::v4 ? "ipv4" : "ipv6";
  j["answer"] = word(judged.judgement.answer);
  j["why"] = judged.judgement.why;
  j["evidence"] = Json::array();
  for (const Evidence& e : judged.judgement.evidence) {
    Json one;
    one["text"] = e.text;
    one["rules"] = Json::array();
    for (const Spot& spot : e.by) {
      Json rule{{"name", spot.name}, {"file", spot.file}};
      if (spot.line != 0) rule["line"] = spot.line;
      one["rules"].push_back(std::move(rule));
    }
    if (!e.packet.empty()) one["packet"] = e.packet;
    j["evidence"].push_back(std::move(one));
  }
  j["fix"] = judged.judgement.fix;
  return j;
}

}  // namespace

std::string audit_json(const std::vector<Audit>& audits, const AuditSubject& subject) {
  Json j;
  j["format"] = 1;
  j["rulesets"] = Json::array();
  for (const auto& [file, family] : subject.rulesets) j["rulesets"].push_back({{"file", file}, {"family", family == Family::v4 ? "ipv4" : "ipv6"}});
  if (!subject.host.empty()) j["host"] = subject.host;
  if (!subject.settings.empty()) j["settings"] = subject.settings;
  j["profiles"] = Json::array();
  for (const Audit& audit : audits) {
    Json profile;
    profile["name"] = audit.profile->name;
    profile["title"] = audit.profile->title;
    profile["controls"] = Json::array();
    for (const AuditedControl& c : audit.controls) {
      Json control;
      control["id"] = c.control->id;
      control["title"] = c.control->title;
      if (!c.control->also.empty()) control["also"] = c.control->also;
      control["question"] = c.control->question->name;
      control["answer"] = word(c.answer);
      control["judged"] = Json::array();
      for (const auto& judged : c.judged) control["judged"].push_back(judgement_json(judged));
      profile["controls"].push_back(std::move(control));
    }
    j["profiles"].push_back(std::move(profile));
  }
  return j.dump(2) + "\n";
}

}  // namespace fwsim
