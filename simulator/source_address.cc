#include "simulator/source_address.hh"

#include <algorithm>
#include <array>

#include "simulator/address_scope.hh"
#include "simulator/fib.hh"

namespace fwsim {
namespace {

using Scope = InterfaceAddress::Scope;

Scope scope_of(const InterfaceAddress& a) {
  if (a.scope != Scope::automatic) return a.scope;
  return (a.address >> 24) == 127 ? Scope::host : Scope::global;
}

std::optional<u128> select_on(const Interface& i, u128 near, bool link_too) {
  std::optional<u128> first;
  for (const InterfaceAddress& a : i.addresses) {
    if (a.family != Family::v4 || is_secondary(i, a)) continue;
    const Scope scope = scope_of(a);
    if (scope == Scope::host || (scope == Scope::link && !link_too)) continue;
    const bool same = ((a.peer.value_or(a.address) ^ near) & prefix_mask(Family::v4, a.length)) == 0;
    if (near == 0 || same) return a.address;
    if (!first) first = a.address;
  }
  return first;
}

// Scopes of RFC 4007 as far as unicast goes, and of multicast groups.
unsigned scope_v6(u128 a) {
  if ((a >> 120) == 0xff) return static_cast<unsigned>(a >> 112) & 0xf;
  if (is_link_local_v6(a) || a == 1) return 0x2;
  if (is_site_local_v6(a)) return 0x5;
  return 0xe;
}

struct Label {
  u128 prefix;
  unsigned length;
  int label;
};
// The default policy table of RFC 6724 as Linux has it (net/ipv6/addrlabel.c), longest first.
constexpr std::array labels{
    Label{1, 128, 0},
    Label{make_u128(0, 0xffff00000000), 96, 4},
    Label{0, 96, 3},
    Label{make_u128(0x2001001000000000, 0), 28, 7},
    Label{make_u128(0x2001000000000000, 0), 32, 6},
    Label{make_u128(0x2002000000000000, 0), 16, 2},
    Label{make_u128(0xfc00000000000000, 0), 7, 5},
};

int label_of(u128 a) {
  for (const Label& entry : labels)
    if (((a ^ entry.prefix) & prefix_mask(Family::v6, entry.length)) == 0) return entry.label;
  return 1;
}

unsigned common_bits(u128 a, u128 b) {
  const u128 difference = a ^ b;
  for (unsigned n = 0; n < 128; ++n)
    if ((difference >> (127 - n)) != 0) return n;
  return 128;
}

// The rules in their order; the greater wins, and the first of equals.
std::array<int, 5> score(const InterfaceAddress& a, bool on_device, u128 dst) {
  const int scope = static_cast<int>(scope_v6(a.address)), wanted = static_cast<int>(scope_v6(dst));
  return {a.address == dst ? 1 : 0, scope >= wanted ? -scope : scope - 128, on_device ? 1 : 0,
          label_of(a.address) == label_of(dst) ? 1 : 0,
          static_cast<int>(std::min(common_bits(a.address, dst), a.length))};
}

}  // namespace

std::optional<u128> select_source_v4(const Host& host, const std::string& device, u128 near, bool link_too) {
  const Interface* own = host.find(device);
  if (own)
    if (const auto a = select_on(*own, near, link_too)) return a;
  for (const Interface& i : host.interfaces)
    if (&i != own && i.up)
      if (const auto a = select_on(i, 0, false)) return a;
  return std::nullopt;
}

std::optional<u128> select_source_v6(const Host& host, const std::string& device, u128 dst) {
  const bool near_only = scope_v6(dst) <= 0x2;  // link-local: only the output device's
  std::optional<u128> best;
  std::array<int, 5> best_score{};
  for (const Interface& i : host.interfaces) {
    const bool on_device = i.name == device;
    if (!i.up || (near_only && !on_device)) continue;
    for (const InterfaceAddress& a : i.addresses) {
      if (a.family != Family::v6 || a.address == 0 || (a.address >> 120) == 0xff) continue;
      const auto s = score(a, on_device, dst);
      if (best && s <= best_score) continue;
      best = a.address;
      best_score = s;
    }
  }
  return best;
}

}  // namespace fwsim
