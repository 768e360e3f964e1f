// An ipset: its type, options and elements, as `ipset save` prints them (ipset 7.17; the types are
// those of net/netfilter/ipset). Sets of a million elements are common, so an element is small and
// what few of them have lies beside them, in IpSet::extras.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/large_memory.hh"
#include "model/types.hh"

namespace fwsim {

// One dimension of a set type.
enum class SetPart : std::uint8_t { ip, net, port, iface, mac, mark, set };

struct SetType {
  enum class Families : std::uint8_t { none, v4, both };  // none: takes packets of both
  std::string_view name;              // "hash:ip,port"
  std::string_view alias;             // of ipset before 5: "ipporthash"
  std::span<const SetPart> parts;
  Families families = Families::both;
  bool bitmap = false;
  bool list = false;
  bool nomatch = false;               // knows exceptions: types with networks
  bool netmask = false;               // may be created with a netmask
  bool bitmask = false;               // may be created with a bitmask
  bool zero_length = false;           // takes networks of prefix length 0

  // Flags that `-m set` must give at least; lists ask their members.
  unsigned dimension() const { return static_cast<unsigned>(parts.size()); }
};
const SetType* find_set_type(std::string_view name);  // also the old aliases ("iphash")
std::vector<std::string_view> set_type_names();

inline constexpr std::size_t max_set_name = 31;                // IPSET_MAXNAMELEN - 1
inline constexpr std::size_t max_set_comment = 255;            // IPSET_MAX_COMMENT_SIZE
inline constexpr std::uint32_t max_set_timeout = 0x7fffffff / 1000;
inline constexpr unsigned min_set_hashsize = 64;
inline constexpr std::size_t max_bitmap_size = 0x10000;

// Which member holds what depends on the set's type:
//   first   the first address or network; hash:mac: the MAC
//   second  the second address or network; MAC, mark, or interface (name word) of the second part
//   port    port, or type * 256 + code of ICMP; 0 for protocols without ports
// A list:set element keeps the member's name in `first` and `second`: see member_name().
struct SetElement {
  u128 first = 0;
  u128 second = 0;
  std::uint32_t timeout = 0;          // seconds left, in sets with timeouts; 0: for ever
  std::uint32_t extra = 0;            // 1 + index into IpSet::extras; 0: has none
  std::uint16_t port = 0;
  std::uint8_t proto = 0;
  std::uint8_t first_length = 0;      // prefix lengths of networks; of addresses all bits
  std::uint8_t second_length = 0;
  bool nomatch : 1 = false;           // an exception from a wider network
  bool physdev : 1 = false;           // net,iface: the interface is a bridge port
  bool wildcard : 1 = false;          // net,iface: the name is a prefix
  bool no_mac : 1 = false;            // bitmap:ip,mac: the MAC is not known yet
  bool operator==(const SetElement&) const = default;
};
static_assert(sizeof(SetElement) == 48);
using SetElements = LargeVector<SetElement>;

struct SetExtra {
  Counters counters;
  std::string comment;
  std::uint32_t skbmark = 0, skbmark_mask = 0;
  std::uint32_t skbprio = 0;          // major << 16 | minor
  std::uint16_t skbqueue = 0;
  bool operator==(const SetExtra&) const = default;
};

struct IpSet {
  std::string name;
  const SetType* type = nullptr;
  Family family = Family::v4;
  std::uint32_t hashsize = 1024;      // as given: the kernel's table grows
  std::uint32_t maxelem = 65536;
  std::uint32_t bucketsize = 12;
  std::optional<std::uint32_t> initval;
  std::optional<unsigned> netmask;
  std::optional<u128> bitmask;
  std::uint32_t markmask = 0xffffffff;
  Range range;                        // bitmaps: addresses or ports
  std::optional<std::uint32_t> timeout;   // of elements that give none; 0: for ever
  std::uint32_t size = 8;             // list:set
  bool counters = false, comment = false, skbinfo = false, forceadd = false;
  SetElements elements;               // hash types: in the order of adding; bitmaps: ascending
  std::vector<SetExtra> extras;
  unsigned place = 0;                 // among all sets, in the order of `ipset save`
  unsigned line = 0;

  const SetExtra* extra(const SetElement& e) const { return e.extra == 0 ? nullptr : &extras[e.extra - 1]; }
  SetExtra& make_extra(SetElement& e);
  // What an address is cut to before it is looked up.
  u128 address_mask() const;
};

std::string member_name(const SetElement& element);
void set_member_name(SetElement& element, std::string_view name);

}  // namespace fwsim
