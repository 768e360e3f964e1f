#include "parser/ip_json.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "model/json.hh"
#include "model/value.hh"
#include "parser/iproute.hh"

namespace fwsim {
namespace {

using nlohmann::json;

// One of these texts, with the words for what is wrong in it.
class JsonReader {
 public:
  JsonReader(const std::string& file, Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  // The objects of the top array; nothing (and a diagnostic) when the text is no such array. ip prints
  // nothing at all where there is nothing to print.
  std::optional<json> objects(std::string_view text, std::string_view command) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::array();
    json parsed = json::parse(text, nullptr, false);
    if (parsed.is_array()) return parsed;
    report(Severity::error, fmt::format("this is not what `{}` prints", command),
           text.find('{') == std::string_view::npos ? "the -json is missing" : "the text is cut off or changed");
    return std::nullopt;
  }
  void report(Severity severity, std::string text, std::string hint = {}) {
    diagnostics_.push_back(
        {.severity = severity, .file = file_, .id = "snapshot", .text = std::move(text), .hint = std::move(hint)});
  }

 private:
  const std::string& file_;
  Diagnostics& diagnostics_;
};

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number_unsigned()) return std::to_string(found->get<std::uint64_t>());
  return {};
}

std::uint64_t number_of(const json& object, const char* key, std::uint64_t otherwise) {
  return read_number(text_of(object, key)).value_or(otherwise);
}

bool has_flag(const json& object, std::string_view flag) {
  const auto flags = object.find("flags");
  if (flags == object.end() || !flags->is_array()) return false;
  return std::any_of(flags->begin(), flags->end(),
                     [&](const json& f) { return f.is_string() && f.get<std::string>() == flag; });
}

