#include "model/host.hh"

#include <algorithm>
#include <charconv>

namespace fwsim {

const Interface* Host::find(std::string_view name) const {
  const auto found =
      std::find_if(interfaces.begin(), interfaces.end(), [&](const Interface& i) { return i.name == name; });
  return found == interfaces.end() ? nullptr : &*found;
}

long long Host::sysctl(std::string_view name, long long otherwise) const {
  const auto found = sysctls.find(name);
  if (found == sysctls.end()) return otherwise;
  const std::string& text = found->second;
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

Interface loopback_interface() {
  return {.name = "lo",
          .index = 1,
          .loopback = true,
          .mtu = 65536,
          .addresses = {{.family = Family::v4, .address = 0x7f000001, .length = 8},
                        {.family = Family::v6, .address = 1, .length = 128}}};
}

Interface& interface_named(Host& host, std::string_view name) {
  unsigned index = 1;
  for (Interface& i : host.interfaces) {
    if (i.name == name) return i;
    index = std::max(index, i.index);
  }
  if (name == "lo")
    host.interfaces.insert(host.interfaces.begin(), loopback_interface());
  else
    host.interfaces.push_back({.name = std::string(name), .index = index + 1});
  return name == "lo" ? host.interfaces.front() : host.interfaces.back();
}

Host default_host() {
  Host host;
  host.interfaces.push_back(loopback_interface());
  host.sysctls = {{"net.ipv4.ip_forward", "1"}, {"net.ipv6.conf.all.forwarding", "1"}};
  host.assumed.emplace_back("the host forwards packets (ip_forward and IPv6 forwarding are 1)");
  return host;
}

}  // namespace fwsim
