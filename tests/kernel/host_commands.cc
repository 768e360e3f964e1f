#include "tests/kernel/host_commands.hh"

#include <algorithm>
#include <string_view>

#include "model/value.hh"
#include "parser/nfacct.hh"
#include "simulator/accounts.hh"
#include "simulator/bridge.hh"

namespace fwsim::kernel {
namespace {

using Words = std::vector<std::string>;

std::string after(const Words& words, std::string_view key) {
  const auto found = std::find(words.begin(), words.end(), key);
  return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
}

std::uint64_t mac_of(const std::string& text) {
  std::uint64_t mac = 0;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3) mac = (mac << 8) | std::stoul(text.substr(i, 2), nullptr, 16);
  return mac;
}

// bridge fdb add|replace|del MAC dev PORT master static
bool bridge(const Words& words, World& world) {
  if (words.size() < 6 || words[1] != "fdb") return false;
  const std::uint64_t mac = mac_of(words[3]);
  const std::string port = after(words, "dev");
  if (words[2] == "del") return forget_station(world, mac, port);
  return set_station(world, {mac, port, std::find(words.begin(), words.end(), "static") != words.end()});
}

bool sysctl(const Words& words, World& world) {
  const std::string& setting = words.back();
  const std::size_t equal = setting.find('=');
  if (equal == setting.npos) return false;
  world.host.sysctls[setting.substr(0, equal)] = setting.substr(equal + 1);
  world.conntrack.configure(world.host);
  return true;
}

bool nfacct(const Words& words, World& world) {
  if (words.size() < 3 || words[1] != "add") return false;
  const std::vector<std::string_view> rest(words.begin() + 2, words.end());
  Host made;
  if (!add_account(rest, made)) return false;
  accounts(world).objects.merge(made.accounts);
  return true;
}

// ip link set DEVICE group N mtu N up|down
bool link(const Words& words, World& world) {
  if (words.size() < 5 || words[1] != "link" || words[2] != "set") return false;
  const std::string name = words[3] == "dev" ? words[4] : words[3];
  if (!world.host.find(name)) return false;
  Interface& device = interface_named(world.host, name);
  if (const std::string group = after(words, "group"); !group.empty())
    device.group = static_cast<unsigned>(read_number(group).value_or(0));
  else if (const std::string mtu = after(words, "mtu"); !mtu.empty())
    device.mtu = static_cast<unsigned>(read_number(mtu).value_or(1500));
  else if (words.back() == "up" || words.back() == "down")
    device.up = words.back() == "up";
  else
    return false;
  return true;
}

}  // namespace

bool host_command(const Words& words, World& world) {
  if (words[0] == "bridge") return bridge(words, world);
  if (words[0] == "sysctl") return sysctl(words, world);
  if (words[0] == "nfacct") return nfacct(words, world);
  if (words[0] == "ip") return link(words, world);
  return false;
}

}  // namespace fwsim::kernel
