// `ip address add`, and sysctls.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "parser/iproute_values.hh"

namespace fwsim {
namespace {

using Fault = std::optional<TextFault>;

Fault read_interface_address(IpWords& words, const IpWord& word, InterfaceAddress& out, std::string* device) {
  const std::size_t slash = word.text.find('/');
  const auto address = read_any_address(word.text.substr(0, slash));
  if (!address)
    return word.fault(fmt::format("'{}' is not an address", word.text), "like 192.0.2.1/24 or 2001:db8::1/64");
  out.family = address->family;
  out.address = address->address;
  out.length = address_bits(out.family);
  if (slash != std::string_view::npos)
    if (auto fault = read_ip_number(word.part(slash + 1, word.text.size()), address_bits(out.family), out.length))
      return fault;
  while (!words.done()) {
    const IpWord option = words.next();
    if (option.text == "noprefixroute") {
      out.prefix_route = false;
      continue;
    }
    const IpWord value = words.next();
    if (value.text.empty()) return option.fault(fmt::format("'{}' needs a value", option.text));
    if (option.text == "dev" && device != nullptr) {
      if (auto fault = read_device(value, *device)) return fault;
    } else if (option.text == "broadcast" || option.text == "brd") {
      if (value.text == "+") {
        out.broadcast = out.address | (address_mask(out.family) & ~prefix_mask(out.family, out.length));
        continue;
      }
      const auto broadcast = read_address(Family::v4, value.text);
      if (!broadcast) return value.fault(fmt::format("'{}' is not an address", value.text));
      out.broadcast = *broadcast;
    } else if (option.text == "peer") {
      const auto peer = read_any_prefix(value.text);
      const auto exact = read_any_address(value.text.substr(0, value.text.find('/')));
      if (!peer || !exact || exact->family != out.family)
        return value.fault(fmt::format("'{}' is not an address", value.text));
      out.peer = exact->address;
      out.length = static_cast<unsigned>(prefix_length(out.family, peer->prefix.mask));
    } else if (option.text == "scope") {
      out.scope = read_scope(value.text);
    } else if (option.text != "label") {
      return unknown_ip_word(option,
                             std::array<std::string_view, 5>{"dev", "broadcast", "peer", "scope", "noprefixroute"});
    }
  }
  return {};
}

}  // namespace

InterfaceAddress::Scope read_scope(std::string_view word) {
  using Scope = InterfaceAddress::Scope;
  if (word == "global" || word == "universe" || word == "0") return Scope::global;
  if (word == "link" || word == "253") return Scope::link;
  if (word == "host" || word == "254") return Scope::host;
  return Scope::automatic;
}

std::optional<TextFault> add_address(Interface& interface, std::string_view text) {
  IpWords words(text);
  InterfaceAddress address;
  if (auto fault = read_interface_address(words, words.next(), address, nullptr)) return fault;
  interface.addresses.push_back(address);
  return {};
}

std::optional<TextFault> add_address(Host& host, std::string_view text) {
  IpWords words(text);
  IpWord word = words.next();
  std::string device;
  if (const std::size_t equals = word.text.find('='); equals != std::string_view::npos) {
    if (auto fault = read_device(word.part(0, equals), device)) return fault;
    word = word.part(equals + 1, word.text.size());
  }
  InterfaceAddress address;
  if (auto fault = read_interface_address(words, word, address, device.empty() ? &device : nullptr)) return fault;
  if (device.empty()) return words.whole("the device is missing", "like eth0=192.0.2.1/24");
  interface_named(host, device).addresses.push_back(address);
  return {};
}

std::optional<TextFault> add_sysctl(Host& host, std::string_view text) {
  const std::size_t equals = text.find('=');
  const auto trim = [](std::string_view part) {
    const std::size_t first = part.find_first_not_of(" \t"), last = part.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{} : part.substr(first, last - first + 1);
  };
  if (equals == std::string_view::npos || trim(text.substr(0, equals)).empty())
    return TextFault{0, std::max<std::size_t>(1, text.size()), fmt::format("'{}' sets nothing", text),
                     "like net.ipv4.ip_forward=1"};
  std::string name(trim(text.substr(0, equals)));
  // sysctl(8) writes the dot of "eth0.1" as a slash; as a path all dots are slashes.
  std::replace(name.begin(), name.end(), '/', '.');
  const std::string value(trim(text.substr(equals + 1)));
  // These two are the same switch.
  if (name == "net.ipv4.ip_forward") host.sysctls["net.ipv4.conf.all.forwarding"] = value;
  if (name == "net.ipv4.conf.all.forwarding") host.sysctls["net.ipv4.ip_forward"] = value;
  host.sysctls[name] = value;
  return {};
}

}  // namespace fwsim
