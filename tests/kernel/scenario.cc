#include "tests/kernel/scenario.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/diagnostic.hh"
#include "parser/ipset.hh"
#include "parser/iproute.hh"
#include "parser/parse.hh"
#include "simulator/sources/capture_file.hh"
#include "simulator/sources/link_layer.hh"
#include "tests/kernel/hex.hh"
#include "tests/kernel/sockets.hh"

namespace fwsim::kernel {
namespace {

[[noreturn]] void refuse(const std::string& directory, const std::string& why) {
  throw EnvironmentError(fmt::format("{}: {}", directory, why));
}

std::string text_of(const Json& json, const std::string& directory, const char* inline_key, const char* file_key) {
  if (const std::string text = json.value(inline_key, ""); !text.empty()) return text;
  const std::string file = json.value(file_key, "");
  return file.empty() ? std::string() : read_file(directory + "/" + file);
}

std::uint64_t read_mac(const std::string& text) {
  std::uint64_t mac = 0;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3) mac = (mac << 8) | std::stoul(text.substr(i, 2), nullptr, 16);
  return mac;
}

// What the recorder sets in every namespace, so that nothing depends on the machine.
void default_sysctls(Host& host, bool ipv6) {
  const auto both = [&](const char* name, const char* value) {
    for (const char* which : {"all", "default"}) host.sysctls[fmt::format("net.ipv4.conf.{}.{}", which, name)] = value;
  };
  host.sysctls["net.ipv4.ip_forward"] = "1";
  both("rp_filter", "0");
  both("send_redirects", "0");
  both("accept_redirects", "0");
  host.sysctls["net.ipv4.icmp_ratemask"] = "0";
  host.sysctls["net.netfilter.nf_conntrack_acct"] = "1";
  host.sysctls["net.ipv6.conf.all.forwarding"] = ipv6 ? "1" : "0";
  host.sysctls["net.ipv6.icmp.ratelimit"] = "0";
  host.sysctls["net.ipv6.conf.default.addr_gen_mode"] = "1";
  if (!ipv6) host.sysctls["net.ipv6.conf.all.disable_ipv6"] = "1";
}

void add_interface(Scenario& s, const Json& json, std::size_t number) {
  const std::string name = json.at("name");
  Interface& i = interface_named(s.host, name);
  if (name != "lo") {
    i.mac = read_mac(json.value("mac", fmt::format("02:00:00:00:00:{:02x}", number)));
    i.ethernet = json.value("kind", "tap") != "tun";
    i.mtu = json.value("mtu", 1500U);
    i.master = json.value("master", "");
    i.kind = json.value("kind", "");
    i.up = json.value("up", true);
  }
  for (const std::string address : json.value("addresses", Json::array()))
    if (const auto fault = add_address(i, address)) refuse(s.directory, fault->text);
  // The kernel puts each IPv6 address before those that were there, and so does `ip addr show` (ipv6_link_dev_addr).
  const auto six = std::stable_partition(i.addresses.begin(), i.addresses.end(), [](const InterfaceAddress& a) { return a.family == Family::v4; });
  std::reverse(six, i.addresses.end());
}

void add_host(Scenario& s, const Json& json) {
  s.host.interfaces.push_back(loopback_interface());
  const bool ipv6 = !s.rules6.empty() || json.value("ipv6", false);
  default_sysctls(s.host, ipv6);
  const Json sysctls = json.value("sysctls", Json::object());
  for (const auto& [name, value] : sysctls.items())
    s.host.sysctls[name] = value.is_string() ? value.get<std::string>() : value.dump();
  std::size_t number = 0;
  for (const Json& i : json.at("interfaces")) add_interface(s, i, ++number);
  for (const std::string route : json.value("routes", Json::array()))
    if (const auto fault = add_route(s.host, route)) refuse(s.directory, fault->text);
  for (const std::string rule : json.value("rules", Json::array()))
    if (const auto fault = add_rule(s.host, rule)) refuse(s.directory, fault->text);
  for (const Json& n : json.value("neighbours", Json::array())) {
    const std::string ip = n.at("ip");
    const Family family = ip.find(':') == ip.npos ? Family::v4 : Family::v6;
    const auto address = read_address(family, ip);
    if (!address) refuse(s.directory, fmt::format("{} is no address", ip));
    s.host.neighbours.push_back({.family = family, .address = *address, .device = n.at("dev"), .mac = read_mac(n.at("mac"))});
  }
  if (const std::string sets = text_of(json, s.directory, "ipset", "ipset_file"); !sets.empty()) {
    ParsedSets parsed = parse_ipset(sets, {.file = s.directory});
    if (has_errors(parsed.diagnostics)) refuse(s.directory, parsed.diagnostics.front().text);
    s.host.sets = std::move(parsed.sets);
  }
}

// "ip -6 rule add ...", "ip route add ...": part of the host from the beginning.
bool routing_command(const Json& command, Scenario& s) {
  if (!command.is_array()) return false;
  auto words = command.get<std::vector<std::string>>();
  if (words.empty() || words[0] != "ip") return false;
  words.erase(words.begin());
  const bool six = !words.empty() && words[0] == "-6";
  if (six || (!words.empty() && words[0] == "-4")) words.erase(words.begin());
  if (words.size() < 3 || words[1] != "add" || (words[0] != "rule" && words[0] != "route")) return false;
  const std::string text = fmt::format("{}", fmt::join(words.begin() + 2, words.end(), " "));
  const Family family = six ? Family::v6 : Family::v4;
  if (const auto fault = words[0] == "rule" ? add_rule(s.host, text, family) : add_route(s.host, text, family))
    refuse(s.directory, fault->text);
  return true;
}

// Steps from captures, merged by time.
void add_captures(Scenario& s, const Json& json) {
  struct Timed {
    std::int64_t time;
    Json step;
  };
  std::vector<Timed> list;
  for (const Json& capture : json.value("pcaps", Json::array())) {
    CaptureFile file(s.directory + "/" + capture.at("file").get<std::string>());
    for (Frame frame; file.next(frame);)
      list.push_back({frame.time, {{"in", capture.at("in")}, {frame.link_type == 1 ? "frame" : "ip", to_hex(frame.bytes)}}});
  }
  std::stable_sort(list.begin(), list.end(), [](const Timed& a, const Timed& b) { return a.time < b.time; });
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) list[i].step["gap"] = static_cast<double>(list[i].time - list[i - 1].time) / 1e9;
    s.steps.push_back(std::move(list[i].step));
  }
}

}  // namespace

