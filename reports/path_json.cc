// A way through several hosts as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/path_report.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view end_names[] = {"host", "system", "outside", "stopped", "lost", "unknown"};

Json hop_json(const PathReport& report, const PathHop& hop) {
  const ReportContext& context = report.contexts[hop.host];
  Json j;
  j["host"] = report.net.name(hop.host);
  if (hop.out_link) j["link"] = report.net.links()[*hop.out_link].name;
  j["translations"] = translations(hop, context);
  const Traced traced{.number = 1, .time = hop.packet.time, .flow = packet_text(hop.packet), .result = hop.result};
  j.update(Json::parse(json_of(traced, context)));
  j.erase("format");
  j.erase("number");
  return j;
}

Json leg_json(const PathReport& report, const PathLeg& leg) {
  Json j;
  j["packet"] = packet_text(leg.packet);
  j["from"] = begin_text(report, leg);
  j["end"] = end_names[static_cast<std::size_t>(leg.end)];
  j["text"] = end_text(report, leg);
  if (leg.link) j["link"] = report.net.links()[*leg.link].name;
  if (leg.next_hop) j["next_hop"] = address_text(leg.packet.family, *leg.next_hop);
  if (leg.ended_well()) j["arrived"] = packet_text(leg.arrived);
  if (leg.loop) j["loop"] = *leg.loop;
  j["hops"] = Json::array();
  for (const PathHop& hop : leg.hops) j["hops"].push_back(hop_json(report, hop));
  return j;
}

}  // namespace

std::string json_of(const PathReport& report) {
  const PathAnswer& a = report.answer;
  Json j;
  j["format"] = 1;
  j["question"] = report.question;
  j["verdict"] = outcome_name(a.outcome);
  j["text"] = verdict_text(report);
  j["there"] = leg_json(report, a.there);
  j["back"] = a.back ? leg_json(report, *a.back) : Json();
  j["assumed"] = a.assumed;
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace fwsim
