#include "reports/proof_text.hh"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace fwsim {

using Json = nlohmann::ordered_json;

std::string text_of(const RulePlace& place) {
  if (place.name.empty()) return "no rule";
  return place.line == 0 ? place.name : fmt::format("{} ({}:{})", place.name, place.file, place.line);
}

Json json_value(const RulePlace& place) {
  if (place.name.empty()) return Json();
  Json j;
  j["name"] = place.name;
  j["file"] = place.file;
  j["line"] = place.line;
  return j;
}

Json json_value(const PieceText& piece) {
  Json j;
  j["text"] = piece.text;
  j["fields"] = Json::object();
  for (const auto& [name, value] : piece.fields) j["fields"][name] = value;
  return j;
}

Json json_value(const AnsweredClass& c) {
  Json j;
  j["way"] = way_name(c.way);
  j["fate"] = piece_fate_name(c.fate);
  j["may"] = c.may;
  j["by"] = json_value(c.by);
  j["packets"] = Json::array();
  for (const PieceText& piece : c.pieces) j["packets"].push_back(json_value(piece));
  j["example"] = c.packet.empty() ? Json() : Json(c.packet);
  return j;
}

std::string_view fate_text(PieceFate fate, bool may) {
  switch (fate) {
    case PieceFate::passed: return may ? "may pass" : "passed";
    case PieceFate::dropped: return may ? "may be dropped" : "dropped";
    case PieceFate::rejected: return may ? "may be rejected" : "rejected";
    case PieceFate::queued: return may ? "may be queued to a program" : "queued to a program";
    case PieceFate::diverted: return may ? "may be diverted to a socket" : "diverted to a socket";
    case PieceFate::unknown: return "not known what becomes of it";
    case PieceFate::reached: return "reached";
  }
  return {};
}

std::string lines_of(const std::vector<PieceText>& pieces, std::string_view indent, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size() && i < most; ++i) out += fmt::format("{}{}\n", indent, pieces[i].text);
  if (pieces.size() > most) out += fmt::format("{}and {} more\n", indent, pieces.size() - most);
  return out;
}

std::string dump_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace fwsim
