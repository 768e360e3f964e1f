#include "parser/bridge_json.hh"

#include <optional>

#include "model/json.hh"
#include "model/value.hh"

namespace fwsim {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> mac_of(const std::string& text) {
  Value value;
  const std::string_view word = text;
  if (kinds::mac.read({}, {&word, 1}, value)) return std::nullopt;
  return std::get<NumRange>(value).low;
}

}  // namespace

// Only entries of a bridge count, not the filters of its ports, nor the addresses of the host itself.
bool read_stations(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics) {
  const json objects = json::parse(text.empty() ? "[]" : text, nullptr, false);
  if (!objects.is_array()) {
    diagnostics.push_back({.severity = Severity::error,
                           .file = file,
                           .id = "snapshot",
                           .text = "this is not what `bridge -json fdb` prints"});
    return false;
  }
  host.stations.clear();
  for (const json& object : objects) {
    if (!object.is_object() || text_of(object, "master").empty() || text_of(object, "state") == "permanent") continue;
    if (const auto mac = mac_of(text_of(object, "mac")))
      host.stations.push_back(
          {.mac = *mac, .port = text_of(object, "ifname"), .fixed = text_of(object, "state") == "static"});
  }
  return true;
}

}  // namespace fwsim
