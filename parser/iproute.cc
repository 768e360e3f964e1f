#include "parser/iproute.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "parser/iproute_values.hh"

namespace fwsim {
namespace {

using Fault = std::optional<TextFault>;
constexpr std::uint32_t table_default = 253, table_main = 254, table_local = 255;
constexpr std::uint32_t user_metric_v6 = 1024;  // IP6_RT_PRIO_USER

struct TypeName {
  std::string_view name;
  RouteType type;
};
constexpr TypeName type_names[] = {
    {"unicast", RouteType::unicast},         {"local", RouteType::local},       {"broadcast", RouteType::broadcast},
    {"anycast", RouteType::anycast},         {"multicast", RouteType::multicast}, {"blackhole", RouteType::blackhole},
    {"unreachable", RouteType::unreachable}, {"prohibit", RouteType::prohibit}, {"throw", RouteType::throw_},
    {"nat", RouteType::nat},                 {"xresolve", RouteType::xresolve},  {"unspec", RouteType::unspec},
};

// Needs a device to go by.
bool goes_somewhere(RouteType type) {
  return type != RouteType::blackhole && type != RouteType::unreachable && type != RouteType::prohibit &&
         type != RouteType::throw_;
}

// Options of a route that decide nothing about where packets go, with how many words follow them.
constexpr std::pair<std::string_view, unsigned> ignored_route_options[] = {
    {"proto", 1},         {"protocol", 1},
    {"scope", 1},         {"onlink", 0},
    {"advmss", 1},        {"rtt", 1},
    {"rttvar", 1},        {"window", 1},
    {"cwnd", 1},          {"ssthresh", 1},
    {"hoplimit", 1},      {"initcwnd", 1},
    {"initrwnd", 1},      {"features", 1},
    {"quickack", 1},      {"congctl", 1},
    {"pref", 1},          {"expires", 1},
    {"ttl-propagate", 1}, {"rto_min", 1},
    {"reordering", 1},    {"fastopen_no_cookie", 1},
    {"error", 1},         {"linkdown", 0},
    {"dead", 0},          {"pervasive", 0},
    {"offload", 0},       {"cache", 0},
};
constexpr std::string_view route_options[] = {"via", "dev", "src", "table", "metric", "preference", "priority", "tos",
                                              "dsfield", "mtu", "realm", "realms", "weight", "nexthop"};

class RouteReader {
 public:
  RouteReader(Host& host, std::string_view text, std::optional<Family> family)
      : host_(host), words_(text), family_(family) {}

  Fault read() {
    if (auto fault = read_destination()) return fault;
    while (!words_.done()) {
      if (auto fault = read_option(words_.next())) return fault;
    }
    return finish();
  }

 private:
  Host& host_;
  IpWords words_;
  std::optional<Family> family_;
  Route route_;
  NextHop single_;
  bool table_given_ = false, metric_given_ = false, destination_any_ = false;

  Fault take_family(const IpWord& word, Family family) {
    if (family_ && *family_ != family)
      return word.fault(fmt::format("'{}' is of the other address family", word.text));
    family_ = family;
    return {};
  }

  Fault read_destination() {
    IpWord word = words_.next();
    if (const auto type = read_route_type(word.text)) {
      route_.type = *type;
      word = words_.next();
    }
    if (word.text == "to") word = words_.next();
    if (word.text.empty()) return word.fault("the destination is missing", "\"default\", or a network like 10.0.0.0/8");
    if (word.text == "default" || word.text == "any" || word.text == "all") {
      destination_any_ = true;
      return {};
    }
    const auto prefix = read_any_prefix(word.text);
    if (!prefix) return word.fault(fmt::format("'{}' is not a network", word.text), "like 10.0.0.0/8, or \"default\"");
    if (auto fault = take_family(word, prefix->family)) return fault;
    route_.destination = prefix->prefix;
    return {};
  }

  Fault need(const IpWord& option) {
    if (!words_.done()) return {};
    return option.fault(fmt::format("'{}' needs a value", option.text));
  }

  Fault read_gateway(NextHop& hop) {
    IpWord word = words_.next();
    // "via inet6 fe80::1": an IPv4 route by an IPv6 neighbour; the address itself decides nothing.
    if (word.text == "inet6" || word.text == "inet") {
      const bool other = (word.text == "inet6") != (family_.value_or(Family::v4) == Family::v6);
      word = words_.next();
      if (other)
        return read_any_address(word.text) ? Fault{} : word.fault(fmt::format("'{}' is not an address", word.text));
    }
    const auto gateway = read_any_address(word.text);
    if (!gateway) return word.fault(fmt::format("'{}' is not an address", word.text));
    if (auto fault = take_family(word, gateway->family)) return fault;
    hop.gateway = gateway->address;
    return {};
  }

  Fault read_realm(const IpWord& word) {
    std::uint32_t from = 0, to = 0;
    const std::size_t slash = word.text.find('/');
    if (slash != std::string_view::npos)
      if (auto fault = read_ip_number(word.part(0, slash), 0xffff, from)) return fault;
    const std::size_t start = slash == std::string_view::npos ? 0 : slash + 1;
    if (auto fault = read_ip_number(word.part(start, word.text.size()), 0xffff, to)) return fault;
    route_.realm = from << 16 | to;
    return {};
  }

