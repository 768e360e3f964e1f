// An ipset: its type, options and elements, as `ipset save` prints them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/types.hh"
#include "model/value.hh"

namespace fwsim {

// One dimension of a set type.
enum class SetPart : std::uint8_t { ip, net, port, iface, mac, mark, set };

struct SetType {
  std::string_view name;              // "hash:ip,port"
  std::vector<SetPart> parts;
  bool bitmap = false;
  bool list = false;
};
const SetType* find_set_type(std::string_view name);  // also the old aliases ("iphash")
std::vector<std::string_view> set_type_names();

struct SetElement {
  // One entry for each part; unused ones stay empty.
  struct Part {
    Prefix net;                   // ip, net
    std::uint16_t port = 0;       // port; icmp: type * 256 + code
    std::uint8_t proto = 0;
    std::uint64_t mac = 0;
    std::uint32_t mark = 0;
    std::string name;             // iface, set
    bool physdev = false;
    bool has_mac = true;          // bitmap:ip,mac: the MAC can be missing
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;
  bool nomatch = false;
  bool wildcard = false;                  // net,iface: name is a prefix
  std::optional<std::uint32_t> timeout;   // seconds left; 0 is for ever
  Counters counters;
  std::string comment;
  std::optional<Masked> skbmark;
  std::optional<std::pair<std::uint16_t, std::uint16_t>> skbprio;
  std::optional<std::uint16_t> skbqueue;
};

struct IpSet {
  std::string name;
  const SetType* type = nullptr;
  Family family = Family::v4;
  std::uint32_t hashsize = 1024;
  std::uint32_t maxelem = 65536;
  std::uint32_t bucketsize = 12;
  std::optional<std::uint32_t> initval;
  std::optional<unsigned> netmask;
  std::optional<u128> bitmask;
  std::optional<std::uint32_t> markmask;
  std::optional<Range> range;             // bitmaps: addresses or ports
  std::optional<std::uint32_t> timeout;   // default of new elements
  std::uint32_t size = 8;                 // list:set
  bool counters = false, comment = false, skbinfo = false, forceadd = false;
  std::vector<SetElement> elements;
  unsigned line = 0;
};

}  // namespace fwsim
