#include "parser/link_json.hh"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "model/value.hh"

namespace fwsim {
namespace {

using nlohmann::json;

std::optional<json> array_of(std::string_view text, std::string_view command, const std::string& file,
                             Diagnostics& diagnostics) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::array();
  json parsed = json::parse(text, nullptr, false);
  if (parsed.is_array()) return parsed;
  diagnostics.push_back({.severity = Severity::error,
                         .file = file,
                         .id = "snapshot",
                         .text = fmt::format("this is not what `{}` prints", command)});
  return std::nullopt;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool lists(const json& object, const char* key, std::string_view word) {
  const auto found = object.find(key);
  return found != object.end() && found->is_array() &&
         std::any_of(found->begin(), found->end(), [&](const json& w) { return w.is_string() && w == word; });
}

std::optional<std::uint64_t> mac_of(const std::string& text) {
  Value value;
  const std::string_view word = text;
  if (kinds::mac.read({}, {&word, 1}, value)) return std::nullopt;
  return std::get<NumRange>(value).low;
}

}  // namespace

bool read_neighbours(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics) {
  const auto objects = array_of(text, "ip -json neighbour", file, diagnostics);
  if (!objects) return false;
  host.neighbours.clear();
  for (const json& object : *objects) {
    if (!object.is_object() || lists(object, "state", "FAILED") || lists(object, "state", "INCOMPLETE")) continue;
    const std::string address = text_of(object, "dst");
    const Family family = address.find(':') == address.npos ? Family::v4 : Family::v6;
    const auto read = read_address(family, address);
    const auto mac = mac_of(text_of(object, "lladdr"));
    if (read && mac)
      host.neighbours.push_back({.family = family, .address = *read, .mac = *mac, .device = text_of(object, "dev")});
  }
  return true;
}

// Only entries of a bridge count, not the filters of its ports, nor the addresses of the host itself.
bool read_stations(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics) {
  const auto objects = array_of(text, "bridge -json fdb", file, diagnostics);
  if (!objects) return false;
  host.stations.clear();
  for (const json& object : *objects) {
    if (!object.is_object() || text_of(object, "master").empty() || text_of(object, "state") == "permanent") continue;
    if (const auto mac = mac_of(text_of(object, "mac")))
      host.stations.push_back({.mac = *mac, .port = text_of(object, "ifname"), .fixed = text_of(object, "state") == "static"});
  }
  return true;
}

}  // namespace fwsim
