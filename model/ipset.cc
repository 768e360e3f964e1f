#include "model/ipset.hh"

#include <algorithm>
#include <array>

namespace fwsim {
namespace {

using Part = SetPart;
using Families = SetType::Families;

constexpr std::array ip{Part::ip};
constexpr std::array net{Part::net};
constexpr std::array mac{Part::mac};
constexpr std::array port{Part::port};
constexpr std::array set{Part::set};
constexpr std::array ip_mac{Part::ip, Part::mac};
constexpr std::array ip_mark{Part::ip, Part::mark};
constexpr std::array ip_port{Part::ip, Part::port};
constexpr std::array net_net{Part::net, Part::net};
constexpr std::array net_port{Part::net, Part::port};
constexpr std::array net_iface{Part::net, Part::iface};
constexpr std::array ip_port_ip{Part::ip, Part::port, Part::ip};
constexpr std::array ip_port_net{Part::ip, Part::port, Part::net};
constexpr std::array net_port_net{Part::net, Part::port, Part::net};

constexpr std::array types{
    SetType{.name = "hash:ip", .alias = "iphash", .parts = ip, .netmask = true, .bitmask = true},
    SetType{.name = "hash:net", .alias = "nethash", .parts = net, .nomatch = true},
    SetType{.name = "hash:mac", .alias = "machash", .parts = mac, .families = Families::none},
    SetType{.name = "hash:ip,mac", .alias = "ipmachash", .parts = ip_mac},
    SetType{.name = "hash:ip,mark", .alias = "ipmarkhash", .parts = ip_mark},
    SetType{.name = "hash:ip,port", .alias = "ipporthash", .parts = ip_port, .netmask = true, .bitmask = true},
    SetType{.name = "hash:ip,port,ip", .alias = "ipportiphash", .parts = ip_port_ip},
    SetType{.name = "hash:ip,port,net", .alias = "ipportnethash", .parts = ip_port_net, .nomatch = true},
    SetType{.name = "hash:net,net",
            .alias = "netnethash",
            .parts = net_net,
            .nomatch = true,
            .netmask = true,
            .bitmask = true,
            .zero_length = true},
    SetType{.name = "hash:net,port", .alias = "netporthash", .parts = net_port, .nomatch = true},
    SetType{.name = "hash:net,port,net",
            .alias = "netportnethash",
            .parts = net_port_net,
            .nomatch = true,
            .zero_length = true},
    SetType{
        .name = "hash:net,iface", .alias = "netifacehash", .parts = net_iface, .nomatch = true, .zero_length = true},
    SetType{
        .name = "bitmap:ip", .alias = "ipmap", .parts = ip, .families = Families::v4, .bitmap = true, .netmask = true},
    SetType{.name = "bitmap:ip,mac", .alias = "macipmap", .parts = ip_mac, .families = Families::v4, .bitmap = true},
    SetType{.name = "bitmap:port", .alias = "portmap", .parts = port, .families = Families::none, .bitmap = true},
    SetType{.name = "list:set", .alias = "setlist", .parts = set, .families = Families::none, .list = true}};

}  // namespace

const SetType* find_set_type(std::string_view name) {
  // The tree types of old kernels live on as hash:ip (ipset(8), BACKWARD COMPATIBILITY).
  if (name == "iptree" || name == "iptreemap") name = "hash:ip";
  const auto* found =
      std::find_if(types.begin(), types.end(), [&](const SetType& t) { return t.name == name || t.alias == name; });
  return found == types.end() ? nullptr : found;
}

std::vector<std::string_view> set_type_names() {
  std::vector<std::string_view> names;
  for (const SetType& type : types) names.push_back(type.name);
  return names;
}

SetExtra& IpSet::make_extra(SetElement& e) {
  if (e.extra == 0) {
    extras.emplace_back();
    e.extra = static_cast<std::uint32_t>(extras.size());
  }
  return extras[e.extra - 1];
}

u128 IpSet::address_mask() const {
  if (bitmask) return *bitmask;
  return netmask ? prefix_mask(family, *netmask) : fwsim::address_mask(family);
}

std::string member_name(const SetElement& element) {
  std::string name = name_text(element.first);
  if (name.size() == 16) name += name_text(element.second);
  return name;
}

void set_member_name(SetElement& element, std::string_view name) {
  element.first = name_word(name.substr(0, 16));
  element.second = name.size() > 16 ? name_word(name.substr(16)) : u128{0};
}

}  // namespace fwsim
