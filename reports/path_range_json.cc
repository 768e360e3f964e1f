#include <nlohmann/json.hpp>

#include "reports/path_range_report.hh"
#include "reports/proof_text.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view end_names[] = {"host", "system", "outside", "stopped", "lost", "unknown"};

Json hop_json(const PathRangeReport& report, const RangeHop& hop) {
  Json j;
  j["host"] = report.net.name(hop.host);
  j["in"] = hop.in.empty() ? Json() : Json(hop.in);
  j["out"] = hop.out.empty() ? Json() : Json(hop.out);
  if (hop.out_link) j["link"] = report.net.links()[*hop.out_link].name;
  j["fate"] = piece_fate_name(hop.fate);
  j["by"] = json_value(hop.place);
  j["translations"] = Json::array();
  for (const RangeTranslation& t : hop.translations) {
    Json one;
    one["of"] = t.source ? "source" : "destination";
    one["to"] = t.to;
    one["by"] = json_value(t.place);
    j["translations"].push_back(std::move(one));
  }
  return j;
}

Json class_json(const PathRangeReport& report, const PathClass& c) {
  Json j;
  j["text"] = class_text(report, c);
  j["end"] = end_names[static_cast<std::size_t>(c.end)];
  j["may"] = c.may;
  if (c.may) j["doubt"] = c.doubt;
  j["why"] = c.why.empty() ? Json() : Json(c.why);
  j["from"] = begin_text(report, c);
  if (c.link) j["link"] = report.net.links()[*c.link].name;
  if (c.next_hop) j["next_hop"] = address_text(report.range.family, *c.next_hop);
  if (c.loop) j["loop"] = *c.loop;
  j["hops"] = Json::array();
  for (const RangeHop& hop : c.hops) j["hops"].push_back(hop_json(report, hop));
  j["packets"] = Json::array();
  for (const PieceText& piece : c.pieces) j["packets"].push_back(json_value(piece));
  j["example"] = c.packet.empty() ? Json() : Json(c.packet);
  if (!c.arrives()) return j;
  j["answers"]["all"] = c.all_answered;
  j["answers"]["followed"] = c.tried;
  j["answers"]["back"] = c.answered;
  j["answers"]["missing"] = c.unanswered.empty() ? Json() : Json(c.unanswered);
  return j;
}

}  // namespace

std::string json_of(const PathRangeReport& report) {
  const PathRange& range = report.range;
  Json j;
  j["format"] = 1;
  j["question"] = range.question;
  j["family"] = range.family == Family::v4 ? "ipv4" : "ipv6";
  j["answer"] = share_name(range.share);
  j["text"] = verdict_text(range);
  j["complete"] = range.complete;
  j["classes"] = Json::array();
  for (const PathClass& c : range.classes) j["classes"].push_back(class_json(report, c));
  j["left_out"] = range.left_out;
  j["assumed"] = range.assumed;
  return dump_json(j);
}

}  // namespace fwsim