  Fault read_option(const IpWord& option) {
    for (const auto& [name, count] : ignored_route_options)
      if (name == option.text) {
        for (unsigned i = 0; i < count; ++i) {
          if (auto fault = need(option)) return fault;
          words_.next();
        }
        return {};
      }
    if (std::find(std::begin(route_options), std::end(route_options), option.text) == std::end(route_options))
      return unknown_ip_word(option, route_options);
    if (auto fault = need(option)) return fault;
    if (option.text == "nexthop") return read_hop();
    if (option.text == "via") return read_gateway(single_);
    if (option.text == "mtu") {
      IpWord word = words_.next();
      if (word.text == "lock") word = words_.next();
      return read_ip_number(word, 0xffff, route_.mtu);
    }
    const IpWord word = words_.next();
    if (option.text == "dev") return read_device(word, single_.device);
    if (option.text == "src") return read_source(word);
    if (option.text == "table") return read_table(word);
    if (option.text == "tos" || option.text == "dsfield") return read_ip_number(word, 0xff, route_.tos);
    if (option.text == "realm" || option.text == "realms") return read_realm(word);
    if (option.text == "weight") return read_ip_number(word, 256, single_.weight);
    metric_given_ = true;  // metric, preference, priority
    return read_ip_number(word, 0xffffffff, route_.metric);
  }

  Fault read_source(const IpWord& word) {
    const auto source = read_any_address(word.text);
    if (!source) return word.fault(fmt::format("'{}' is not an address", word.text));
    route_.source = source->address;
    return take_family(word, source->family);
  }

  Fault read_table(const IpWord& word) {
    const auto table = read_route_table(word.text);
    if (!table)
      return word.fault(fmt::format("'{}' is not a routing table", word.text), "main, local, default, or a number");
    route_.table = *table;
    table_given_ = true;
    return {};
  }

  Fault read_hop() {
    NextHop hop;
    while (!words_.done() && words_.peek().text != "nexthop") {
      const IpWord option = words_.next();
      if (option.text == "onlink") continue;
      if (auto fault = need(option)) return fault;
      Fault fault;
      if (option.text == "via")
        fault = read_gateway(hop);
      else if (option.text == "dev")
        fault = read_device(words_.next(), hop.device);
      else if (option.text == "weight")
        fault = read_ip_number(words_.next(), 256, hop.weight);
      else
        return unknown_ip_word(option, std::array<std::string_view, 4>{"via", "dev", "weight", "onlink"});
      if (fault) return fault;
    }
    route_.hops.push_back(std::move(hop));
    return {};
  }

  // A gateway without device is looked for in the networks of the devices.
  Fault find_device(NextHop& hop) {
    if (!hop.device.empty()) {
      interface_named(host_, hop.device);
      return {};
    }
    if (!hop.gateway) {
      if (route_.type == RouteType::local) {
        hop.device = "lo";
        return {};
      }
      return words_.whole("the route names no device and no gateway", "add \"dev eth0\" or \"via ADDRESS\"");
    }
    for (const Interface& i : host_.interfaces)
      for (const InterfaceAddress& a : i.addresses)
        if (a.family == route_.family &&
            ((a.peer.value_or(a.address) ^ *hop.gateway) & prefix_mask(a.family, a.length)) == 0)
          hop.device = i.name;
    if (!hop.device.empty()) return {};
    return words_.whole(
        fmt::format("no device has an address in the network of {}", address_text(route_.family, *hop.gateway)),
        "name the device: \"dev eth0\"");
  }

  Fault finish() {
    route_.family = family_.value_or(Family::v4);
    if (!table_given_ && (route_.type == RouteType::local || route_.type == RouteType::broadcast ||
                          route_.type == RouteType::anycast || route_.type == RouteType::nat))
      route_.table = table_local;
    if (!metric_given_ && route_.family == Family::v6) route_.metric = user_metric_v6;
    if (goes_somewhere(route_.type)) {
      if (route_.hops.empty()) route_.hops.push_back(single_);
      for (NextHop& hop : route_.hops)
        if (auto fault = find_device(hop)) return fault;
    }
    host_.routes.push_back(std::move(route_));
    return {};
  }
};

}  // namespace

std::optional<std::uint32_t> read_route_table(std::string_view word) {
  if (word == "main") return table_main;
  if (word == "local") return table_local;
  if (word == "default") return table_default;
  const auto number = read_number(word);
  if (!number || *number == 0 || *number > 0xffffffff) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::optional<RouteType> read_route_type(std::string_view word) {
  for (const TypeName& entry : type_names)
    if (entry.name == word) return entry.type;
  return std::nullopt;
}

std::string_view route_type_name(RouteType type) {
  for (const TypeName& entry : type_names)
    if (entry.type == type) return entry.name;
  return "unspec";
}

std::optional<TextFault> add_route(Host& host, std::string_view text, std::optional<Family> family) {
  return RouteReader(host, text, family).read();
}

}  // namespace fwsim
