// The lines of the control socket.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/json_text.hh"
#include "reports/live_report.hh"

namespace fwsim {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return to_text(json, -1) + "\n"; }

Json start(std::string_view word) {
  Json j;
  j["do"] = word;
  return j;
}

double rounded(double value) { return std::round(value * 10) / 10; }

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Json> read_object(std::string_view line) {
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

constexpr std::string_view record_names[] = {"log", "nflog", "audit", "trace", "other", "conntrack"};

}  // namespace

std::string request_json(const LiveRequest& request) {
  Json j = start(request.word);
  if (!request.filter.empty()) j["filter"] = request.filter;
  return line_of(j);
}

std::optional<LiveRequest> read_request(std::string_view line, std::string& why) {
  const auto json = read_object(line);
  if (!json) {
    why = "this is no JSON object";
    return std::nullopt;
  }
  for (const auto& [key, value] : json->items())
    if ((key != "do" && key != "filter") || !value.is_string()) {
      why = key != "do" && key != "filter" ? fmt::format("there is no \"{}\" here", key) : fmt::format("\"{}\" must be a text", key);
      return std::nullopt;
    }
  LiveRequest request{.word = text_at(*json, "do"), .filter = text_at(*json, "filter")};
  if (!request.word.empty()) return request;
  why = "it does not say what to do";
  return std::nullopt;
}

std::string answer_json(std::string_view word, bool ok, std::string_view text, std::string_view hint) {
  Json j = start(word);
  j["ok"] = ok;
  if (!text.empty()) j[ok ? "text" : "error"] = text;
  if (!hint.empty()) j["hint"] = hint;
  return line_of(j);
}

std::string status_json(std::string_view word, const LiveStatus& s) {
  Json j = start(word);
  j["ok"] = true;
  j["mode"] = s.mode;
  j["uptime"] = rounded(s.uptime);
  j["rules"] = {{"ipv4", s.files[0].empty() ? Json() : Json(s.files[0])}, {"ipv6", s.files[1].empty() ? Json() : Json(s.files[1])}};
  j["packets"] = s.packets;
  j["bytes"] = s.bytes;
  for (std::size_t f = 0; f < s.fates.size(); ++f) j["fates"][std::string(fate_name(static_cast<Fate>(f)))] = s.fates[f];
  j["packets_per_second"] = rounded(s.packets_per_second);
  j["bits_per_second"] = rounded(s.bits_per_second);
  j["connections"] = s.connections;
  j["connections_max"] = s.most_connections == 0 ? Json() : Json(s.most_connections);
  j["reloads"] = s.reloads;
  j["reloads_refused"] = s.refused_reloads;
  j["rollbacks"] = s.rollbacks;
  j["confirm_within"] = s.confirm_within ? Json(rounded(*s.confirm_within)) : Json();
  j["troubles"] = Json::object();
  for (const auto& [what, times] : s.troubles) j["troubles"][what] = times;
  j["text"] = status_text(s);
  return line_of(j);
}

std::string item_json(std::string_view word, std::string_view text) {
  Json j = start(word);
  j["text"] = text;
  return line_of(j);
}

std::string ruleset_json(std::string_view word, Family family, std::string_view text) {
  Json j = start(word);
  j["family"] = family == Family::v4 ? "ipv4" : "ipv6";
  j["text"] = text;
  return line_of(j);
}

std::string traced_json(std::string_view word, const Traced& traced, std::string_view text, const ReportContext& context) {
  Json j = start(word);
  j["packet"] = Json::parse(json_of(traced, context));
  j["text"] = text;
  return line_of(j);
}

std::string lost_json(std::string_view word, std::uint64_t lost) {
  Json j = start(word);
  j["lost"] = lost;
  j["text"] = fmt::format("({} packets are not shown: this reader is too slow)\n", lost);
  return line_of(j);
}

std::optional<LiveAnswer> read_answer(std::string_view line) {
  const auto json = read_object(line);
  if (!json) return std::nullopt;
  LiveAnswer answer{.ok = {}, .text = text_at(*json, "text"), .error = text_at(*json, "error"), .hint = text_at(*json, "hint")};
  if (const auto ok = json->find("ok"); ok != json->end() && ok->is_boolean()) answer.ok = ok->get<bool>();
  return answer;
}

std::string record_json(const Record& record, const Packet& packet, std::int64_t time) {
  Json j;
  j["time"] = time_text(time);
  j["kind"] = record_names[static_cast<std::size_t>(record.kind)];
  j["hook"] = hook_name(record.hook);
  if (record.kind == Record::Kind::log) j["level"] = record.level;
  if (record.kind == Record::Kind::nflog) {
    j["group"] = record.group;
    j["prefix"] = record.text;
  }
  j["text"] = record_text(record, packet);
  j["packet"] = packet_text(packet);
  return line_of(j);
}

}  // namespace fwsim
