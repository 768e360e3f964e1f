#include <nlohmann/json.hpp>

#include "reports/json_text.hh"
#include "reports/optimize_report.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

Json step_json(const OptimizeStep& step) {
  constexpr const char* kinds[] = {"removed", "merged", "listed", "moved"};
  Json j;
  j["step"] = kinds[static_cast<std::size_t>(step.kind)];
  j["chain"] = step.chain;
  j["lines"] = step.lines;
  j["rules"] = step.before;
  if (!step.after.empty()) j["becomes"] = step.after;
  if (!step.set.empty()) j["set"] = step.set;
  j["why"] = step.why;
  return j;
}

}  // namespace

std::string optimize_json(const OptimizeReport& r) {
  Json j;
  j["format"] = 1;
  j["file"] = r.file;
  j["rules"] = count_rules(r.result->before.front());
  j["rules_after"] = count_rules(r.result->after.front());
  j["steps"] = Json::array();
  for (const OptimizeStep& step : r.result->steps) j["steps"].push_back(step_json(step));
  j["not_proved"] = Json::array();
  for (const OptimizeStep& step : r.result->unproved) j["not_proved"].push_back(step_json(step));
  j["proved_at_once"] = r.result->whole.empty();
  if (!r.result->whole.empty()) j["not_decided"] = r.result->whole;
  if (r.gain) j["evaluations"] = {{"by", r.gain->source}, {"before", r.gain->before}, {"after", r.gain->after}};
  j["sets"] = Json::array();
  for (const auto& [name, set] : r.result->sets) j["sets"].push_back({{"name", name}, {"type", set.type->name}, {"elements", set.elements.size()}});
  j["left_to_programs"] = r.left;
  j["written_anew"] = r.result->anew;
  j["complete"] = !r.result->stopped;
  return to_text(j);
}

}  // namespace fwsim