bool is_true(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

bool is_false(const json& object, const char* key) { return object.contains(key) && !is_true(object, key); }

std::optional<Family> family_of(const json& object) {
  const std::string name = text_of(object, "family");
  if (name == "inet") return Family::v4;
  if (name == "inet6") return Family::v6;
  return std::nullopt;
}

std::uint64_t mac_of(const std::string& text) {
  std::uint64_t mac = 0;
  const auto groups = split(text, ':');
  if (groups.size() != 6) return 0;
  for (std::string_view group : groups) mac = (mac << 8) | (read_number("0x" + std::string(group)).value_or(0) & 0xff);
  return mac;
}

std::optional<InterfaceAddress> address_of(const json& object) {
  const auto family = object.is_object() ? family_of(object) : std::nullopt;
  if (!family) return std::nullopt;
  const auto address = read_address(*family, text_of(object, "local"));
  if (!address) return std::nullopt;
  InterfaceAddress a{.family = *family, .address = *address};
  a.length = static_cast<unsigned>(std::min<std::uint64_t>(address_bits(*family), number_of(object, "prefixlen", 128)));
  a.peer = read_address(*family, text_of(object, "address"));
  if (text_of(object, "address").empty()) a.peer.reset();
  if (const std::string broadcast = text_of(object, "broadcast"); !broadcast.empty())
    a.broadcast = read_address(*family, broadcast);
  a.prefix_route = !is_true(object, "noprefixroute");
  a.scope = read_scope(text_of(object, "scope"));
  return a;
}

// What `ip -details` tells of a device, and of the bridge that it is or is a port of.
std::string kind_of(const json& object, Interface& i) {
  const auto info = object.find("linkinfo");
  if (info == object.end() || !info->is_object()) return {};
  if (const auto port = info->find("info_slave_data"); port != info->end() && port->is_object())
    i.port = {.hairpin = is_true(*port, "hairpin"),
              .isolated = is_true(*port, "isolated"),
              .learning = !is_false(*port, "learning"),
              .flood = !is_false(*port, "flood"),
              .multicast_flood = !is_false(*port, "mcast_flood"),
              .broadcast_flood = !is_false(*port, "bcast_flood")};
  if (const auto data = info->find("info_data"); data != info->end() && data->is_object())
    i.bridge_nf_call = {number_of(*data, "nf_call_iptables", 0) != 0, number_of(*data, "nf_call_ip6tables", 0) != 0};
  return text_of(*info, "info_kind");
}

std::optional<Interface> interface_of(const json& object) {
  if (!object.is_object() || text_of(object, "ifname").empty()) return std::nullopt;
  Interface i{.name = text_of(object, "ifname")};
  i.index = static_cast<unsigned>(number_of(object, "ifindex", 0));
  i.loopback = has_flag(object, "LOOPBACK");
  i.up = has_flag(object, "UP");
  i.mtu = static_cast<unsigned>(number_of(object, "mtu", 1500));
  i.group = static_cast<unsigned>(number_of(object, "group", 0));
  i.master = text_of(object, "master");
  i.kind = kind_of(object, i);
  // The loopback has Ethernet headers too, with addresses of zeros.
  i.ethernet = text_of(object, "link_type") == "ether" || i.loopback;
  if (i.ethernet) i.mac = mac_of(text_of(object, "address"));
  if (const auto list = object.find("addr_info"); list != object.end() && list->is_array())
    for (const json& entry : *list)
      if (const auto address = address_of(entry)) i.addresses.push_back(*address);
  return i;
}

// Without -details a master's kind is not printed; bonds and VRFs have a flag that bridges have not.
void name_masters(const json& objects, Host& host) {
  for (const json& object : objects) {
    const Interface* member = object.is_object() ? host.find(text_of(object, "ifname")) : nullptr;
    if (!member || member->master.empty()) continue;
    for (const json& other : objects)
      if (other.is_object() && text_of(other, "ifname") == member->master && !has_flag(other, "MASTER"))
        if (Interface& master = interface_named(host, member->master); master.kind.empty()) master.kind = "bridge";
  }
}

// "10.0.0.0/8", "default", or an address without length.
std::optional<Prefix> prefix_of(Family family, const std::string& text) {
  if (text == "default" || text == "all" || text.empty()) return Prefix{};
  return read_prefix(family, text);
}

std::optional<NextHop> hop_of(Family family, const json& object) {
  NextHop hop{.device = text_of(object, "dev")};
  if (has_flag(object, "dead") || hop.device.empty()) return std::nullopt;
  if (const std::string gateway = text_of(object, "gateway"); !gateway.empty())
    hop.gateway = read_address(family, gateway);
  hop.weight = static_cast<unsigned>(number_of(object, "weight", 1));
  return hop;
}

// A type by name, or by number as `ip -N` prints it.
RouteType type_of(const std::string& text) {
  if (const auto number = read_number(text); number && *number <= static_cast<std::uint64_t>(RouteType::xresolve))
    return static_cast<RouteType>(*number);
  return read_route_type(text).value_or(RouteType::unspec);
}

std::optional<Route> route_of(Family family, const json& object) {
  if (!object.is_object()) return std::nullopt;
  Route route{.family = family};
  const auto destination = prefix_of(family, text_of(object, "dst"));
  const std::string type = text_of(object, "type"), table = text_of(object, "table");
  if (!destination || prefix_length(family, destination->mask) < 0) return std::nullopt;
  route.destination = *destination;
  if (!type.empty()) route.type = type_of(type);
  const auto id = table.empty() ? std::optional<std::uint32_t>(254) : read_route_table(table);
  if (!id || route.type == RouteType::unspec) return std::nullopt;
  route.table = *id;
  route.metric = static_cast<std::uint32_t>(number_of(object, "metric", 0));
  route.tos = static_cast<std::uint8_t>(number_of(object, "tos", 0));
  if (const std::string source = text_of(object, "prefsrc"); !source.empty())
    route.source = read_address(family, source);
  if (const auto flow = object.find("flow"); flow != object.end() && flow->is_object())
    route.realm =
        static_cast<std::uint32_t>((number_of(*flow, "from", 0) & 0xffff) << 16 | (number_of(*flow, "to", 0) & 0xffff));
  if (const auto metrics = object.find("metrics"); metrics != object.end() && metrics->is_array())
    for (const json& metric : *metrics)
      if (metric.is_object()) route.mtu = static_cast<unsigned>(number_of(metric, "mtu", route.mtu));
  route.kernel = text_of(object, "protocol") == "kernel" || text_of(object, "protocol") == "2";
  if (const auto hops = object.find("nexthops"); hops != object.end() && hops->is_array()) {
    for (const json& entry : *hops)
      if (entry.is_object())
        if (const auto hop = hop_of(family, entry)) route.hops.push_back(*hop);
  } else if (const auto hop = hop_of(family, object)) {
    route.hops.push_back(*hop);
  }
  return route;
}

// A port or user: one number, or "_start" and "_end".
std::optional<Range> range_of(const json& object, const std::string& key) {
  if (const auto one = read_number(text_of(object, key.c_str()))) return Range{*one, *one};
  const auto low = read_number(text_of(object, (key + "_start").c_str()));
  const auto high = read_number(text_of(object, (key + "_end").c_str()));
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

std::optional<Prefix> rule_prefix(Family family, const json& object, const char* key, const char* length_key) {
  std::string text = text_of(object, key);
  if (text.empty() || text == "all") return Prefix{};
  if (const std::string length = text_of(object, length_key); !length.empty()) text += '/' + length;
  return read_prefix(family, text);
}

std::optional<RoutingRule> rule_of(Family family, const json& object) {
  if (!object.is_object() || object.contains("l3mdev")) return std::nullopt;
  RoutingRule rule{.family = family, .priority = static_cast<std::uint32_t>(number_of(object, "priority", 0))};
  const auto from = rule_prefix(family, object, "src", "srclen"), to = rule_prefix(family, object, "dst", "dstlen");
  if (!from || !to) return std::nullopt;
  rule.from = *from;
  rule.to = *to;
  rule.invert = object.contains("not");
  if (object.contains("fwmark")) {
    rule.mark = static_cast<std::uint32_t>(number_of(object, "fwmark", 0));
    rule.mark_mask = static_cast<std::uint32_t>(number_of(object, "fwmask", 0xffffffff));
  }
  rule.tos = static_cast<std::uint8_t>(number_of(object, "tos", 0));
  rule.iif = text_of(object, "iif");
  rule.oif = text_of(object, "oif");
  if (const std::string protocol = text_of(object, "ipproto"); !protocol.empty())
    rule.ipproto = static_cast<std::uint8_t>(read_protocol(protocol).value_or(255));
  rule.sport = range_of(object, "sport");
  rule.dport = range_of(object, "dport");
  rule.uids = range_of(object, "uid");
  rule.suppress_length =
      object.contains("suppress_prefixlen") ? static_cast<int>(number_of(object, "suppress_prefixlen", 0) & 0xff) : -1;
  if (object.contains("goto")) rule.go_to = static_cast<std::uint32_t>(number_of(object, "goto", 0));
  rule.nothing = object.contains("nop");
  if (const std::string action = text_of(object, "action"); !action.empty())
    rule.action = type_of(action);
  if (const std::string table = text_of(object, "table"); !table.empty()) {
    const auto id = read_route_table(table);
    if (!id) return std::nullopt;
    rule.table = *id;
  }
  return rule;
}

// Reads each object with `read`; those that cannot be read are counted in a warning.
template <class T, class Read>
std::vector<T> read_all(const json& objects, std::string_view what, JsonReader& reader, Read read) {
  std::vector<T> list;
  std::string first;
  std::size_t skipped = 0;
  for (const json& object : objects) {
    if (object.is_object() && object.empty()) continue;  // what ip prints for filtered entries
    if (auto one = read(object)) {
      list.push_back(std::move(*one));
    } else if (skipped++ == 0) {
      first = object.dump(-1, ' ', false, json::error_handler_t::replace);
    }
  }
  if (skipped > 0)
    reader.report(Severity::warning,
                  fmt::format("{} of {} {} are not understood and left out", skipped, objects.size(), what),
                  fmt::format("the first: {}", first));
  return list;
}

}  // namespace

bool read_addr_json(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics) {
  JsonReader reader(file, diagnostics);
  const auto objects = reader.objects(text, "ip -json address");
  if (!objects) return false;
  host.interfaces = read_all<Interface>(*objects, "devices", reader, interface_of);
  name_masters(*objects, host);
  interface_named(host, "lo");
  return true;
}

bool read_route_json(std::string_view text, const std::string& file, Family family, Host& host,
                     Diagnostics& diagnostics) {
  JsonReader reader(file, diagnostics);
  const auto objects =
      reader.objects(text, family == Family::v4 ? "ip -json route show table all" : "ip -6 -json route show table all");
  if (!objects) return false;
  auto& routes = host.routes;
  routes.erase(std::remove_if(routes.begin(), routes.end(), [&](const Route& r) { return r.family == family; }),
               routes.end());
  // `ip route show table all` without -4 lists both families: those of the other are left to its own file.
  const auto of_family = [&](const json& object) {
    const std::string all =
        object.is_object() ? text_of(object, "dst") + text_of(object, "gateway") + text_of(object, "pref") : "";
    return (family == Family::v6) ==
           (all.find(':') != std::string::npos || (object.is_object() && object.contains("pref")));
  };
  json own = json::array();
  for (const json& object : *objects)
    if (of_family(object)) own.push_back(object);
  for (Route& route : read_all<Route>(own, "routes", reader, [&](const json& o) { return route_of(family, o); }))
    routes.push_back(std::move(route));
  host.routes_complete[static_cast<std::size_t>(family)] = true;
  return true;
}

bool read_rule_json(std::string_view text, const std::string& file, Family family, Host& host,
                    Diagnostics& diagnostics) {
  JsonReader reader(file, diagnostics);
  const auto objects = reader.objects(text, family == Family::v4 ? "ip -json rule" : "ip -6 -json rule");
  if (!objects) return false;
  auto& rules = host.rules;
  rules.erase(std::remove_if(rules.begin(), rules.end(), [&](const RoutingRule& r) { return r.family == family; }),
              rules.end());
  for (RoutingRule& rule :
       read_all<RoutingRule>(*objects, "rules", reader, [&](const json& o) { return rule_of(family, o); }))
    rules.push_back(std::move(rule));
  // A kernel without policy routing prints none.
  host.rules_complete[static_cast<std::size_t>(family)] = !objects->empty();
  return true;
}

bool read_neigh_json(std::string_view text, const std::string& file, Host& host, Diagnostics& diagnostics) {
  JsonReader reader(file, diagnostics);
  const auto objects = reader.objects(text, "ip -json neigh");
  if (!objects) return false;
  host.neighbours.clear();
  for (const json& object : *objects) {
    if (!object.is_object()) continue;
    const std::string address = text_of(object, "dst"), mac = text_of(object, "lladdr");
    const Family family = address.find(':') == address.npos ? Family::v4 : Family::v6;
    const auto value = read_address(family, address);
    // Without "lladdr": nobody has answered yet.
    if (value && mac_of(mac) != 0)
      host.neighbours.push_back({.family = family, .address = *value, .device = text_of(object, "dev"), .mac = mac_of(mac)});
  }
  return true;
}

}  // namespace fwsim