Scenario load_scenario(const std::string& directory) {
  try {
    Scenario s;
    s.directory = directory;
    const Json json = Json::parse(read_file(directory + "/scenario.json"));
    s.name = json.value("name", std::filesystem::path(directory).filename().string());
    s.rules4 = text_of(json, directory, "ruleset", "ruleset_file");
    s.rules6 = text_of(json, directory, "ruleset6", "ruleset6_file");
    s.host_replies = json.value("local_delivery", "absorb") == "stack";
    add_host(s, json);
    for (Json what : json.value("listeners", Json::array())) {
      what["bind"] = {what.value("ip", "0.0.0.0"), what.at("port")};
      s.host.sockets.push_back(read_socket(what));
    }
    s.host.listeners_known = s.host.connections_known = true;
    for (const std::string pattern : json.value("compare_ignore", Json::array())) s.ignored.push_back(pattern);
    for (const Json& command : json.value("setup", Json::array()))
      if (!routing_command(command, s)) s.setup.push_back(command);
    for (const Json& step : json.value("packets", Json::array())) s.steps.push_back(step);
    add_captures(s, json);
    s.expected = Json::parse(read_file(directory + "/expected.json"));
    const Json run = s.expected.value("volatile", Json::object());
    s.start = run.value("date", 1.6e9) - run.value("wall_s", 0.0);
    return s;
  } catch (const Json::exception& error) {
    refuse(directory, error.what());
  }
}

}  // namespace fwsim::kernel
